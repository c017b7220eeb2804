import type { Signal } from '@windlass/windowing';
import fc from 'fast-check';
import type { SimulatedMessage } from '../topics.ts';
import { SOURCES } from './dag.ts';
import type { Fault } from './faults.ts';
import { Random } from './random.ts';
import { SimulatedHub } from './simulated-hub.ts';

const SECOND = 1_000_000;
const START_US = 900_000_000 * SECOND;

/** One signal as it is generated: which source sends what, how late it comes, and whether it is sent twice. */
interface Sent {
  readonly source: string;
  readonly kind: 'sample' | 'run';
  readonly second: number;
  /** Of a run. */
  readonly length: number;
  readonly delaySeconds: number;
  readonly isTwice: boolean;
}

export interface Scenario {
  readonly sent: readonly Sent[];
  readonly faults: readonly Fault[];
  /** Of 100 answers of processors so many are troubled. */
  readonly trouble: number;
  /** Seconds after which another processor is registered; null: none is. */
  readonly registersAfter: number | null;
  readonly seed: number;
}

const sent: fc.Arbitrary<Sent> = fc.record({
  source: fc.constantFrom(...SOURCES),
  kind: fc.oneof(
    { weight: 5, arbitrary: fc.constant('sample' as const) },
    { weight: 1, arbitrary: fc.constant('run' as const) },
  ),
  second: fc.nat(60),
  length: fc.integer({ min: 3, max: 25 }),
  delaySeconds: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(60) }),
  isTwice: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

const fault: fc.Arbitrary<Fault> = fc.record({
  after: fc.nat(40),
  kind: fc.constantFrom('crash before', 'crash after', 'fails', 'done and fails', 'cut off', 'move'),
  at: fc.constantFrom('take', 'read', 'commit', 'commit', 'send', 'send'),
});

export const scenario: fc.Arbitrary<Scenario> = fc.record({
  sent: fc.array(sent, { minLength: 1, maxLength: 14, size: 'max' }),
  faults: fc.array(fault, { maxLength: 12, size: 'max' }),
  trouble: fc.constantFrom(0, 10, 40),
  registersAfter: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(60) }),
  seed: fc.noShrink(fc.integer()),
});

interface Arriving {
  readonly atSecond: number;
  readonly message: SimulatedMessage;
}

const signal = (source: string, rest: Partial<Signal> & { readonly second: number }): SimulatedMessage => {
  const { second, name = 'sample', phase = 'POINT', values = {}, correlation = null } = rest;
  const value: Signal = {
    ...{
      id: `${source}-${name}-${phase}-${second}-${correlation ?? ''}`,
      name,
      eventTimeUs: START_US + second * SECOND,
    },
    ...{ phase, values, count: 1, correlation, metadata: {}, cause: null },
  };
  return { topic: 'signals', key: source, value };
};

/** What arrives when: samples in any order, the START and the STOP of one run in theirs. */
function arriving({ sent: all }: Scenario): Arriving[] {
  return all
    .flatMap(({ source, kind, second, length, delaySeconds, isTwice }, i): Arriving[] => {
      const once: Arriving[] =
        kind === 'sample'
          ? [{ atSecond: second + delaySeconds, message: signal(source, { second, values: { v: i % 4 } }) }]
          : [
              {
                atSecond: second + delaySeconds,
                message: signal(source, { second, name: 'run', phase: 'START', correlation: `r${i}` }),
              },
              {
                atSecond: second + length + delaySeconds,
                message: signal(source, { second: second + length, name: 'run', phase: 'STOP', correlation: `r${i}` }),
              },
            ];
      return isTwice ? [...once, ...once.map((one) => ({ ...one, atSecond: one.atSecond + 1 }))] : once;
    })
    .sort((a, b) => a.atSecond - b.atSecond);
}

const LAST_SECOND = 2_000;
const ends = (): SimulatedMessage[] =>
  SOURCES.map((source) => signal(source, { second: LAST_SECOND, name: 'end', phase: 'WATERMARK' }));

/** Past all lateness in processing time, and past the time for which answers are waited for. */
const REST_US = 1_500 * SECOND;

/** As it was written: with its faults, and each signal when it comes. */
export async function live(one: Scenario): Promise<SimulatedHub> {
  const hub = new SimulatedHub({ seed: one.seed, faults: one.faults, trouble: one.trouble / 100 });
  let second = 0;
  for (const { atSecond, message } of arriving(one)) {
    if (one.registersAfter !== null && one.registersAfter <= atSecond) hub.register();
    await hub.runFor((atSecond - second) * SECOND);
    second = atSecond;
    hub.send(message);
  }
  if (one.registersAfter !== null) hub.register();
  return finished(hub);
}

/** The same signals once each, in the order of their times, and nothing goes wrong. */
export async function calm(one: Scenario): Promise<SimulatedHub> {
  const hub = new SimulatedHub({ seed: new Random(one.seed).below(1_000) });
  const once = new Map(arriving(one).map(({ message }) => [(message.value as Signal).id, message]));
  const timeOf = ({ value }: SimulatedMessage): number => (value as Signal).eventTimeUs;
  for (const message of [...once.values()].sort((a, b) => timeOf(a) - timeOf(b))) hub.send(message);
  return finished(hub);
}

async function finished(hub: SimulatedHub): Promise<SimulatedHub> {
  await hub.runFor(200 * SECOND);
  hub.calm();
  await hub.runFor(200 * SECOND);
  for (const end of ends()) hub.send(end);
  await hub.runFor(REST_US);
  return hub;
}
