import { describe, expect, it } from '@jest/globals';
import type { DefinitionsInput } from '@windlass/dag';
import { definedView } from '@windlass/simulation';
import type { Emission, Signal, WindowRecord } from '@windlass/windowing';
import fc from 'fast-check';
import type { CrashPoint } from './stage.ts';
import type { SimulatedMessage } from './topics.ts';
import { SimulatedWorld, type Turn } from './world.ts';

const SECOND = 1_000_000;
const NOW_US = 1_000_000 * SECOND;
const PUMPS = ['pump-1', 'pump-2', 'pump-3'];

const policy = { outOfOrderness: '3s', allowedLateness: '5m', idleTimeout: 'never' } as const;
const types = {
  run: { startStop: { signal: 'run', maxDuration: '1m' } },
  ten: { fixed: { size: '10s' } },
  hop: { sliding: { size: '12s', slide: '5s' } },
  busy: { session: { gap: '4s' } },
  hot: {
    condition: { signal: 'sample', while: 'values.v > 1.0', minDuration: '2s', minBreak: '3s', maxDuration: '1m' },
  },
  mode: { state: { signal: 'sample', of: 'values.v', maxDuration: '1m' } },
  three: { count: { size: 3, maxDuration: '1m' } },
  around: { point: { signal: 'run', before: '3s', after: '4s' } },
  line: { fixed: { size: '10s', scope: 'group' } },
  tick: { cron: { expression: '*/15 * * * * *' } },
  shift: {
    calendar: {
      zone: 'UTC',
      intervals: [
        { name: 'early', start: '00:00:00', end: '00:00:25' },
        { name: 'late', start: '00:00:30', end: '00:01:20' },
      ],
    },
  },
  born: { wholeLife: {} },
  found: { emission: {} },
} satisfies Record<string, NonNullable<DefinitionsInput['windowTypes']>[number]['open']>;

const definitions: DefinitionsInput = {
  windowTypes: [
    ...Object.entries(types).map(([name, open]) => ({
      name,
      version: 1,
      reads: ['sample', ...(name === 'run' ? ['run'] : [])],
      open,
      policy,
      ...(name === 'ten' ? { keepSignals: {} } : {}),
    })),
    { name: 'of-run', version: 1, parent: 'run@1', reads: ['sample'], open: { fixed: { size: '4s' } }, policy },
    { name: 'of-busy', version: 1, parent: 'busy@1', reads: ['sample'], open: { fixed: { size: '4s' } }, policy },
    { name: 'hot-in-run', version: 1, parent: 'run@1', reads: ['sample'], open: types.hot, policy },
  ],
  sources: PUMPS.map((name) => ({
    name,
    kind: 'pump',
    groups: ['line-1'],
    validFrom: '1969-12-31T23:00:00Z',
    validTo: '1970-01-01T00:03:00Z',
  })),
};

const defined = definedView(definitions, []);
if (!defined.ok) throw new Error(JSON.stringify(defined.problems, null, 2));
const { view } = defined;

const signal = (source: string, rest: Partial<Signal>): SimulatedMessage => {
  const { name = 'sample', eventTimeUs = 0, phase = 'POINT', values = {} } = rest;
  const value: Signal = {
    id: `${source}-${name}-${phase}-${eventTimeUs}-${values['v'] ?? ''}`,
    name,
    eventTimeUs,
    phase,
    values,
    count: 1,
    correlation: null,
    metadata: {},
    cause: null,
  };
  return { topic: 'signals', key: source, value };
};

const atUs = fc.integer({ min: -300, max: 600 }).map((tenths) => (tenths * SECOND) / 10);
const pump = fc.constantFrom(...PUMPS);
const message: fc.Arbitrary<SimulatedMessage> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(pump, atUs, fc.integer({ min: 0, max: 3 }))
      .map(([source, eventTimeUs, v]) => signal(source, { eventTimeUs, values: { v } })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(pump, atUs, fc.constantFrom('START' as const, 'STOP' as const, 'POINT' as const))
      .map(([source, eventTimeUs, phase]) => signal(source, { name: 'run', eventTimeUs, phase })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(pump, atUs, fc.integer({ min: 1, max: 150 }))
      .map(([source, startUs, tenths]) => emission(source, startUs, tenths)),
  },
);

