import fc from 'fast-check';
import { namer, type List } from './difference.ts';
import type { Algorithm, DagRevision, ExpectedAlgorithm, Processor, WindowType } from './model.ts';

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
    })
    .map(({ expected, ...lists }) => ({ number, ...lists, ...(expected.length > 0 && { expected }) }));

/** Revisions 1, 2, 3… of algorithms with these names. */
export const revisions = (names: readonly (readonly string[])[]): DagRevision[] =>
  names.map((own, i) => ({
    number: i + 1,
    windowTypes: [],
    processors: [],
    algorithms: own.map((name) => algorithmOf(name, 1)),
  }));
