import type { Pane } from '@windlass/contracts';
import { type Algorithm, type DagRevision, type Dependency, hashedId, type WindowType } from '@windlass/dag';

export const idOf = (name: string): string => hashedId([name]);

/** A final ON_TIME pane of type `w@1`. */
export const paneOf = (window: string, rest: Partial<Pane> = {}): Pane => ({
  windowId: idOf(window),
  generation: 0,
  version: 1,
  windowType: 'w@1',
  key: 'pump-1',
  startUs: 0,
  endUs: 1_000_000,
  revision: 0,
  timing: 'ON_TIME',
  isFinal: true,
  elements: 1,
  added: 1,
  completeness: null,
  source: null,
  gapUs: null,
  watermarkUs: null,
  parentWindowId: null,
  previous: [],
  metadata: { load: 0.5 },
  signals: null,
  openedBy: null,
  depth: 0,
  dagRevision: 1,
  policyRevision: 1,
  lane: 'LIVE',
  firedAtUs: 0,
  members: null,
  ...rest,
});

export const same = (algorithm: string): Dependency => ({
  algorithm: `${algorithm}@1`,
  relation: { kind: 'same' },
  onMissing: 'wait',
  onFailed: 'skip',
  onProvisional: 'accept',
  waitMs: null,
  onRevision: 'rerun',
});

export const previous = (algorithm: string, count: number): Dependency => ({
  ...same(algorithm),
  relation: { kind: 'previous', count },
  onMissing: 'runWithout',
});

export const members = (algorithm: string): Dependency => ({
  ...same(algorithm),
  relation: { kind: 'members' },
  onFailed: 'runWithout',
});

export const algorithm = (
  name: string,
  processor: string,
  dependencies: readonly Dependency[] = [],
  rest: Partial<Algorithm> = {},
): Algorithm => ({
  name,
  version: '1',
  owner: 'team',
  processor,
  bindings: [{ windowType: 'w@1', on: ['ON_TIME', 'LATE'] }],
  dependencies,
  result: { type: 'double' },
  emits: [],
  timeoutMs: 1_000,
  retry: { attempts: 1, backoffMs: 10, backoffFactor: 2, maxBackoffMs: 100, nonRetryable: [] },
  maxResultBytes: 1_000_000,
  ...rest,
});

export const dagOf = (number: number, algorithms: readonly Algorithm[]): DagRevision => ({
  number,
  algorithms,
  processors: [...new Set(algorithms.map((a) => a.processor))].map((name) => ({
    name,
    version: '1',
    owner: 'team',
    team: 'default',
  })),
  windowTypes: [
    windowType('w', { kind: 'emission' }),
    windowType('line', {
      kind: 'fixed',
      sizeUs: 2_000_000,
      offsetUs: 0,
      align: 'epoch',
      partial: 'keep',
      scope: 'group',
    }),
  ],
});

const windowType = (name: string, open: WindowType['open']): WindowType => ({
  name,
  version: '1',
  owner: 'team',
  for: {},
  reads: [],
  open,
  keepSignals: null,
  metadata: {},
  metadataFromClose: false,
});
