import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyDifference, diffDag } from '../difference.ts';
import type { DagRevision } from '../model.ts';
import { define, emptyState, idle, register } from '../registry.fixture.ts';
import { readDefinitions } from '../definitions/document.ts';
import { applyAndPrune } from './apply-definitions.ts';
import { changesBetween } from './changes.ts';
import type { Proposal, Refusal, RegistryState } from './state.ts';

type Outcome = Proposal | Refusal;
type Document = Readonly<Record<string, unknown>>;

/** The first ten times as often as the others together. */
const mostly = <T>(good: fc.Arbitrary<T>, ...bad: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 20, arbitrary: good }, { weight: 1, arbitrary: fc.constantFrom(...bad) });
const list = <T>(...of: fc.Arbitrary<T>[]): fc.Arbitrary<T[]> =>
  fc.tuple(...of.map((one) => fc.option(one, { freq: 25 }))).map((all) => all.filter((one) => one !== null) as T[]);

const size = fc.constantFrom('1s', '2s', '1m');
const policy = mostly<object | undefined>(
  fc.constantFrom(undefined, { allowedLateness: '1m' }, { early: { every: '1s' } }),
  { coalesceLate: '5s' },
  { alowedLateness: '1m' },
);
const inner = ['cycle@^1', 'cycle@1', undefined];
const grid = (name: string, version: string) =>
  fc.record({
    ...{ name: fc.constant(name), version: fc.constant(version), policy },
    parent: mostly<string | undefined>(
      fc.constantFrom(...(name === 'slice' ? inner : ['life@1', undefined])),
      'lost@1',
    ),
    for: fc.constantFrom(undefined, { kind: 'pump', groups: ['line-1', 'fleet', 'north'] }),
    reads: mostly<string[]>(fc.constantFrom(['sample', 'other'], ['sample']), []),
    open: size.map((one) => ({ fixed: { size: one } })),
  });
const plain = (name: string, more: object) =>
  fc.record({ policy }).map((one) => ({ name, version: '1', ...one, ...more }));

/** A definitions file; about every other one has a mistake. */
const file: fc.Arbitrary<Document> = fc.record({
  windowTypes: list<unknown>(
    plain('life', { open: { startStop: { signal: 'life', maxDuration: '1d' } } }),
    grid('cycle', '1'),
    grid('cycle', '1.2'),
    grid('slice', '1'),
    plain('found', { parent: 'cycle@1', open: { emission: {} } }),
    plain('hot', { parent: 'cycle@1', open: { outcome: { algorithm: 'a@*', when: 'result > 1.0' } } }),
    plain('alike', { like: 'cycle@^1' }),
    plain('shift', { reads: ['sample'], open: { calendar: { use: 'shifts' } } }),
  ),
  calendars: list(
    fc.constant({ name: 'shifts', zone: 'Europe/Berlin', intervals: [{ name: 'day', start: '06:00', end: '14:00' }] }),
  ),
  kinds: list<unknown>(
    fc.constant({
      name: 'pump',
      channels: [
        { name: 'flow', type: 'double' },
        { name: 'head', type: 'double' },
      ],
    }),
    fc.constant({ name: 'fan', channels: [{ name: 'speed', type: 'long' }] }),
  ),
  sources: list<unknown>(
    mostly<object>(fc.constant({ name: 'hall', kind: 'hall' }), { name: 'hall', kind: 'hall', parent: 'pump-1' }),
    mostly<object>(fc.constant({ name: 'pump-1', kind: 'pump', parent: 'hall' }), { name: 'pump-1', parent: 'none' }),
    fc.constant({ name: 'pump-2', kind: 'pump', parent: 'pump-1', groups: ['line-1', 'fleet'] }),
  ),
  processors: list<unknown>(
    fc.constant({ name: 'health', algorithms: ['a@1', 'b@1'] }),
    fc.constant({ name: 'other', algorithms: ['c@1'] }),
  ),
});

