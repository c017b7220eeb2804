import { carryIndex, indexDag } from '../dag-index.ts';
import { applyDifference, type DagDifference, diffDag, LISTS, type List, namer } from '../difference.ts';
import type { AvailabilityPolicy, DagRevision, Ref, Source } from '../model.ts';
import { refOf } from '../model.ts';
import { defaultPolicy } from '../policy.ts';
import { type Problem, sortProblems } from '../problem.ts';
import { affectedBy } from '../validation/affected.ts';
import type { Draft, EntityKind } from '../validation/draft.ts';
import { validateChange, validateDag } from '../validation/validate.ts';
import { byName, type Content, contentOf, differenceTo, keepContent, merged, withThose } from './content.ts';
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
  const live = contentOf(state.revision);
  const policies = new Map([...returning(live, wanted), ...wanted.policies]);
  return judge(state, merged(live, wanted), { ...wanted, policies });
}

/** A window type that was retired and comes back begins with the default policy, not with the one it had. */
const returning = (live: Content, { windowTypes }: Wanted): [Ref, AvailabilityPolicy][] =>
  [...windowTypes.keys()].filter((ref) => !live.windowTypes.has(ref)).map((ref) => [ref, defaultPolicy(ref)]);

/** An earlier revision's content as the next revision. It is proven against the policies of today. */
export function proposeRollback(state: RegistryState, earlier: DagRevision): Proposal | Refusal {
  const content = contentOf(earlier);
  return judge(state, content, { ...NOTHING_ELSE, algorithms: content.algorithms });
}

/** What is said beside the content of the DAG. `algorithms`: those that somebody asked to change. */
export type Beside = Omit<Wanted, 'windowTypes' | 'processors' | 'expected'>;

export const NOTHING_ELSE: Beside = {
  algorithms: new Map(),
  policies: new Map(),
  sources: new Map(),
  paths: new Map(),
  problems: [],
};

function judge(state: RegistryState, content: Content, beside: Beside): Proposal | Refusal {
  const policies = numberedPolicies(state, beside);
  const proven = indexDag(state.revision);
  const retuned = policies.map(({ windowType }) => windowType);
  const affected = affectedBy(proven, { before: contentOf(state.revision), content, policies: retuned });
  const settled = settledContent(content, affected?.algorithms);
  const draft = draftOf(settled, { policies: policiesAfter(state, policies), paths: beside.paths });
  const problems = affected ? validateChange(draft, affected, proven) : validateDag(draft);
  if (problems.length + beside.problems.length > 0)
    return { ok: false, problems: sortProblems([...beside.problems, ...problems]) };
  return proposalOf(state, settled, { ...beside, policies });
}

/** With `onRevision` settled where nobody declared it. `affected`: all others are settled already. */
export function settledContent(content: Content, affected?: ReadonlySet<Ref>): Content {
  const { algorithms } = content;
  if (!affected) return { ...content, algorithms: byName(settleOnRevision([...algorithms.values()]), refOf) };
  const some = [...affected].map((ref) => algorithms.get(ref)).filter((one) => one !== undefined);
  const settled = settleOnRevision(some).filter((one, i) => one !== some[i]);
  return { ...content, algorithms: withThose(algorithms, byName(settled, refOf)) };
}

export const draftOf = (
  content: Content,
  { policies, paths }: { readonly policies: ReadonlyMap<Ref, AvailabilityPolicy>; readonly paths: Wanted['paths'] },
): Draft => ({
  ...content,
  policyOf: (ref) => policies.get(ref) ?? defaultPolicy(ref),
  locate: (kind, name) => paths.get(pathKey(kind, name)) ?? `${kind}[${name}]`,
});

/** Those that change, with their next number. */
const numberedPolicies = (state: RegistryState, { policies }: Beside): AvailabilityPolicy[] =>
  [...policies.values()].flatMap((policy) => numbered(policy, state.policies.get(policy.windowType)));

const policiesAfter = (state: RegistryState, changed: readonly AvailabilityPolicy[]): Map<Ref, AvailabilityPolicy> =>
  new Map([...state.policies, ...changed.map((policy) => [policy.windowType, policy] as const)]);

interface Proven extends Omit<Beside, 'policies'> {
  readonly policies: readonly AvailabilityPolicy[];
}

/** What becomes of the state; the content is proven. */
export function proposalOf(state: RegistryState, content: Content, { policies, ...beside }: Proven): Proposal {
  const { revision: live } = state;
  const sources = [...beside.sources.values()].filter((source) => !sameJson(source, state.sources.get(source.name)));
  const difference = differenceTo(live, content);
  const dagChanges = changesOf(live, difference).map((one) =>
    one.kind === 'algorithm' && one.action === 'changed' && !beside.algorithms.has(one.name)
      ? { ...one, settled: true }
      : one,
  );
  const owned = (policy: AvailabilityPolicy | undefined): Owned | undefined =>
    policy && { ...policy, owner: content.windowTypes.get(policy.windowType)!.owner };
  return {
    ok: true,
    revision: dagChanges.length > 0 ? nextRevision(live, difference, content) : live,
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

function nextRevision(live: DagRevision, difference: DagDifference, content: Content): DagRevision {
  const next = applyDifference(live, difference);
  carryIndex(live, difference, next);
  keepContent(next, content);
  return next;
}

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
  const content = contentOf(before);
  return LISTS.flatMap((list) => {
    const nameOf = namer(list);
    const old: ReadonlyMap<string, Owned> = content[list];
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
  if (sameJson({ ...policy, number }, before ?? defaultPolicy(policy.windowType))) return [];
  return [{ ...policy, number: number + 1 }];
}
