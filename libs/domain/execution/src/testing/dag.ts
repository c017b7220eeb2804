import type { Algorithm, BindingTiming, DagRevision, Dependency, WindowType } from '@windlass/dag';

/** `a` needs what over which windows. */
export type Needs = Partial<Omit<Dependency, 'algorithm' | 'relation'>> & {
  readonly of: string;
  readonly asked?: string;
  readonly over?: 'same' | 'parent' | 'children' | 'members' | { readonly previous: number };
};

export interface AlgorithmSketch extends Partial<Omit<Algorithm, 'name' | 'bindings' | 'dependencies'>> {
  readonly name: string;
  /** Default `w`. */
  readonly type?: string;
  readonly on?: readonly BindingTiming[];
  readonly minCompleteness?: number;
  readonly needs?: readonly Needs[];
}

/** A DAG revision of algorithms at version 1; window types are those that are named, `child` nested in `parent`, `fleet` those of groups. */
export function dagOf(algorithms: readonly AlgorithmSketch[], number = 1): DagRevision {
  const types = new Set(['w', 'parent', 'child', ...algorithms.map((a) => a.type ?? 'w')]);
  const dependencies = new Map(algorithms.map((a) => [a.name, (a.needs ?? []).map(dependencyOf)]));
  return {
    number,
    windowTypes: [...types].map(windowTypeOf),
    processors: [],
    algorithms: algorithms.map((a) => ({
      ...defaults,
      ...a,
      bindings: [
        {
          windowType: `${a.type ?? 'w'}@1`,
          on: a.on ?? ['ON_TIME', 'LATE'],
          ...(a.minCompleteness === undefined ? {} : { minCompleteness: a.minCompleteness }),
        },
      ],
      dependencies: dependencies.get(a.name)!,
    })),
  };
}

function dependencyOf({ of, over = 'same', ...rules }: Needs): Dependency {
  const relation = typeof over === 'string' ? { kind: over } : ({ kind: 'previous', count: over.previous } as const);
  return {
    algorithm: `${of}@1`,
    relation,
    onMissing: relation.kind === 'previous' ? 'runWithout' : 'wait',
    onFailed: 'skip',
    onProvisional: 'accept',
    waitMs: null,
    onRevision: 'rerun',
    ...rules,
  };
}

const defaults = {
  version: '1',
  owner: 'team',
  processor: 'p',
  result: { type: 'double' },
  emits: [],
  timeoutMs: 1000,
  retry: { attempts: 1, backoffMs: 100, backoffFactor: 2, maxBackoffMs: 1000, nonRetryable: [] },
  maxResultBytes: 1_000_000,
} as const satisfies Partial<Algorithm>;

const windowTypeOf = (name: string): WindowType => ({
  name,
  version: '1',
  owner: 'team',
  for: {},
  reads: [],
  open:
    name === 'fleet'
      ? { kind: 'fixed', sizeUs: 1000, offsetUs: 0, align: 'epoch', partial: 'keep', scope: 'group' }
      : { kind: 'emission' },
  ...(name === 'child' ? { parent: 'parent@1' } : {}),
  keepSignals: null,
  metadata: {},
  metadataFromClose: false,
});
