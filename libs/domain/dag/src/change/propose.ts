import { type DagDifference, diffDag, LISTS, type List, namer } from '../difference.ts';
import type { AvailabilityPolicy, DagRevision, Ref, Source } from '../model.ts';
import { refOf } from '../model.ts';
import { defaultPolicy } from '../policy.ts';
import { type Problem, sortProblems } from '../problem.ts';
import type { EntityKind } from '../validation/draft.ts';
import { validateDag } from '../validation/validate.ts';
import { settleOnRevision } from './defaults.ts';
import { differingFields, sameJson } from './equal.ts';
import type { Change, Proposal, Refusal, RegistryState } from './state.ts';

/** What a document wants: entities it adds or replaces, by name. What it does not name stays. */
export interface Wanted {
  readonly windowTypes: ReadonlyMap<Ref, DagRevision['windowTypes'][number]>;
  readonly algorithms: ReadonlyMap<Ref, DagRevision['algorithms'][number]>;
  readonly processors: ReadonlyMap<string, DagRevision['processors'][number]>;
  readonly expected: ReadonlyMap<Ref, NonNullable<DagRevision['expected']>[number]>;
  readonly policies: ReadonlyMap<Ref, AvailabilityPolicy>;
  readonly sources: ReadonlyMap<string, Source>;
  /** Where the document names it, by kind and name. */
  readonly paths: ReadonlyMap<string, string>;
  /** Found while reading the document. */
  readonly problems: readonly Problem[];
}

export const pathKey = (kind: EntityKind, name: string): string => `${kind}/${name}`;

/** Merges, validates the whole, and says what would change; or everything that is wrong. */
export function propose(state: RegistryState, wanted: Wanted): Proposal | Refusal {
  const { revision: live } = state;
  const content = {
    windowTypes: merged(live.windowTypes, refOf, wanted.windowTypes),
    processors: merged(live.processors, processorName, wanted.processors),
    expected: merged(live.expected ?? [], expectedName, wanted.expected),
    algorithms: merged(live.algorithms, refOf, wanted.algorithms),
  };
  return judge(state, content, wanted);
}

/** An earlier revision's content as the next revision. It is proven against the policies of today. */
export function proposeRollback(
  state: RegistryState,
  { windowTypes, processors, algorithms, expected }: DagRevision,
): Proposal | Refusal {
  const content = {
    windowTypes: byName(windowTypes, refOf),
    processors: byName(processors, processorName),
    expected: byName(expected ?? [], expectedName),
    algorithms: byName(algorithms, refOf),
  };
  return judge(state, content, {
    algorithms: content.algorithms,
    policies: new Map(),
    sources: new Map(),
    paths: new Map(),
    problems: [],
  });
}

type Content = { readonly [K in 'windowTypes' | 'processors' | 'expected' | 'algorithms']: Wanted[K] };

function judge(
  state: RegistryState,
  content: Content,
  wanted: Omit<Wanted, 'windowTypes' | 'processors' | 'expected'>,
): Proposal | Refusal {
  const { revision: live } = state;
  const { windowTypes, processors, expected } = content;
  const algorithms = byName(settleOnRevision([...content.algorithms.values()]), refOf);
  const policies = [...wanted.policies.values()].flatMap((policy) =>
    numbered(policy, state.policies.get(policy.windowType)),
  );
  const policyAfter = new Map([...state.policies, ...policies.map((policy) => [policy.windowType, policy] as const)]);
  const problems = validateDag({
    windowTypes,
    algorithms,
    processors,
    expected,
    policyOf: (ref) => policyAfter.get(ref) ?? defaultPolicy(ref),
    locate: (kind, name) => wanted.paths.get(pathKey(kind, name)) ?? `${kind}[${name}]`,
  });
  if (problems.length + wanted.problems.length > 0)
    return { ok: false, problems: sortProblems([...wanted.problems, ...problems]) };

  const next: DagRevision = {
    number: live.number + 1,
    windowTypes: sorted(windowTypes),
    processors: sorted(processors),
    algorithms: sorted(algorithms),
    ...(expected.size > 0 && { expected: sorted(expected) }),
  };
  const sources = [...wanted.sources.values()].filter((source) => !sameJson(source, state.sources.get(source.name)));
  const difference = diffDag(live, next);
  const dagChanges = changesOf(live, difference).map((one) =>
    one.kind === 'algorithm' && !wanted.algorithms.has(one.name) ? { ...one, settled: true } : one,
  );
  const owned = (policy: AvailabilityPolicy | undefined): Owned | undefined =>
    policy && { ...policy, owner: windowTypes.get(policy.windowType)!.owner };
  return {
    ok: true,
    revision: dagChanges.length > 0 ? next : live,
    difference,
    policies,
    sources,
    changes: [
      ...dagChanges,
      ...policies.map((policy) =>
        change('policy', policy.windowType, owned(state.policies.get(policy.windowType)), owned(policy)),
      ),
      ...sources.map((source) => change('source', source.name, state.sources.get(source.name), source)),
    ],
  };
}

const processorName = ({ name }: { readonly name: string }): string => name;
const expectedName = ({ algorithm }: { readonly algorithm: Ref }): Ref => algorithm;

/** What differs between two revisions. */
export const changesBetween = (before: DagRevision, after: DagRevision): Change[] =>
  changesOf(before, diffDag(before, after));

const KIND_OF: { readonly [L in List]: Change['kind'] } = {
  windowTypes: 'windowType',
  processors: 'processor',
  algorithms: 'algorithm',
  expected: 'expected',
};

type Owned = { readonly owner?: string };

/** What is told of a difference is the difference itself: nothing that it puts or removes stays untold. */
function changesOf(before: DagRevision, { put, removed }: DagDifference): Change[] {
  return LISTS.flatMap((list) => {
    const nameOf = namer(list);
    const names = new Set([...(put[list] ?? []).map(nameOf), ...(removed[list] ?? [])]);
    const old = new Map<string, Owned>();
    if (names.size > 0) for (const one of before[list] ?? []) if (names.has(nameOf(one))) old.set(nameOf(one), one);
    return [
      ...(put[list] ?? []).map((one) => change(KIND_OF[list], nameOf(one), old.get(nameOf(one)), one)),
      ...(removed[list] ?? []).map((name) => change(KIND_OF[list], name, old.get(name), undefined)),
    ];
  });
}

function change(kind: Change['kind'], name: string, before: Owned | undefined, after: Owned | undefined): Change {
  const owners = [...new Set([before?.owner, after?.owner].filter((owner) => owner !== undefined))];
  if (before && after) return { kind, name, action: 'changed', owners, fields: differingFields(before, after).sort() };
  return { kind, name, action: after ? 'added' : 'removed', owners };
}

/** The policy with its next number, unless it is what holds already. */
function numbered(policy: AvailabilityPolicy, before: AvailabilityPolicy | undefined): AvailabilityPolicy[] {
  const number = before?.number ?? 0;
  if (before && sameJson({ ...policy, number }, before)) return [];
  return [{ ...policy, number: number + 1 }];
}

const byName = <T>(list: readonly T[], nameOf: (one: T) => string): Map<string, T> =>
  new Map(list.map((one) => [nameOf(one), one]));

const merged = <T>(before: readonly T[], nameOf: (one: T) => string, wanted: ReadonlyMap<string, T>): Map<string, T> =>
  new Map([...byName(before, nameOf), ...wanted]);

/** By name, so that the same content is the same revision in whatever order it came. */
const sorted = <T>(map: ReadonlyMap<string, T>): T[] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, one]) => one);