/** A window that is opened by hand. */
const emission = (key: string, startUs: number, tenths: number): SimulatedMessage => {
  const span = { startUs, endUs: startUs + (tenths * SECOND) / 10 };
  const value: Emission = {
    id: `${key}-${startUs}-${tenths}`,
    key,
    windowType: 'found@1',
    ...span,
    emissionKey: `${startUs}-${tenths}`,
    parentWindowId: null,
    metadata: {},
  };
  return { topic: 'emissions', key, value };
};

const crash: fc.Arbitrary<CrashPoint | null> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(null) },
  {
    weight: 3,
    arbitrary: fc.constantFrom('before the commit' as const, 'after the commit' as const, 'while publishing' as const),
  },
);

/** Turns that crash, but for the last of each round: what always crashes never ends. */
const turns: fc.Arbitrary<readonly Turn[]> = fc
  .array(fc.record({ limit: fc.integer({ min: 1, max: 8 }), crash }), { minLength: 1, maxLength: 12 })
  .map((some) => [...some, { limit: 5, crash: null }, { limit: 5, crash: null }, { limit: 5, crash: null }]);

const history = fc.array(message, { minLength: 1, maxLength: 50 }).chain((messages) =>
  fc.record({
    messages: fc.constant(messages),
    doubled: fc.subarray(messages),
    turns,
    every: fc.integer({ min: 1, max: 9 }),
  }),
);

const STEADY: readonly Turn[] = [{ limit: 1_000, crash: null }];
const ENDS = PUMPS.map((source) => signal(source, { name: 'end', phase: 'WATERMARK', eventTimeUs: 2_000 * SECOND }));

const worldOf = (turnsOf: readonly Turn[]): SimulatedWorld =>
  new SimulatedWorld(view, { partitions: 2, turns: turnsOf, nowUs: NOW_US });

/** The last pane of each window that holds. */
function finalPanes(world: SimulatedWorld) {
  return [...world.windowRecords().values()]
    .flatMap((records) => {
      const pane = records.findLast((record) => record.kind === 'pane');
      if (!pane || records.findLast(({ kind }) => kind === 'pane' || kind === 'withdrawn')!.kind === 'withdrawn')
        return [];
      const { windowId, windowType, key, startUs, endUs, elements, parentWindowId, signals } = pane;
      return [{ windowId, windowType, key, startUs, endUs, elements, parentWindowId, signals }];
    })
    .sort((a, b) => (a.windowId < b.windowId ? -1 : 1));
}

const told = (records: readonly WindowRecord[]): string[] => records.map((record) => JSON.stringify(record));

function policyView(rest: NonNullable<NonNullable<DefinitionsInput['windowTypes']>[number]['policy']>) {
  const windowTypes = definitions.windowTypes!.map((type) => ({ ...type, policy: { maxAhead: 'unlimited', ...rest } }));
  const idle = definedView({ ...definitions, windowTypes } as DefinitionsInput, []);
  if (!idle.ok) throw new Error(JSON.stringify(idle.problems));
  return idle.view;
}