const binding = fc.constantFrom<unknown>('cycle@1', { windowType: 'cycle@1', on: ['EARLY', 'LATE', 'FINAL'] });
const algorithm = (name: string, version: string) =>
  fc.record({
    ...{ name: fc.constant(name), version: fc.constant(version) },
    windows: fc.oneof(
      { weight: 4, arbitrary: fc.tuple(binding) },
      fc.subarray<unknown>(['life@1', 'cycle@1', 'cycle@^1.1', 'slice@1', 'hot@1'], { minLength: 1, maxLength: 3 }),
    ),
    retry: fc.constantFrom(undefined, { attempts: 2, nonRetryable: ['A', 'B', 'C'] }),
    dependencies: fc.uniqueArray(
      fc.record({
        algorithm: fc.constantFrom('a@1', 'a@*', 'b@1', 'c@*'),
        relation: fc.constantFrom('same', 'parent', 'children', { previous: 2 }),
        onMissing: fc.constantFrom('wait', 'runWithout', 'runWithout'),
        reads: mostly<string | undefined>(fc.constantFrom(undefined, 'double'), 'string'),
      }),
      { maxLength: 2, selector: (one) => JSON.stringify([one.algorithm, one.relation]) },
    ),
    emits: mostly(fc.subarray(['found@1']), ['cycle@1']),
    result: fc.constantFrom('double', 'long'),
  });
const registration: fc.Arbitrary<Document> = fc.record({
  name: fc.constant('health'),
  version: fc.constant('1.0.0'),
  algorithms: list<unknown>(algorithm('a', '1'), algorithm('a', '2'), algorithm('b', '1'), algorithm('d', '1')),
});

const LISTS: ReadonlySet<string> = new Set([
  ...['windowTypes', 'calendars', 'kinds', 'channels', 'sources', 'groups', 'processors', 'algorithms', 'windows'],
  ...['dependencies', 'emits', 'reads', 'on', 'nonRetryable'],
]);

