import fc from 'fast-check';
import { namer, type List } from './difference.ts';
import type { Algorithm, DagRevision, ExpectedAlgorithm, Processor, SourceKind, WindowType } from './model.ts';

/** Revisions for specs of what does not look into algorithms: a few names, each in a few states. */

const NAMES = ['a', 'b', 'b-1', 'c', 'd10', 'd9'];

const algorithmOf = (name: string, state: number): Algorithm => ({
  name,
  version: '1',
  owner: 'default',
  processor: 'p',
  bindings: [{ windowType: 'w@1', on: ['ON_TIME'] }],
  dependencies: [],
  result: { type: 'double' },
  emits: [],
  timeoutMs: state,
  retry: { attempts: 1, backoffMs: 1, backoffFactor: 2, maxBackoffMs: 1, nonRetryable: [] },
  maxResultBytes: 1,
});
const typeOf = (name: string, state: number): WindowType => ({
  name,
  version: '1',
  owner: 'default',
  for: {},
  reads: [`signal-${state}`],
  open: { kind: 'emission' },
  keepSignals: null,
  metadata: {},
  metadataFromClose: false,
});
const processorOf = (name: string, state: number): Processor => ({
  name,
  version: String(state),
  owner: 'default',
  team: 'default',
});
const expectedOf = (name: string, state: number): ExpectedAlgorithm => ({
  algorithm: `${name}@1`,
  processor: `p${state}`,
  owner: 'default',
});

const kindOf = (name: string, state: number): SourceKind => ({
  name,
  owner: 'default',
  channels: [{ name: `c${state}`, type: 'double' }],
  undeclared: 'accept',
});

const some = <T>(list: List, of: (name: string, state: number) => T): fc.Arbitrary<T[]> =>
  fc
    .tuple(fc.subarray(NAMES), fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 6, maxLength: 6 }))
    .map(([names, states]) => names.map((name, i) => of(name, states[i]!)))
    .map((entities) => entities.sort((a, b) => (namer(list)(a) < namer(list)(b) ? -1 : 1)));

/** In the order of names, as all revisions are. */
export const revision = (number: number): fc.Arbitrary<DagRevision> =>
  fc
    .record({
      windowTypes: some('windowTypes', typeOf),
      processors: some('processors', processorOf),
      algorithms: some('algorithms', algorithmOf),
      expected: some('expected', expectedOf),
      kinds: some('kinds', kindOf),
    })
    .map(({ expected, kinds, ...lists }) => ({
      number,
      ...lists,
      ...(expected.length > 0 && { expected }),
      ...(kinds.length > 0 && { kinds }),
    }));

/** Revisions 1, 2, 3… of algorithms with these names. */
export const revisions = (names: readonly (readonly string[])[]): DagRevision[] =>
  names.map((own, i) => ({
    number: i + 1,
    windowTypes: [],
    processors: [],
    algorithms: own.map((name) => algorithmOf(name, 1)),
  }));

const ref = fc.constantFrom(...NAMES).map((name) => `${name}@1`);
const dependency = fc.record({ algorithm: ref, kind: fc.constantFrom('same' as const, 'parent' as const) });

const linkedAlgorithm = (name: string): fc.Arbitrary<Algorithm> =>
  fc
    .record({
      processor: fc.constantFrom(...NAMES),
      types: fc.array(ref, { minLength: 1, maxLength: 2 }),
      dependencies: fc.array(dependency, { maxLength: 3 }),
      emits: fc.array(ref, { maxLength: 2 }),
      state: fc.integer({ min: 1, max: 2 }),
    })
    .map(({ processor, types, dependencies, emits, state }) => ({
      ...algorithmOf(name, state),
      processor,
      bindings: types.map((windowType) => ({ windowType, on: ['ON_TIME' as const] })),
      dependencies: dependencies.map((one) => ({
        algorithm: one.algorithm,
        relation: { kind: one.kind },
        onMissing: 'wait' as const,
        onFailed: 'skip' as const,
        onProvisional: 'accept' as const,
        waitMs: null,
        onRevision: 'rerun' as const,
      })),
      emits,
    }));

const linkedType = (name: string): fc.Arbitrary<WindowType> =>
  fc
    .record({ parent: fc.option(ref, { nil: undefined }), upstream: fc.option(ref, { nil: null }) })
    .map(({ parent, upstream }) => ({
      ...typeOf(name, 1),
      ...(parent !== undefined && { parent }),
      ...(upstream !== null && {
        open: {
          kind: 'outcome',
          algorithm: upstream,
          when: 'true',
          from: 'end',
          until: { durationUs: 1 },
          once: 'never',
        },
      }),
    }));

const present = <T extends { readonly name: string; readonly version: string }>(
  of: (name: string) => fc.Arbitrary<T>,
) =>
  fc
    .tuple(fc.subarray(NAMES), ...NAMES.map(of))
    .map(([names, ...all]) =>
      (all as T[])
        .filter(({ name }) => names.includes(name))
        .sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1)),
    );

/** References lead to anything, also to what is not there. */
export const linkedRevision: fc.Arbitrary<DagRevision> = fc
  .record({
    windowTypes: present(linkedType),
    processors: some('processors', processorOf),
    algorithms: present(linkedAlgorithm),
  })
  .map((lists) => ({ number: 1, ...lists }));