describe('the trigger under crashes', () => {
  it('cut off at any step, it ends with the same final panes as without', () => {
    let crashes = 0;
    const fired = new Set<string>();
    fc.assert(
      fc.property(history, ({ messages, doubled, turns: withCrashes, every }) => {
        const calm = worldOf(STEADY).send(messages, { every: 1_000 }).settle().send(ENDS, { every: 1_000 }).settle();
        const cut = worldOf(withCrashes)
          .send([...messages, ...doubled], { every })
          .settle();
        cut.send(ENDS, { every }).settle();
        crashes += cut.crashes;
        const panes = finalPanes(calm);
        expect(finalPanes(cut)).toEqual(panes);
        for (const { windowType } of panes) fired.add(windowType);
      }),
      { numRuns: Number(process.env['RUNS'] ?? 20) },
    );
    expect(crashes).toBeGreaterThan(30);
    expect([...fired].sort()).toEqual(definitions.windowTypes!.map(({ name }) => `${name}@1`).sort());
  });

  it('publishes each version of a window once, or the same twice; none is missing; nothing is left behind', () => {
    fc.assert(
      fc.property(history, ({ messages, doubled, turns: withCrashes, every }) => {
        const world = worldOf(withCrashes)
          .send([...messages, ...doubled], { every })
          .settle();
        world.send(ENDS, { every }).settle().wait(400, 100);
        const byWindow = world.windowRecords();
        for (const record of world.published()) {
          expect(told([record])).toEqual(told([byWindow.get(record.windowId)![record.version - 1]!]));
        }
        for (const records of byWindow.values()) {
          expect(records.map(({ version }) => version)).toEqual(records.map((_, i) => i + 1));
          const panes = records.flatMap((record) => (record.kind === 'pane' ? [record] : []));
          expect(panes.map(({ revision }) => revision)).toEqual(panes.map((_, i) => i));
          expect(panes.filter(({ timing }) => timing === 'ON_TIME').length).toBeLessThanOrEqual(1);
        }
        for (const { states } of world.stages)
          for (const { state, kept, past } of states.values()) {
            for (const { windows, boundaries } of state.types.values()) expect([windows, boundaries]).toEqual([[], []]);
            expect([kept, [...past]]).toEqual([[], []]);
          }
      }),
      { numRuns: Number(process.env['RUNS'] ?? 20) },
    );
  });

  it('read again from its signals, with what silence meant then, the past ends in the same final panes', () => {
    const idle = policyView({ outOfOrderness: '1s', allowedLateness: '3m', idleTimeout: '5s', maxIdle: '10m' });
    fc.assert(
      fc.property(history, ({ messages: all, turns: withCrashes, every }) => {
        const messages = all.filter(({ topic }) => topic === 'signals');
        const live = new SimulatedWorld(idle, { partitions: 2, turns: withCrashes, nowUs: NOW_US });
        for (let at = 0; at < messages.length; at += 5)
          live
            .send(messages.slice(at, at + 5), { every })
            .settle()
            .wait(4);
        live.wait(60, 20).send(ENDS, { every: 1_000 }).settle();
        const again = new SimulatedWorld(idle, { partitions: 2, turns: STEADY, nowUs: NOW_US + 3_600 * SECOND });
        again
          .send(
            live.topics.all('signals').map((record) => ({ topic: 'signals', ...record })),
            { every: 1_000 },
          )
          .settle();
        expect(finalPanes(again)).toEqual(finalPanes(live));
      }),
      { numRuns: Number(process.env['RUNS'] ?? 15) },
    );
  });

  it('fires by time what is due, also when it is cut off at that time: silent pumps end their windows', () => {
    const idle = policyView({
      outOfOrderness: '1s',
      allowedLateness: '5s',
      idleTimeout: '5s',
      maxIdle: '1m',
      early: { every: '2s' },
    });
    fc.assert(
      fc.property(history, ({ messages, turns: withCrashes }) => {
        const world = new SimulatedWorld(idle, { partitions: 2, turns: withCrashes, nowUs: NOW_US });
        world.send(messages, { every: 1_000 }).settle().wait(400, 20);
        for (const records of world.windowRecords().values()) {
          const last = records.findLast(({ kind }) => kind !== 'childrenClosed')!;
          expect(last.kind === 'withdrawn' || last.kind === 'finalized' || (last.kind === 'pane' && last.isFinal)).toBe(
            true,
          );
        }
      }),
      { numRuns: 10 },
    );
  });
});
