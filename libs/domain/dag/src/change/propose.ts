import type { AvailabilityPolicy, DagRevision, Ref, SourceKind } from '../model.ts';
import { refOf } from '../model.ts';
import { defaultPolicy } from '../policy.ts';
import { type Problem, sortProblems } from '../problem.ts';
import type { EntityKind } from '../validation/draft.ts';
import { validateDag } from '../validation/validate.ts';
import { settleOnRevision } from './defaults.ts';
import { differingFields, sameJson } from './equal.ts';
import { changedSource, type WantedSource } from './source-change.ts';
import { sourceProblems } from './source-problems.ts';
import type { Change, Proposal, Refusal, RegistryState } from './state.ts';

/** What a document wants: entities it adds or replaces, by name. What it does not name stays. */
export interface Wanted {
  readonly windowTypes: ReadonlyMap<Ref, DagRevision['windowTypes'][number]>;
  readonly algorithms: ReadonlyMap<Ref, DagRevision['algorithms'][number]>;
  readonly processors: ReadonlyMap<string, DagRevision['processors'][number]>;
  readonly expected: ReadonlyMap<Ref, NonNullable<DagRevision['expected']>[number]>;
  readonly kinds: ReadonlyMap<string, SourceKind>;
  readonly policies: ReadonlyMap<Ref, AvailabilityPolicy>;
  readonly sources: ReadonlyMap<string, WantedSource>;
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
    processors: merged(live.processors, byOwnName, wanted.processors),
    expected: merged(live.expected ?? [], expectedName, wanted.expected),
    kinds: merged(live.kinds ?? [], byOwnName, wanted.kinds),
    algorithms: merged(live.algorithms, refOf, wanted.algorithms),
  };
  return judge(state, content, wanted);
}

/** An earlier revision's content as the next revision. It is proven against the policies of today. */
export function proposeRollback(
  state: RegistryState,
  { windowTypes, processors, algorithms, expected, kinds }: DagRevision,
): Proposal | Refusal {
  const content = {
    windowTypes: byName(windowTypes, refOf),
    processors: byName(processors, byOwnName),
    expected: byName(expected ?? [], expectedName),
    kinds: byName(kinds ?? [], byOwnName),
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

type Content = { readonly [K in 'windowTypes' | 'processors' | 'expected' | 'kinds' | 'algorithms']: Wanted[K] };

function judge(
  state: RegistryState,
  content: Content,
  wanted: Omit<Wanted, 'windowTypes' | 'processors' | 'expected' | 'kinds'>,
): Proposal | Refusal {
  const { revision: live } = state;
  const { windowTypes, processors, expected, kinds } = content;
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
    kinds,
    policyOf: (ref) => policyAfter.get(ref) ?? defaultPolicy(ref),
    locate: (kind, name) => wanted.paths.get(pathKey(kind, name)) ?? `${kind}[${name}]`,
  });
  const wantedSources = [...wanted.sources.values()].map((one) =>
    changedSource(state.sources.get(one.name), one, state.nowUs ?? -Infinity),
  );
  const ofSources = sourceProblems(wantedSources, state.sources, (name) => wanted.paths.get(pathKey('sources', name))!);
  if (problems.length + wanted.problems.length + ofSources.length > 0)
    return { ok: false, problems: sortProblems([...wanted.problems, ...problems, ...ofSources]) };

  const next: DagRevision = {
    number: live.number + 1,
    windowTypes: sorted(windowTypes),
    processors: sorted(processors),
    algorithms: sorted(algorithms),
    ...(expected.size > 0 && { expected: sorted(expected) }),
    ...(kinds.size > 0 && { kinds: sorted(kinds) }),
  };
  const sources = wantedSources.filter((source) => !sameJson(source, state.sources.get(source.name)));
  const dagChanges = changesBetween(live, next).map((one) =>
    one.kind === 'algorithm' && !wanted.algorithms.has(one.name) ? { ...one, settled: true } : one,
  );
  const owned = (policy: AvailabilityPolicy | undefined): Owned | undefined =>
    policy && { ...policy, owner: windowTypes.get(policy.windowType)!.owner };
  return {
    ok: true,
    revision: dagChanges.length > 0 ? next : live,
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

const byOwnName = ({ name }: { readonly name: string }): string => name;
const expectedName = ({ algorithm }: { readonly algorithm: Ref }): Ref => algorithm;

/** What differs between two revisions. */
export function changesBetween(before: DagRevision, after: DagRevision): Change[] {
  return [
    ...changesOf('windowType', byName(before.windowTypes, refOf), byName(after.windowTypes, refOf)),
    ...changesOf('processor', byName(before.processors, byOwnName), byName(after.processors, byOwnName)),
    ...changesOf('algorithm', byName(before.algorithms, refOf), byName(after.algorithms, refOf)),
    ...changesOf('kind', byName(before.kinds ?? [], byOwnName), byName(after.kinds ?? [], byOwnName)),
    ...changesOf('expected', byName(before.expected ?? [], expectedName), byName(after.expected ?? [], expectedName)),
  ];
}

type Owned = { readonly owner?: string };

function changesOf(
  kind: Change['kind'],
  before: ReadonlyMap<string, Owned>,
  after: ReadonlyMap<string, Owned>,
): Change[] {
  const changes: Change[] = [];
  for (const [name, now] of after)
    if (!sameJson(before.get(name), now)) changes.push(change(kind, name, before.get(name), now));
  for (const [name, old] of before) if (!after.has(name)) changes.push(change(kind, name, old, undefined));
  return changes;
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
