import { carryIndex, type DagIndex, indexDag } from '../dag-index.ts';
import { applyDifference, type DagDifference, diffDag, LISTS, type List, namer } from '../difference.ts';
import type { AvailabilityPolicy, DagRevision, Ref, Source, SourceKind } from '../model.ts';
import { refOf } from '../model.ts';
import { defaultPolicy } from '../policy.ts';
import { type Problem, sortProblems, type Warning } from '../problem.ts';
import { type Affected, affectedBy, partOf, toldOf } from '../validation/affected.ts';
import { type Draft, type DraftGraph, draftGraph, type EntityKind, pathKey } from '../validation/draft.ts';
import { withOwners } from '../validation/owners.ts';
import { shortLateness } from '../validation/short-lateness.ts';
import { validated, validatedChange } from '../validation/validate.ts';
import { warningsIn } from '../validation/warnings.ts';
import { byName, type Content, contentOf, differenceTo, keepContent, merged, withThose } from './content.ts';
import type { Because, Named } from './cut.ts';
import { settleOnRevision } from './defaults.ts';
import { differingFields, sameJson } from './equal.ts';
import { hintsAbout } from './hints.ts';
import { inOrderOf } from './order-of-lists.ts';
import { type Going, lostReferences, NOTHING_GOES, staying } from './going.ts';
import { boundTwiceProblems, sameVersionProblems, settleReferences, suppliesWith } from './references.ts';
import { changedSource, type WantedSource } from './source-change.ts';
import { sourceProblems } from './source-problems.ts';
import type { Change, Proposal, Refusal, RegistryState } from './state.ts';
import { valuesBetween } from './values.ts';
import { nothingWanted } from './wanted.ts';
import { without } from './without.ts';
import { lostWork, type Work, withWork } from './work.ts';

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

/**
 * Merges, validates the whole, and says what would change; or everything that is wrong.
 *
 * @param going what leaves together with it: no reference of the document may stand for it
 */
export function propose(state: RegistryState, wanted: Wanted, going: Going = NOTHING_GOES): Proposal | Refusal {
  const live = contentOf(state.revision);
  const supplies = suppliesWith(staying(live, going), wanted);
  const { resolved, ...settled } = settleReferences(wanted, supplies);
  const policies = new Map([...returning(live, wanted), ...wanted.policies]);
  const lost = lostReferences(wanted, supplies, going);
  if (lost.length > 0) return { ok: false, problems: sortProblems([...wanted.problems, ...lost]) };
  const problems = [
    ...wanted.problems,
    ...sameVersionProblems(wanted, suppliesWith(live, wanted)),
    ...boundTwiceProblems({ ...wanted, ...settled }),
  ];
  return judge(state, merged(live, inOrderOf(live, { ...wanted, ...settled })), {
    ...wanted,
    policies,
    problems,
    resolved,
  });
}

/** A window type that was retired and comes back begins with the default policy, not with the one it had. */
const returning = (live: Content, { windowTypes }: Wanted): [Ref, AvailabilityPolicy][] =>
  [...windowTypes.keys()].filter((ref) => !live.windowTypes.has(ref)).map((ref) => [ref, defaultPolicy(ref)]);

/**
 * What is wanted, without what is named. What would take from what is wanted refuses the whole in any case. What would starve, what still refers to it and work that would be lost refuse the whole;
 * with `force` all that goes too. What was wrong before refuses nothing: removing is how it is mended.
 */
export function proposeWithout(
  state: RegistryState,
  wanted: Wanted,
  named: Named,
  { work, force }: RemovalRules,
): Proposal | Refusal {
  const added =
    wanted === NOTHING_WANTED
      ? { ok: true as const, revision: state.revision, policies: [], warnings: [], resolved: [] }
      : propose(state, wanted, named);
  if (!added.ok) return added;
  const policies = policiesAfter(state, added.policies);
  const toDraft = (one: Content): Draft => draftOf(one, { policies, paths: new Map() });
  const { content, because, problems } = without(contentOf(added.revision), named, toDraft);
  const cut = [...content.algorithms].filter(([ref]) => because.has(`algorithms/${ref}`));
  const proposal = proposalOf(state, settledContent(content), {
    ...wanted,
    algorithms: new Map([...wanted.algorithms, ...cut]),
    policies: added.policies.filter(({ windowType }) => content.windowTypes.has(windowType)),
    resolved: added.resolved,
  });
  const changes = proposal.changes.map((one) => withReason(one, because));
  const lost = lostWork(state.revision, changes, work);
  const against = force ? problems.filter(({ path }) => isOf(wanted, path)) : [...problems, ...lost];
  if (against.length === 0) return { ...proposal, changes, warnings: [...added.warnings, ...lost] };
  const owned = withOwners(against, toDraft(contentOf(added.revision)));
  return { ok: false, problems: sortProblems(owned) };
}

/** Whether a problem is about a window type that the document itself has. */
const isOf = ({ windowTypes }: Wanted, path: string): boolean =>
  windowTypes.has(/^windowTypes\[([^\]]+)\]/.exec(path)?.[1] ?? '');

const PLACES: Partial<Record<Change['kind'], EntityKind>> = {
  windowType: 'windowTypes',
  algorithm: 'algorithms',
  processor: 'processors',
};

function withReason(change: Change, because: Because): Change {
  const reason = because.get(`${PLACES[change.kind]}/${change.name}`);
  return reason ? { ...change, because: reason } : change;
}

export interface RemovalRules {
  readonly work: Work;
  /** Go on though work would be lost. */
  readonly force: boolean;
}

