import {
  applyEntry,
  liveRevision,
  type DefinitionsInput,
  type RegistrationInput,
  type RegistryView,
} from '@windlass/dag';
import { definedView } from '@windlass/simulation';

export const SOURCES = ['pump-1', 'pump-2', 'pump-3'];

const policy = { outOfOrderness: '3s', allowedLateness: '10m', idleTimeout: 'never', maxAhead: 'unlimited' } as const;

type WindowTypeInput = NonNullable<DefinitionsInput['windowTypes']>[number];
const type = (name: string, open: WindowTypeInput['open'], rest: Partial<WindowTypeInput> = {}): WindowTypeInput => ({
  ...{ name, version: 1, reads: ['sample'], open, policy },
  ...rest,
});
const inRun = { parent: 'run@1' };

const definitions: DefinitionsInput = {
  windowTypes: [
    type('run', { startStop: { signal: 'run', maxDuration: '1m' } }, { reads: ['sample', 'run'] }),
    type('ten', { fixed: { size: '10s' } }, { policy: { ...policy, early: { count: 3 } } }),
    type('busy', { session: { gap: '4s' } }),
    type('of-run', { fixed: { size: '4s' } }, inRun),
    type('found', { emission: {} }, inRun),
    type(
      'alarm',
      { outcome: { algorithm: 'base@1', when: 'result > 0.5', from: 'start', until: 'parent', once: 'parent' } },
      inRun,
    ),
    type('line', { fixed: { size: '20s', scope: 'group' } }),
  ],
  processors: [{ name: 'p0', algorithms: ['base@1', 'finder@1'] }],
  sources: SOURCES.map((name) => ({ name, kind: 'pump', groups: ['line-1'] })),
};

type AlgorithmInput = RegistrationInput['algorithms'][number];
type DependencyInput = NonNullable<AlgorithmInput['dependencies']>[number];
const algorithm = (
  name: string,
  windows: readonly string[],
  dependencies: readonly DependencyInput[] = [],
  emits: readonly string[] = [],
): AlgorithmInput => ({
  ...{ name, version: 1, windows: windows.map((windowType) => `${windowType}@1`), result: 'double' },
  ...{ dependencies: [...dependencies], emits: [...emits] },
});
const on = (
  of: string,
  relation: DependencyInput['relation'] = 'same',
  rest: Partial<DependencyInput> = {},
): DependencyInput => ({
  ...{ algorithm: `${of}@1`, relation, onRevision: 'rerun' },
  ...rest,
});

const registrations: RegistrationInput[] = [
  {
    ...{ name: 'p0', version: '1.0.0' },
    algorithms: [
      algorithm('indicator', ['ten', 'of-run', 'busy']),
      algorithm('fused', ['ten'], [on('indicator')]),
      algorithm('base', ['run']),
      algorithm('finder', ['run'], [], ['found@1']),
    ],
  },
  {
    ...{ name: 'p1', version: '1.0.0' },
    algorithms: [
      algorithm('trend', ['ten'], [on('indicator'), on('indicator', { previous: 2 })]),
      algorithm(
        'itself',
        ['ten'],
        [on('indicator'), on('itself', { previous: 1 }, { onRevision: { rerunDepth: 1_000 } })],
      ),
      algorithm('kept', ['ten'], [on('indicator'), on('kept', { previous: 1 }, { onRevision: 'keep' })]),
      algorithm('whole', ['run'], [on('indicator', 'children')]),
      algorithm('each', ['found']),
    ],
  },
  {
    ...{ name: 'p2', version: '1.0.0' },
    algorithms: [
      algorithm('inside', ['of-run'], [on('base', 'parent'), on('indicator')]),
      algorithm('joined', ['run'], [on('each', 'children', { onMissing: 'runWithout' }), on('base')]),
      algorithm('seen', ['alarm']),
      algorithm('of-line', ['line']),
      algorithm('fleet', ['line'], [on('indicator', 'members'), on('of-line', 'same', { onFailed: 'runWithout' })]),
      algorithm('sure', ['ten'], [on('fused', 'same', { onProvisional: 'wait' })]),
    ],
  },
];

const added: RegistrationInput = {
  ...{ name: 'p3', version: '1.0.0' },
  algorithms: [
    algorithm('added', ['ten', 'of-run'], [on('indicator')]),
    algorithm('later', ['ten'], [on('trend', { previous: 1 })]),
  ],
};

export const PROCESSORS = ['p0', 'p1', 'p2', 'p3'];

/** Results that do not depend on the order in which signals come. */
export const followsOrder = (algorithm: string): boolean => algorithm === 'kept@1';

function viewOf(some: readonly RegistrationInput[]): RegistryView {
  const defined = definedView(definitions, some);
  if (!defined.ok) throw new Error(JSON.stringify(defined.problems, null, 2));
  return defined.view;
}

const first = viewOf(registrations);
const revision = liveRevision(viewOf([...registrations, added]));

/** The registry as it was, and as it is once another processor has been registered. */
export const VIEWS: readonly RegistryView[] = [
  first,
  applyEntry(first, {
    ...{ kind: 'REVISION', name: String(revision.number), number: revision.number },
    body: JSON.stringify(revision),
  }),
];
