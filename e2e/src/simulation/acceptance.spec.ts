import { describe, expect, it } from '@jest/globals';
import { liveRevision, refOf, type RegistryView, type Warning } from '@windlass/dag';
import { definedView } from '@windlass/simulation';
import fc from 'fast-check';
import { drive, DRIVEN_AT_US } from './drive.ts';
import { type GeneratedDag, generatedDag } from './generated-dag.ts';
import { unprovenView } from './unproven.ts';
import { SimulatedWorld } from './world.ts';

/** Generated DAGs, of which about one in five is accepted. RUNS=6000 drives a thousand and more; another SEED drives others. */
const RUNS = Number(process.env['RUNS'] ?? 300);
const seed = Number(process.env['SEED'] ?? 1);
const TEST_MS = 600_000;
const STEADY = [{ limit: 1_000, crash: null }];

/** What has run, and which window types have fired: `rul@1 on cycle@1`, `cycle@1`. */
function done(view: RegistryView): Set<string> {
  const world = new SimulatedWorld(view, { partitions: 2, turns: STEADY, nowUs: DRIVEN_AT_US });
  drive(world, view);
  const ran = world
    .outcomes()
    .flatMap(({ windowType, outcomes }) =>
      outcomes.filter(({ succeeded }) => succeeded).map(({ algorithm }) => `${algorithm} on ${windowType}`),
    );
  const fired = [...world.windowRecords().values()].flatMap((records) =>
    records.flatMap((record) => (record.kind === 'pane' ? [record.windowType] : [])),
  );
  return new Set([...ran, ...fired]);
}

/** A window that has no children lets whoever reads theirs run with none: of that validation knows nothing. */
const readsChildren = ({ registrations }: GeneratedDag): boolean =>
  registrations.some(({ algorithms }) =>
    algorithms.some(({ dependencies }) => dependencies?.some(({ relation }) => relation === 'children')),
  );

/** Marks open windows; an algorithm emits windows within them, and another one of the same windows joins what was found there. */
const joining: GeneratedDag = {
  definitions: {
    windowTypes: [
      { name: 'run', version: 1, open: { point: { signal: 'mark', before: '1s', after: '16s' } } },
      { name: 'found', version: 1, parent: 'run@1', open: { emission: {} } },
    ],
    processors: [],
    sources: [{ name: 'pump-1', kind: 'pump' }],
  },
  registrations: [
    {
      name: 'p',
      version: '1.0.0',
      algorithms: [
        { name: 'finder', version: 1, windows: ['run@1'], dependencies: [], emits: ['found@1'], result: 'double' },
        { name: 'each', version: 1, windows: ['found@1'], dependencies: [], emits: [], result: 'double' },
        {
          name: 'joined',
          version: 1,
          windows: ['run@1'],
          dependencies: [{ algorithm: 'each@1', relation: 'children', onMissing: 'runWithout' }],
          emits: [],
          result: 'double',
        },
      ],
    },
  ],
};

describe('a window with windows that an algorithm of it has found', () => {
  it('is told of them when that algorithm is through, also where another one waits for what they give', () => {
    const defined = definedView(joining.definitions, joining.registrations);
    if (!defined.ok) throw new Error(JSON.stringify(defined.problems));
    expect([...done(defined.view)].sort()).toEqual([
      'each@1 on found@1',
      'finder@1 on run@1',
      'found@1',
      'joined@1 on run@1',
      'run@1',
    ]);
  });
});

const reading = (name: string, windowType: string, dependencies: readonly object[] = [], on?: readonly string[]) => ({
  name,
  version: 1,
  windows: [on ? { windowType, on } : windowType],
  dependencies,
  result: 'double',
});

/** Of a source whose end nobody has declared: samples in its life, in windows of it, and in what lasts for the rest of it. */
const endless = {
  definitions: {
    windowTypes: [
      { name: 'life', version: 1, reads: ['sample'], open: { wholeLife: {} }, policy: { early: { count: 3 } } },
      {
        name: 'part',
        version: 1,
        parent: 'life@1',
        reads: ['sample'],
        open: { fixed: { size: '16s' } },
        policy: { allowedLateness: '20s' },
      },
      { name: 'rest', version: 1, parent: 'life@1', open: { outcome: { algorithm: 'level@1', when: 'true' } } },
    ],
    processors: [{ name: 'p', algorithms: ['level@1'] }],
    sources: [{ name: 'pump-1', kind: 'pump' }],
  },
  registrations: [
    {
      name: 'p',
      version: '1.0.0',
      algorithms: [
        reading('level', 'part@1'),
        reading('settled', 'part@1', [{ algorithm: 'level@1', onProvisional: 'wait' }]),
        reading('soon', 'life@1', [], ['EARLY']),
        reading('total', 'life@1'),
        reading('waits', 'life@1', [{ algorithm: 'soon@1', onProvisional: 'wait' }], ['EARLY']),
        reading('joins', 'life@1', [{ algorithm: 'level@1', relation: 'children' }], ['EARLY']),
        reading('after', 'rest@1'),
      ],
    },
  ],
} as unknown as GeneratedDag;

