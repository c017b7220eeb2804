import type { Bench } from '../bench.ts';
import { median, percentile } from '../measure/statistics.ts';
import { anotherProcessor, layeredProcessor } from '../registry/large-dag.ts';
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
    const layered = await timed(Math.ceil(registrations / 2), (i) => ground.register(layeredProcessor(i)));
    const plans = await timed(Math.ceil(registrations / 5), () => ground.plan());
    bench.say(`  ${plain.length + layered.length} registrations, p50 ${median(answers(plain)).toFixed(0)} ms`);
    return [
      ...answerLines('a processor with 50 algorithms', plain),
      ...answerLines('layers with 2^30 ways through them', layered),
      {
        what: 'registry: plan of the definitions file, p99',
        unit: 'ms',
        hub: percentile(plans, 0.99),
        budget: { most: budgets.planMs },
      },
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

function answerLines(what: string, registered: readonly Registered[]): Line[] {
  return [0.5, 0.99].map((share) => ({
    what: `registry: ${what}, p${100 * share}`,
    unit: 'ms',
    hub: percentile(answers(registered), share),
    budget: { most: budgets.registrationMs },
  }));
}