/** An earlier revision's content as the next revision. It is proven against the policies and the work of today. */
export function proposeRollback(state: RegistryState, earlier: DagRevision, rules: RemovalRules): Proposal | Refusal {
  const content = contentOf(earlier);
  const outcome = judge(state, content, { ...NOTHING_WANTED, algorithms: content.algorithms, resolved: [] });
  return outcome.ok ? withWork(state.revision, outcome, rules) : outcome;
}

/** What nobody asks for. */
export const NOTHING_WANTED: Wanted = nothingWanted();

/** What is said beside the content of the DAG. `algorithms`: those that somebody asked to change. */
export type Beside = Omit<Wanted, 'windowTypes' | 'processors' | 'expected' | 'kinds'> & Pick<Proposal, 'resolved'>;

function judge(state: RegistryState, content: Content, beside: Beside): Proposal | Refusal {
  const policies = numberedPolicies(state, beside);
  const proven = indexDag(state.revision);
  const affected = affectedBy(proven, {
    before: contentOf(state.revision),
    content,
    policies: policies.map(({ windowType }) => windowType),
  });
  const settled = settledContent(content, affected?.algorithms);
  const draft = draftOf(settled, { policies: policiesAfter(state, policies), paths: beside.paths });
  const { problems: found, graph } = affected ? validatedChange(draft, affected, proven) : validated(draft);
  const pathOf = (name: string): string => beside.paths.get(pathKey('sources', name))!;
  const ofSources = sourceProblems(changedSources(state, beside), state.sources, pathOf);
  const problems = [...beside.problems, ...found, ...ofSources];
  if (problems.length > 0) return { ok: false, problems: sortProblems(withOwners(problems, draft)) };
  const named = namesIn(beside);
  const told = warningsOf({ draft, graph, affected, proven }, named);
  const warnings = withOwners([...told, ...shortLateness(draft, proven, named.windowTypes)], draft);
  return { ...proposalOf(state, settled, { ...beside, policies }), warnings };
}

interface Judged {
  readonly draft: Draft;
  /** What was looked at: of all, or of what is affected. */
  readonly graph: DraftGraph;
  readonly affected: Affected | null;
  readonly proven: DagIndex;
}

/** What a document says again is told again, though nothing of it has to be proven again. */
function warningsOf({ draft, graph, affected, proven }: Judged, { windowTypes, algorithms }: Affected): Warning[] {
  const told = affected && toldOf(proven, affected, { windowTypes, algorithms });
  const seen = told && told !== affected ? draftGraph(partOf(draft, told, proven)) : graph;
  return warningsIn(seen, (name) => windowTypes.has(name) || algorithms.has(name));
}

/** What a document is about. */
function namesIn({ paths, algorithms }: Beside): Affected {
  const typeIn = /^(?:windowTypes|policies)\/(.*)$/;
  return {
    windowTypes: new Set([...paths.keys()].flatMap((key) => typeIn.exec(key)?.[1] ?? [])),
    algorithms: new Set(algorithms.keys()),
  };
}

/** With `onRevision` settled where nobody declared it. `affected`: all others are settled already. */
function settledContent(content: Content, affected?: ReadonlySet<Ref>): Content {
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

const changedSources = (state: RegistryState, { sources }: Pick<Beside, 'sources'>): Source[] =>
  [...sources.values()].map((one) => changedSource(state.sources.get(one.name), one, state.nowUs ?? -Infinity));

interface Proven extends Omit<Beside, 'policies'> {
  readonly policies: readonly AvailabilityPolicy[];
}

/** What becomes of the state; the content is proven. */
function proposalOf(state: RegistryState, content: Content, { policies, ...beside }: Proven): Proposal {
  const { revision: live } = state;
  const sources = changedSources(state, beside).filter((source) => !sameJson(source, state.sources.get(source.name)));
  const difference = differenceTo(live, content);
  const dagChanges = changesOf(live, difference).map((one) =>
    one.kind === 'algorithm' && one.action === 'changed' && !beside.algorithms.has(one.name)
      ? { ...one, settled: true }
      : one,
  );
  const next = dagChanges.length > 0 ? nextRevision(live, difference, content) : live;
  const touched = new Set([...dagChanges.map(({ name }) => name), ...beside.algorithms.keys()]);
  const owned = (policy: AvailabilityPolicy | undefined): Owned | undefined =>
    policy && { ...policy, owner: content.windowTypes.get(policy.windowType)!.owner };
  return {
    ok: true,
    revision: next,
    difference,
    policies,
    sources,
    resolved: beside.resolved,
    hints: hintsAbout(next, touched),
    changes: [
      ...dagChanges,
      ...policies.map((policy) =>
        change('policy', policy.windowType, owned(state.policies.get(policy.windowType)), owned(policy)),
      ),
      ...sources.map((source) => change('source', source.name, state.sources.get(source.name), source)),
    ],
    warnings: [],
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
  kinds: 'kind',
};

/** A processor also writes as a team: who registers it must be of both. */
type Owned = { readonly owner?: string; readonly team?: string };

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
  const teams = [before?.owner, before?.team, after?.owner, after?.team];
  const owners = [...new Set(teams.filter((team) => team !== undefined))];
  if (before && after) {
    const fields = differingFields(before, after).sort();
    const values = kind === 'source' ? {} : { values: valuesBetween(before, after) };
    return { kind, name, action: 'changed', owners, fields, ...values };
  }
  return { kind, name, action: after ? 'added' : 'removed', owners };
}

/** The policy with its next number, unless it is what holds already. */
function numbered(policy: AvailabilityPolicy, before: AvailabilityPolicy | undefined): AvailabilityPolicy[] {
  const number = before?.number ?? 0;
  if (sameJson({ ...policy, number }, before ?? defaultPolicy(policy.windowType))) return [];
  return [{ ...policy, number: number + 1 }];
}
