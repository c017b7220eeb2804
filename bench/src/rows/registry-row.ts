import type { Bench } from '../bench.ts';
import { median, percentile } from '../measure/statistics.ts';
import {
  anotherProcessor,
  changedDefinitions,
  cyclicProcessor,
  definitions,
  layeredProcessor,
  mistypedProcessor,
} from '../registry/large-dag.ts';
import { FOLLOWERS, type Registered, RegistryGround } from '../registry/registry-ground.ts';
import type { Line } from '../report.ts';

const budgets = { registrationMs: 200, planMs: 1_000 };

/** Registrations that nothing is measured of: compilers see the code. */
const WARM_UP = 5;

/** Registrations into a DAG of 10,000 algorithms and 1,000 window types, one after the other, and what the services take of them. */
export async function registryRow(bench: Bench): Promise<Line[]> {
  const ground = await RegistryGround.start(bench);
  try {
    const { registrations } = bench.options;
    let made = 0;
    const next = () => ground.register(anotherProcessor(made++));
    for (let i = 0; i < WARM_UP; i++) await next();
    await ground.rest();
    const before = ground.memory();
    const plain = await timed(registrations, next);
    await ground.rest();
    const after = ground.memory();
    const half = Math.ceil(registrations / 2);
    const layered = await timed(half, (i) => ground.register(layeredProcessor(i)));
    const cyclic = await timed(half, (i) => ground.refused(cyclicProcessor(i)));
    const mistyped = await timed(half, (i) => ground.refused(mistypedProcessor(i)));
    const fifth = Math.ceil(registrations / 5);
    const plans = await timed(fifth, () => ground.plan(definitions));
    const changing = await timed(fifth, (i) => ground.plan(changedDefinitions(i)));
    bench.say(`  ${plain.length + layered.length} registrations, p50 ${median(answers(plain)).toFixed(0)} ms`);
    return [
      ...answerLines('a processor with 50 algorithms', answers(plain)),
      ...answerLines('layers with 2^30 ways through them', answers(layered)),
      ...answerLines('one refused: an algorithm that waits for itself', cyclic),
      ...answerLines('one refused: 50 mistyped names', mistyped),
      planLine('the definitions file', plans),
      planLine('the file with 1,000 window types and policies changed', changing),
      ...FOLLOWERS.map((name) => ({
        what: `registry: answer to ${name} has the revision, p99`,
        unit: 'ms',
        hub: percentile(
          plain.map(({ takenMs }) => takenMs[name]),
          0.99,
        ),
      })),
      ...Object.entries(after).flatMap(([name, rssMb]) => [
        { what: `registry: ${name} with 10,000 algorithms, RSS`, unit: 'MB', hub: rssMb },
        {
          what: `registry: ${name}, a revision more, RSS`,
          unit: 'MB',
          hub: (rssMb - before[name as keyof typeof before]) / plain.length,
        },
      ]),
    ];
  } finally {
    await ground.stop();
  }
}

async function timed<T>(times: number, once: (i: number) => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let i = 0; i < times; i++) all.push(await once(i));
  return all;
}

const answers = (registered: readonly Registered[]): number[] => registered.map(({ answerMs }) => answerMs);

function answerLines(what: string, answeredMs: readonly number[]): Line[] {
  return [0.5, 0.99].map((share) => ({
    what: `registry: ${what}, p${100 * share}`,
    unit: 'ms',
    hub: percentile(answeredMs, share),
    budget: { most: budgets.registrationMs },
  }));
}

const planLine = (what: string, plansMs: readonly number[]): Line => ({
  what: `registry: plan of ${what}, p99`,
  unit: 'ms',
  hub: percentile(plansMs, 0.99),
  budget: { most: budgets.planMs },
});
