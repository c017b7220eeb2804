import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RegistrationInput } from '../definitions/registration.ts';
import { algorithm, codesOf, cycle, defined, life, problemsOf, processor, register } from '../registry.fixture.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const TYPES = ['life@1', 'cycle@1', 'slice@1', 'found@1'];
const state = defined([
  life,
  cycle,
  { ...cycle, name: 'slice', parent: 'cycle@1' },
  { name: 'found', version: 1, parent: 'life@1', open: { emission: {} } },
]);

type AlgorithmInput = RegistrationInput['algorithms'][number];
const dependency = fc.record({
  algorithm: fc.constantFrom(...NAMES).map((name) => `${name}@1`),
  relation: fc.constantFrom('same' as const, 'parent' as const, 'children' as const, { previous: 2 }),
  onMissing: fc.constantFrom('wait' as const, 'runWithout' as const),
  onFailed: fc.constantFrom('skip' as const, 'runWithout' as const, undefined),
});
const algorithms = fc
  .tuple(
    ...NAMES.map((name) =>
      fc
        .record({
          windows: fc.subarray(TYPES, { minLength: 1, maxLength: 2 }),
          dependencies: fc.array(dependency, { maxLength: 2 }),
          emits: fc.subarray(['found@1']),
        })
        .map((more): AlgorithmInput => algorithm(name, more)),
    ),
  )
  .map((all) => all as AlgorithmInput[]);

/** Problems without where they stand in the document. */
const told = (list: readonly AlgorithmInput[]) =>
  problemsOf(register(processor(list), state)).map(({ code, message, chain }) => ({ code, message, chain }));

/** The slow and obvious judge: rounds over everything until nothing new can run. */
function canRun(list: readonly AlgorithmInput[]): Set<string> {
  const parents = new Map([
    ['cycle@1', 'life@1'],
    ['slice@1', 'cycle@1'],
    ['found@1', 'life@1'],
  ]);
  const done = new Set(['life@1', 'cycle@1', 'slice@1']);
  const emitters = list.filter(({ emits }) => emits!.length > 0);
  if (emitters.length === 0) done.add('found@1');
  const ran = (name: string, type: string | undefined): boolean => done.has(`${name} on ${type}`);
  /** On the first window of a type, or on a later one, as far as its dependencies go; `on` says what has run on the same. */
  const isReady = ({ dependencies }: AlgorithmInput, type: string, { isFirst, on }: { isFirst: boolean; on: string }) =>
    dependencies!.every(({ algorithm: ref, relation, onMissing, onFailed }) => {
      const whenMissing = onMissing === 'runWithout';
      const whenFailed =
        (onFailed ?? (relation === 'same' || relation === 'parent' ? 'skip' : 'runWithout')) === 'runWithout';
      const bound = list.find(({ name }) => `${name}@1` === ref)!.windows as string[];
      const isThere = (at: string | undefined): boolean => bound.includes(at!);
      const children = bound.filter((child) => parents.get(child) === type);
      if (relation === 'same') return isThere(type) ? ran(ref, `${type} ${on}`) || whenFailed : whenMissing;
      if (relation === 'parent') {
        const parent = parents.get(type);
        return whenMissing || (isThere(parent) && (ran(ref, parent) || whenFailed));
      }
      if (relation !== 'children') return isThere(type) && !isFirst ? ran(ref, type) || whenFailed : whenMissing;
      if (children.length === 0) return whenMissing;
      return whenFailed || children.every((child) => child === 'found@1') || children.some((child) => ran(ref, child));
    });
  for (let size = -1; size !== done.size;) {
    size = done.size;
    for (const one of list)
      for (const type of one.windows as string[])
        for (const on of ['first', 'later']) {
          if (!done.has(type) || !isReady(one, type, { isFirst: on === 'first', on })) continue;
          done.add(`${one.name}@1 on ${type} ${on}`).add(`${one.name}@1 on ${type}`);
          for (const emitted of one.emits!) done.add(emitted);
        }
  }
  return done;
}

describe('validation', () => {
  it('tells the same in whatever order algorithms and dependencies are given', () => {
    fc.assert(
      fc.property(
        algorithms.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          const reversed = shuffled.map((one) => ({
            ...one,
            windows: [...one.windows].reverse(),
            dependencies: [...one.dependencies!].reverse(),
          }));
          expect(new Set(told(reversed).map((one) => JSON.stringify(one)))).toEqual(
            new Set(told(list).map((one) => JSON.stringify(one))),
          );
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('accepts only what can run, all of it, and starves nothing that can', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(algorithms, (list) => {
        const outcome = register(processor(list), state);
        const runs = canRun(list);
        const all = list.flatMap(({ name, windows }) => (windows as string[]).map((type) => `${name}@1 on ${type}`));
        for (const code of outcome.ok ? ['ACCEPTED'] : codesOf(outcome)) seen.add(code);
        if (outcome.ok) expect(all.filter((pair) => !runs.has(pair))).toEqual([]);
        for (const { code, chain } of problemsOf(outcome))
          if (code === 'STARVED') expect(runs.has(chain![0]!)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
    expect([...seen]).toEqual(
      expect.arrayContaining(['ACCEPTED', 'STARVED', 'CYCLE', 'TRIGGER_LOOP', 'UNSATISFIABLE_DEPENDENCY']),
    );
  });

  it('walks a chain of 10,000 and layers with 2^30 ways through without touching the stack', () => {
    const chain = Array.from({ length: 10_000 }, (_, i) =>
      algorithm(`a${i}`, i === 0 ? {} : { dependencies: [{ algorithm: `a${i - 1}@1` }] }),
    );
    const cyclic = [{ ...chain[0]!, dependencies: [{ algorithm: 'a9999@1' }] }, ...chain.slice(1)];
    const layers = Array.from({ length: 60 }, (_, i) =>
      algorithm(
        `l${i}`,
        i < 2 ? {} : { dependencies: [0, 1].map((k) => ({ algorithm: `l${i - (i % 2) - 2 + k}@1` })) },
      ),
    );
    expect(problemsInParts(chain)).toEqual([]);
    expect(problemsOf(register(processor(layers), state))).toEqual([]);
    expect(problemsInParts(cyclic)).toMatchObject([{ code: 'CYCLE' }]);
  });
});

/** A registration holds at most 1,000 algorithms; the rest is there before, as expected ones would be. */
function problemsInParts(list: readonly AlgorithmInput[]) {
  const expected = defined([life, cycle], {
    processors: Array.from({ length: 10 }, (_, i) => ({
      name: `p${i}`,
      algorithms: list.slice(i * 1000, (i + 1) * 1000).map(({ name }) => `${name}@1`),
    })),
  });
  let current = expected;
  for (let i = 0; i < 10; i++) {
    const outcome = register(processor(list.slice(i * 1000, (i + 1) * 1000), { name: `p${i}` }), current);
    if (!outcome.ok) return outcome.problems;
    current = { ...current, revision: outcome.revision };
  }
  return [];
}
