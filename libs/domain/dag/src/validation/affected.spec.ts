import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { indexDag } from '../dag-index.ts';
import type { DagRevision, WindowType } from '../model.ts';
import { refOf } from '../model.ts';
import { defaultPolicy } from '../policy.ts';
import { toAlgorithm } from '../change/defaults.ts';
import { parseDefinitions, parseRegistration } from '../definitions/parse.ts';
import type { RegistrationInput } from '../definitions/registration.ts';
import { toWindowType } from '../definitions/window-type.ts';
import { after, algorithm, codesOf, cycle, define, defined, life, processor, register } from '../registry.fixture.ts';
import { affectedBy, partOf } from './affected.ts';
import type { Draft } from './draft.ts';
import { validatedChange, validateDag } from './validate.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const TYPES = ['life@1', 'cycle@1', 'slice@1', 'found@1', 'hot@1', 'cool@1', 'all@1', 'alarm@1'];
const outcome = (of: string, more: object) => ({
  version: 1,
  open: { outcome: { algorithm: `${of}@1`, when: 'result > 1.0', ...more } },
});
const types = [
  life,
  cycle,
  { ...cycle, name: 'slice', parent: 'cycle@1' },
  { name: 'found', version: 1, parent: 'life@1', open: { emission: {} } },
  { name: 'hot', parent: 'life@1', ...outcome('a', { until: 'parent', once: 'parent' }) },
  { name: 'cool', ...outcome('b', { until: '1m', once: 'never' }) },
  { name: 'all', version: 1, reads: ['sample'], open: { wholeLife: {} } },
  { name: 'alarm', parent: 'all@1', ...outcome('a', { until: 'parent', once: 'parent' }) },
];
const state = defined(types, { processors: [{ name: 'health', algorithms: NAMES.map((name) => `${name}@1`) }] });

type AlgorithmInput = RegistrationInput['algorithms'][number];
const dependency = fc.record({
  // The last one is told with the version that there is.
  algorithm: fc.constantFrom(...NAMES.map((name) => `${name}@1`), 'f@2'),
  relation: fc.constantFrom('same' as const, 'same' as const, 'parent' as const, 'children' as const, { previous: 2 }),
  onMissing: fc.constantFrom('wait' as const, 'runWithout' as const),
  onFailed: fc.constantFrom('skip' as const, 'runWithout' as const, undefined),
});
const declared = (name: string): fc.Arbitrary<AlgorithmInput> =>
  fc
    .record({
      windows: fc.subarray(TYPES, { minLength: 1, maxLength: 2 }),
      dependencies: fc.array(dependency, { maxLength: 2 }),
      emits: fc.oneof(
        { weight: 5, arbitrary: fc.subarray(['found@1', 'cycle@1'], { maxLength: 1 }) },
        { weight: 1, arbitrary: fc.constant<string[]>(['foun@1']) },
      ),
      result: fc.constantFrom('double' as const, 'double' as const, 'string' as const),
    })
    .map((more) => algorithm(name, more));
const document = fc
  .tuple(fc.subarray(NAMES, { minLength: 1, maxLength: 3 }), ...NAMES.map(declared))
  .map(([names, ...all]) => (all as AlgorithmInput[]).filter(({ name }) => names.includes(name)));

const draftOf = ({ windowTypes, algorithms, processors, expected = [], kinds = [] }: DagRevision): Draft => ({
  windowTypes: new Map(windowTypes.map((one) => [refOf(one), one])),
  algorithms: new Map(algorithms.map((one) => [refOf(one), one])),
  processors: new Map(processors.map((one) => [one.name, one])),
  expected: new Map(expected.map((one) => [one.algorithm, one])),
  kinds: new Map(kinds.map((one) => [one.name, one])),
  policyOf: defaultPolicy,
  locate: (kind, name) => `${kind}[${name}]`,
});

const typesIn = (definitions: unknown): [string, WindowType][] => {
  const parsed = parseDefinitions(definitions);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const given = { owner: 'default', calendars: new Map() };
  return parsed.value.windowTypes.map((one) => [refOf(one), toWindowType(one, given)]);
};

/** What a registration would make of it, whatever validation says. */
function withThose(live: DagRevision, list: readonly AlgorithmInput[]): Draft {
  const parsed = parseRegistration(processor(list));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const those = parsed.value.algorithms.map((one) => toAlgorithm(one, parsed.value));
  const draft = draftOf(live);
  return { ...draft, algorithms: new Map([...draft.algorithms, ...those.map((one) => [refOf(one), one] as const)]) };
}

it('finds in what a change affects whether anything is wrong in all of it, and tells it as all of it would', () => {
  let [accepted, refused, smaller] = [0, 0, 0];
  fc.assert(
    fc.property(fc.array(document, { minLength: 1, maxLength: 8 }), (documents) => {
      let live = state;
      for (const one of documents) {
        const draft = withThose(live.revision, one);
        const proven = indexDag(live.revision);
        const affected = affectedBy(proven, { before: draftOf(live.revision), content: draft, policies: [] })!;
        const whole = validateDag(draft);
        expect(validatedChange(draft, affected, proven).problems).toEqual(whole);
        expect(validateDag(partOf(draft, affected, proven)).length > 0).toBe(whole.length > 0);
        if (affected.algorithms.size < draft.algorithms.size) smaller += 1;
        const outcome = register(processor(one), live);
        if (!outcome.ok) refused += 1;
        else {
          accepted += 1;
          expect(validateDag(draftOf(outcome.revision))).toEqual([]);
          live = after(outcome, live);
        }
      }
    }),
    { numRuns: 700 },
  );
  expect(Math.min(accepted, refused, smaller)).toBeGreaterThan(200);
});

it('looks at window types too: what changes in one concerns what runs on it, lies in it or is opened by it', () => {
  const changes = fc.record({
    parent: fc.constantFrom('life@1', 'cycle@1', undefined),
    reads: fc.constantFrom(['sample'], []),
    name: fc.constantFrom('slice', 'cycle', 'more'),
  });
  let [accepted, refused] = [0, 0];
  fc.assert(
    fc.property(document, changes, (one, { name, parent, reads }) => {
      const registered = register(processor(one), state);
      const live = registered.ok ? after(registered, state) : state;
      const changed = { windowTypes: [{ ...cycle, name, parent, reads }] };
      const before = draftOf(live.revision);
      const draft = { ...before, windowTypes: new Map([...before.windowTypes, ...typesIn(changed)]) };
      const proven = indexDag(live.revision);
      const affected = affectedBy(proven, { before, content: draft, policies: [] })!;
      expect(validatedChange(draft, affected, proven).problems).toEqual(validateDag(draft));
      const outcome = define(changed, live);
      if (outcome.ok) {
        accepted += 1;
        expect(validateDag(draftOf(outcome.revision))).toEqual([]);
      } else refused += 1;
    }),
    { numRuns: 1_000 },
  );
  expect(Math.min(accepted, refused)).toBeGreaterThan(50);
});

it('knows of what is taken as given that a source has one window of it', () => {
  const cools = algorithm('b', { windows: ['all@1'] });
  const live = after(register(processor([cools]), state), state);
  const again = {
    algorithm: 'c@1',
    relation: { previous: 1 },
    onMissing: 'skip' as const,
    onFailed: 'runWithout' as const,
  };
  const reading = (windowType: string) =>
    register(processor([cools, algorithm('c', { windows: [windowType], dependencies: [again] })]), live);
  expect(codesOf(reading('cool@1'))).toEqual(['STARVED']);
  expect(codesOf(reading('cycle@1'))).toEqual([]);
});