/** Late samples move the ends of counted windows, while stretches that lie in them are forgotten. */
const moving: GeneratedDag = {
  definitions: {
    windowTypes: [
      {
        name: 'three',
        version: 1,
        reads: ['sample'],
        open: { count: { size: 3, maxDuration: '5m' } },
        policy: { outOfOrderness: '2s', allowedLateness: '1m' },
      },
      {
        name: 'high',
        version: 1,
        parent: 'three@1',
        reads: ['sample'],
        open: { state: { signal: 'sample', of: 'values.v > 1.0', maxDuration: '5m' } },
      },
    ],
    sources: [{ name: 'pump-1', kind: 'pump' }],
  },
  registrations: [
    { name: 'p', version: '1.0.0', algorithms: [{ name: 'a', version: 1, windows: ['three@1'], result: 'double' }] },
  ],
};

describe('a window whose end moves in the step in which a child of it is forgotten', () => {
  it('knows that child afterwards', () => {
    const defined = definedView(moving.definitions, moving.registrations);
    if (!defined.ok) throw new Error(JSON.stringify(defined.problems));
    expect([...done(defined.view)].sort()).toEqual(['a@1 on three@1', 'high@1', 'three@1']);
  });
});

describe('a source that has no declared end', () => {
  it('has results of all but what is warned of as without end', () => {
    const defined = definedView(endless.definitions, endless.registrations);
    if (!defined.ok) throw new Error(JSON.stringify(defined.problems));
    const ran = [...done(defined.view)].filter((one) => one.includes(' on '));
    expect(ran.sort()).toEqual(['level@1 on part@1', 'settled@1 on part@1', 'soon@1 on life@1']);
    const told = defined.warnings
      .filter(({ code }) => code === 'LIFE_WITHOUT_END')
      .map(({ chain }) => chain![0]!.split(' ')[0]!);
    expect([...new Set(told)].sort()).toEqual(['after@1', 'joins@1', 'total@1', 'waits@1']);
  });
});

/** Pairs that are driven only by chance. */
const seldomIn = ({ code, chain = [] }: Warning): string[] => (code === 'SELDOM_RUNS' ? [chain[0]!] : []);

describe('validation', () => {
  it(
    'accepts only DAGs of which every algorithm runs, on every window type that it is bound to',
    () => {
      let accepted = 0;
      fc.assert(
        fc.property(generatedDag, ({ definitions, registrations }) => {
          const defined = definedView(definitions, registrations);
          if (!defined.ok) return;
          accepted += 1;
          const has = done(defined.view);
          const bound = liveRevision(defined.view).algorithms.flatMap((algorithm) =>
            algorithm.bindings.map(({ windowType }) => `${refOf(algorithm)} on ${windowType}`),
          );
          const seldom = new Set(defined.warnings.flatMap(seldomIn));
          expect(bound.filter((pair) => !has.has(pair) && !seldom.has(pair))).toEqual([]);
        }),
        { numRuns: RUNS, seed, endOnFailure: true },
      );
      expect(accepted).toBeGreaterThan(RUNS / 10);
    },
    TEST_MS,
  );

  it(
    'refuses as starved only what never runs, if it is taken all the same',
    () => {
      let starved = 0;
      fc.assert(
        fc.property(generatedDag, (dag) => {
          const defined = definedView(dag.definitions, dag.registrations);
          if (defined.ok || defined.problems.some(({ code }) => code !== 'STARVED') || readsChildren(dag)) return;
          // Judged was what was there then: a processor that comes later may be what starts it.
          const { registration } = defined.problems[0]!;
          const named = defined.problems
            .filter((one) => one.registration === registration)
            .map(({ chain }) => chain![0]!);
          const judged = { ...dag, registrations: dag.registrations.slice(0, (registration ?? -1) + 1) };
          const has = done(unprovenView(judged));
          starved += named.length;
          expect(named.filter((one) => has.has(one))).toEqual([]);
        }),
        { numRuns: Math.ceil(RUNS / 5), seed, endOnFailure: true },
      );
      expect(starved).toBeGreaterThan(RUNS / 50);
    },
    TEST_MS,
  );
});