/** The same with the lists in another order, and the fields of objects too. */
function shuffled(value: unknown, draw: (below: number) => number, field = ''): unknown {
  const turned = <T>(all: readonly T[]): T[] => {
    const left = [...all];
    return all.map(() => left.splice(draw(left.length), 1)[0]!);
  };
  if (Array.isArray(value)) {
    const inner = value.map((one) => shuffled(one, draw));
    return LISTS.has(field) ? turned(inner) : inner;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(turned(Object.entries(value)).map(([name, one]) => [name, shuffled(one, draw, name)]));
}

/** The order of lists within an entity is kept as it was written; it means nothing. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(canonical).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, one]) => [name, canonical(one)]));
}

/** Without where it stands in the document. */
const withoutPath = <T extends { readonly path: string }>(all: readonly T[]): unknown =>
  canonical(all.map(({ path: _, ...rest }) => rest));

const answerOf = (outcome: Outcome): unknown =>
  outcome.ok
    ? {
        ...{ revision: canonical(outcome.revision), policies: canonical(outcome.policies) },
        ...{ sources: canonical(outcome.sources), changes: canonical(outcome.changes) },
        ...{ warnings: withoutPath(outcome.warnings), hints: withoutPath(outcome.hints) },
        resolved: withoutPath(outcome.resolved),
      }
    : { problems: withoutPath(outcome.problems) };

const after = (outcome: Outcome, state: RegistryState): RegistryState =>
  outcome.ok
    ? {
        revision: outcome.revision,
        policies: new Map([...state.policies, ...outcome.policies.map((one) => [one.windowType, one] as const)]),
        sources: new Map([
          ...(state.sources as ReadonlyMap<string, never>),
          ...outcome.sources.map((one) => [one.name, one] as const),
        ]),
      }
    : state;

/** Applied one after the other; what is refused changes nothing. */
function answersOf(documents: readonly Document[]): unknown[] {
  let state = emptyState;
  return documents.map((one) => {
    const outcome = 'algorithms' in one ? register(one, state) : define(one, state);
    state = after(outcome, state);
    return answerOf(outcome);
  });
}

const story = fc.tuple(file, registration, file, registration);

describe('a document', () => {
  it('is answered the same, whatever the order of what it lists and of the fields in it', () => {
    let [accepted, refused, hinted] = [0, 0, 0];
    fc.assert(
      fc.property(story, fc.infiniteStream(fc.nat(1_000)), (documents, numbers) => {
        const draw = (below: number): number => (numbers.next().value as number) % below;
        const answers = answersOf(documents);
        expect(answersOf(documents.map((one) => shuffled(one, draw) as Document))).toEqual(answers);
        for (const one of answers as { problems?: []; hints?: [] }[]) {
          if (one.problems) refused += 1;
          else accepted += 1;
          hinted += one.hints?.length ?? 0;
        }
      }),
      { numRuns: 240 },
    );
    expect(Math.min(accepted, refused, hinted)).toBeGreaterThan(5);
  });

  it('that is written in another order is no change', () => {
    let [unchanged, registered] = [0, 0];
    fc.assert(
      fc.property(story, fc.infiniteStream(fc.nat(1_000)), (documents, numbers) => {
        const draw = (below: number): number => (numbers.next().value as number) % below;
        let state = emptyState;
        for (const one of documents) {
          const propose = 'algorithms' in one ? register : define;
          const outcome = propose(one, state);
          state = after(outcome, state);
          if (!outcome.ok) continue;
          expect(propose(shuffled(one, draw) as Document, state)).toMatchObject({ ok: true, changes: [] });
          unchanged += 1;
          if ('algorithms' in one) registered += 1;
        }
      }),
      { numRuns: 400 },
    );
    expect(Math.min(unchanged, registered)).toBeGreaterThan(5);
  });
});

describe('a file that prunes', () => {
  it('makes of what files have made before what it makes of nothing', () => {
    let [pruned, ranges] = [0, 0];
    const holding = file.filter((one) => (one['windowTypes'] as readonly unknown[]).length > 5);
    const fewer = fc.tuple(holding, fc.subarray(['cycle@1', 'cycle@1.2', 'alike@1', 'hot@1'])).map(([one, out]) => {
      const types = one['windowTypes'] as readonly { readonly name: string; readonly version: string }[];
      return { ...one, windowTypes: types.filter(({ name, version }) => !out.includes(`${name}@${version}`)) };
    });
    fc.assert(
      fc.property(fc.array(holding, { minLength: 1, maxLength: 3 }), fewer, (before, wanted) => {
        const state = before.reduce((so, one) => after(define(one, so), so), emptyState);
        const document = readDefinitions(wanted);
        if (document.problems.length > 0) return;
        const ofNothing = define(wanted);
        const plan = applyAndPrune(state, document, { work: idle, force: false });
        if (!ofNothing.ok) return;
        const made = ({ ok, ...rest }: Outcome): unknown =>
          ok && canonical([(rest as Proposal).revision.windowTypes, (rest as Proposal).revision.expected ?? []]);
        expect(made(plan)).toEqual(made(ofNothing));
        if (state.revision.number === 0) return;
        pruned += 1;
        ranges += ofNothing.resolved.length;
      }),
      { numRuns: 400 },
    );
    expect(Math.min(pruned, ranges)).toBeGreaterThan(5);
  });
});

describe('a plan', () => {
  it('is what applying does: its difference leads from what is there to what is wanted, and then there is nothing left to do', () => {
    let applied = 0;
    fc.assert(
      fc.property(story, file, (documents, wanted) => {
        let state = emptyState;
        for (const one of documents)
          state = after('algorithms' in one ? register(one, state) : define(one, state), state);
        const before: DagRevision = JSON.parse(JSON.stringify(state.revision));
        for (const prune of [false, true]) {
          const document = readDefinitions(wanted);
          if (document.problems.length > 0) return;
          const plan = prune ? applyAndPrune(state, document, { work: idle, force: true }) : define(wanted, state);
          if (!plan.ok) continue;
          applied += 1;
          const told = plan.changes.filter(({ kind }) => kind !== 'policy' && kind !== 'source');
          if (told.length === 0) expect(plan.revision).toBe(state.revision);
          else {
            const difference = JSON.parse(JSON.stringify(plan.difference));
            expect(applyDifference(before, difference)).toEqual(JSON.parse(JSON.stringify(plan.revision)));
            expect(diffDag(state.revision, plan.revision)).toEqual(plan.difference);
          }
          const plainly = told.map(({ because: _, settled: __, ...rest }) => rest);
          expect(plainly).toEqual(told.length === 0 ? [] : changesBetween(state.revision, plan.revision));
          const there = after(plan, state);
          const again = prune ? applyAndPrune(there, document, { work: idle, force: true }) : define(wanted, there);
          expect(again).toMatchObject({ ok: true, changes: [] });
        }
      }),
      { numRuns: 80 },
    );
    expect(applied).toBeGreaterThan(20);
  });
});
