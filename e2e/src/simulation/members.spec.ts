import { describe, expect, it } from '@jest/globals';
import type { DefinitionsInput, RegistrationInput } from '@windlass/dag';
import { definedView } from '@windlass/simulation';
import type { Signal } from '@windlass/windowing';
import fc from 'fast-check';
import type { Work } from './spoke-core.ts';
import type { CrashPoint } from './stage.ts';
import type { SimulatedMessage } from './topics.ts';
import { SimulatedWorld, type Turn } from './world.ts';

const SECOND = 1_000_000;
const NOW_US = 1_000_000 * SECOND;
const PUMPS = ['pump-1', 'pump-2', 'pump-3'];

const policy = { outOfOrderness: '3s', allowedLateness: '5m', idleTimeout: 'never' } as const;
const definitions: DefinitionsInput = {
  windowTypes: [
    { name: 'ten', version: 1, for: { kind: 'pump' }, reads: ['sample'], open: { fixed: { size: '10s' } }, policy },
    // Sessions move, merge and are withdrawn; they wait longer than the group does.
    {
      name: 'busy',
      version: 1,
      for: { kind: 'pump' },
      reads: ['sample'],
      open: { session: { gap: '4s' } },
      policy: { ...policy, outOfOrderness: '6s' },
    },
    {
      name: 'line',
      version: 1,
      for: { kind: 'pump' },
      reads: ['sample'],
      open: { fixed: { size: '30s', scope: 'group' } },
      policy,
    },
  ],
  sources: PUMPS.map((name) => ({ name, kind: 'pump', groups: ['line-1'] })),
};
const algorithm = (name: string, window: string, of: string[] = []): RegistrationInput['algorithms'][number] => ({
  name,
  version: 1,
  windows: [window],
  dependencies: of.map((upstream) => ({ algorithm: `${upstream}@1`, relation: 'members' as const })),
  emits: [],
  result: 'string',
});
const registration: RegistrationInput = {
  name: 'p',
  version: '1.0.0',
  algorithms: [
    algorithm('count', 'ten@1'),
    algorithm('length', 'busy@1'),
    algorithm('join', 'line@1', ['count', 'length']),
  ],
};
const defined = definedView(definitions, [registration]);
if (!defined.ok) throw new Error(JSON.stringify(defined.problems, null, 2));
const { view } = defined;

/** Says what it was given, so that order and completeness of the inputs can be seen. */
const work: Work = ({ pane, inputs }, ref) =>
  ref === 'join@1'
    ? inputs
        .map(({ key, algorithm: of, startUs, result }) => `${key} ${of} ${startUs / SECOND}: ${String(result)}`)
        .join(', ')
    : `${pane.elements} to ${pane.endUs / SECOND}`;

const signal = (source: string, eventTimeUs: number, rest: Partial<Signal> = {}): SimulatedMessage => {
  const name = rest.name ?? 'sample';
  const common = { values: {}, count: 1, correlation: null, metadata: {}, cause: null };
  const value = {
    id: `${source}-${name}-${eventTimeUs}`,
    name,
    eventTimeUs,
    phase: 'POINT' as const,
    ...common,
    ...rest,
  };
  return { topic: 'signals', key: source, value };
};
const ends = (us: number) => PUMPS.map((source) => signal(source, us, { name: 'end', phase: 'WATERMARK' }));

const crash: fc.Arbitrary<CrashPoint | null> = fc.constantFrom(
  null,
  'before the commit' as const,
  'after the commit' as const,
  'while publishing' as const,
);
/** As many as no number of stages divides, so that none is cut off each time. */
const TURNS = 17;
const turns: fc.Arbitrary<readonly Turn[]> = fc
  .array(fc.record({ limit: fc.integer({ min: 1, max: 8 }), crash }), { minLength: 1, maxLength: 12 })
  .map((some) => [...some, ...Array.from({ length: TURNS - some.length }, () => ({ limit: 5, crash: null }))]);
