import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RegistrationInput } from '../definitions/registration.ts';
import { refOf } from '../model.ts';
import { after, algorithm, cycle, define, defined, life, processor, register } from '../registry.fixture.ts';
import { draftGraph } from '../validation/draft.ts';
import { withOwners } from '../validation/owners.ts';
import { warningsIn } from '../validation/warnings.ts';
import { contentOf } from './content.ts';
import { hintsOf } from './hints.ts';
import { draftOf } from './judge.ts';
import type { Proposal, RegistryState } from './state.ts';

const types = [
  { ...life, open: { wholeLife: {} } },
  cycle,
  { ...cycle, version: '1.1' },
  { ...cycle, name: 'slice', parent: 'cycle@1', open: { fixed: { size: '10ms' } } },
];
const ground = defined(types, { processors: [{ name: 'later', algorithms: ['c@1', 'c@2'] }] });
const asked = fc.constantFrom('a@1', 'a@^1', 'a@*', 'b@1', 'b@*', 'c@*', 'c@1');
type AlgorithmInput = RegistrationInput['algorithms'][number];
const some: fc.Arbitrary<AlgorithmInput> = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c'),
    version: fc.constantFrom('1', '1.1', '2'),
    windows: fc.subarray(['cycle@^1', 'cycle@1', 'slice@1', 'life@1'], { minLength: 1, maxLength: 2 }),
    dependencies: fc.array(
      fc.record({
        algorithm: asked,
        relation: fc.constantFrom('same' as const, 'parent' as const, { previous: 1 }),
        onProvisional: fc.constantFrom('accept' as const, 'wait' as const),
        wait: fc.constantFrom('1s', undefined),
      }),
      { maxLength: 2 },
    ),
  })
  .map(({ name, ...more }) => algorithm(name, more));
const DAG_KINDS: ReadonlySet<string> = new Set(['windowType', 'algorithm', 'processor', 'expected', 'kind']);

/** All that holds then and is about the names, by looking at everything. */
function wholly({ revision, changes }: Proposal, state: RegistryState, names: readonly string[]) {
  const touched = new Set([...names, ...changes.flatMap(({ kind, name }) => (DAG_KINDS.has(kind) ? [name] : []))]);
  const draft = draftOf(contentOf(revision), { policies: state.policies, paths: new Map() });
  const told = new Set(names);
  return {
    hints: hintsOf(revision).filter((hint) => hint.names.some((name) => touched.has(name))),
    warnings: withOwners(
      warningsIn(draftGraph(draft), (name) => told.has(name)),
      draft,
    ),
  };
}

const withoutPaths = (warnings: Proposal['warnings']) =>
  warnings
    .filter(({ code }) => code !== 'LEFT_OUT')
    .map(({ path: _, ...rest }) => JSON.stringify(rest))
    .sort();

it('is told of what a document names or changes, all of it, and of nothing else', () => {
  let [hinted, warned, again] = [0, 0, 0];
  const check = (outcome: ReturnType<typeof register>, state: RegistryState, names: readonly string[]): void => {
    if (!outcome.ok) return;
    const whole = wholly(outcome, after(outcome, state), names);
    expect(outcome.hints).toEqual(whole.hints);
    expect(withoutPaths(outcome.warnings)).toEqual(withoutPaths(whole.warnings));
    hinted += outcome.hints.length;
    warned += outcome.warnings.length;
    if (outcome.changes.length === 0) again += whole.warnings.length;
  };
  fc.assert(
    fc.property(fc.array(some, { minLength: 1, maxLength: 10 }), (list) => {
      let state = ground;
      for (const one of list) {
        const body = processor([one], { name: one.name === 'c' ? 'later' : 'health' });
        const outcome = register(body, state);
        check(outcome, state, [refOf({ name: one.name, version: String(one.version) })]);
        if (!outcome.ok) continue;
        state = after(outcome, state);
        check(register(body, state), state, [refOf({ name: one.name, version: String(one.version) })]);
        check(define({ windowTypes: [cycle] }, state), state, ['cycle@1']);
      }
    }),
    { numRuns: 800 },
  );
  expect(Math.min(hinted, warned, again)).toBeGreaterThan(30);
});