const messages = fc.array(
  fc
    .tuple(fc.constantFrom(...PUMPS), fc.integer({ min: 0, max: 600 }))
    .map(([source, at]) => signal(source, (at * SECOND) / 10)),
  { minLength: 1, maxLength: 40 },
);
const STEADY: readonly Turn[] = [{ limit: 1_000, crash: null }];

const worldOf = (turnsOf: readonly Turn[]) =>
  new SimulatedWorld(view, { partitions: 4, turns: turnsOf, nowUs: NOW_US, work });

/** The last result of `join` over each window of the line, and what the last results of the pumps' windows inside would make it. */
function joined(world: SimulatedWorld) {
  const latest = new Map<
    string,
    { window: string; startUs: number; endUs: number; key: string; algorithm: string; result: string; isGone: boolean }
  >();
  for (const { windowId, windowType, key, startUs, endUs, outcomes, withdrawn, told } of world.outcomes()) {
    outcomes.forEach(({ algorithm: of, result, succeeded }, i) => {
      if (succeeded || told.outcomes[i]!.state === 'SKIPPED')
        latest.set(`${windowId} ${of}`, {
          window: windowType,
          startUs,
          endUs,
          key,
          algorithm: of,
          result: String(result),
          isGone: false,
        });
    });
    for (const { algorithm: of } of withdrawn)
      latest.set(`${windowId} ${of}`, { ...latest.get(`${windowId} ${of}`)!, isGone: true });
  }
  const held = [...latest.values()].filter(({ isGone }) => !isGone);
  const lines = held.filter(({ window }) => window === 'line@1').sort((a, b) => a.startUs - b.startUs);
  const expected = lines.map((line) =>
    held
      .filter(({ window, startUs, endUs }) => window !== 'line@1' && startUs >= line.startUs && endUs <= line.endUs)
      .map(({ key, algorithm: of, startUs, result }) => ({
        startUs,
        text: `${key} ${of} ${startUs / SECOND}: ${result}`,
      }))
      .map(({ startUs, text }) => ({ startUs, text }))
      .sort((a, b) => a.startUs - b.startUs)
      .map(({ text }) => text)
      .sort(),
  );
  return {
    lines: lines.map(({ result }) => (result === '' ? [] : result.split(', ').sort())),
    expected,
    raw: lines.map(({ result }) => result),
  };
}

describe("what members find, from their signals to their group's results", () => {
  it('is joined once, when all of it is there: with samples in order the group runs once a window', () => {
    const world = worldOf(STEADY);
    for (let at = 0; at < 100; at += 2)
      world.send(
        PUMPS.map((pump) => signal(pump, at * SECOND)),
        { every: 1 },
      );
    world.settle();
    const runs = world
      .outcomes()
      .flatMap(({ windowType, startUs, outcomes }) =>
        windowType === 'line@1' ? outcomes.map(({ run }) => `${startUs / SECOND} run ${run}`) : [],
      );
    expect(runs).toEqual(['0 run 0', '30 run 0', '60 run 0'].slice(0, runs.length));
    expect(runs.length).toBeGreaterThanOrEqual(2);
    const { lines, expected } = joined(world);
    expect(lines).toEqual(expected);
    expect(lines[0]).toHaveLength(9);
  });

  it('ends in the same results whatever comes late, in which order and with which crashes', () => {
    let crashes = 0;
    fc.assert(
      fc.property(messages, turns, fc.integer({ min: 1, max: 9 }), (sent, withCrashes, every) => {
        const calm = worldOf(STEADY)
          .send(sent, { every: 1_000 })
          .settle()
          .send(ends(2_000 * SECOND), { every: 1_000 })
          .settle();
        const cut = worldOf(withCrashes)
          .send(sent, { every })
          .settle()
          .send(ends(2_000 * SECOND), { every })
          .settle();
        crashes += cut.crashes;
        const end = joined(cut);
        expect(end.lines).toEqual(end.expected);
        expect(end.raw).toEqual(joined(calm).raw);
      }),
      { numRuns: Number(process.env['RUNS'] ?? 60) },
    );
    expect(crashes).toBeGreaterThan(50);
  });
});
