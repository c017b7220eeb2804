import { carryIndex, type DagIndex, indexDag } from '../dag-index.ts';
import { applyDifference, type DagDifference } from '../difference.ts';
import type { AvailabilityPolicy, DagRevision, Ref, Source, SourceKind } from '../model.ts';
import { refOf } from '../model.ts';
import { defaultPolicy } from '../policy.ts';
import { type Problem, sortProblems, type Warning } from '../problem.ts';
import { NOTHING_UNREAD, type Unread } from '../unread.ts';
import { type Affected, affectedBy, partOf, toldOf } from '../validation/affected.ts';
import { type Draft, type DraftGraph, draftGraph, type EntityKind, pathKey } from '../validation/draft.ts';
import { withOwners } from '../validation/owners.ts';
import { shortLateness } from '../validation/short-lateness.ts';
import { validated, validatedChange } from '../validation/validate.ts';
import { warningsIn } from '../validation/warnings.ts';
import { byName, type Content, contentOf, differenceTo, keepContent, merged, withThose } from './content.ts';
import type { Because, Named } from './cut.ts';
import { settleOnRevision } from './defaults.ts';
import { changesBeside, dagChangesOf } from './changes.ts';
import { sameJson } from './equal.ts';
import { hintsAbout } from './hints.ts';
import { inOrderOf, placesAsWritten } from './order-of-lists.ts';
import { type Going, lostReferences, NOTHING_GOES, staying } from './going.ts';
import { boundTwiceProblems, sameVersionProblems, settleReferences, suppliesWith } from './references.ts';
import { changedSource, type WantedSource } from './source-change.ts';
import { sourceProblems } from './source-problems.ts';
import type { Change, Proposal, Refusal, RegistryState } from './state.ts';
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
  /** Whose the document says that it is what stands at a place: `windowTypes[2]`, or `.`, the document itself. */
  readonly owners: ReadonlyMap<string, string>;
  /** Found while reading the document. */
  readonly problems: readonly Problem[];
  /** What it has and could not be read. */
  readonly unread: Unread;
  /** Lists in which it puts its own in the place of what has the same name. */
  readonly replaces: readonly ('windowTypes' | 'algorithms' | 'kinds')[];
  /** Whose it is could not be read. */
  readonly isOwnerUnread: boolean;
}

/**
 * Merges, validates the whole, and says what would change; or everything that is wrong.
 *
 * @param going what leaves together with it: no reference of the document may stand for it
 */
export function propose(state: RegistryState, wanted: Wanted, going: Going = NOTHING_GOES): Proposal | Refusal {
  const { content, beside } = drafted(state, wanted, going);
  return judge(state, content, beside);
}

/** What the registry would be if nobody refused a document, and what of it could not be read. */
export type Assumed = Pick<Proposal, 'revision' | 'policies' | 'sources'> & { readonly unread: Unread };

export function assumed(state: RegistryState, wanted: Wanted): Assumed {
  const { content, beside } = drafted(state, wanted, NOTHING_GOES);
  const policies = numberedPolicies(state, beside);
  const proposal = proposalOf(state, settledContent(content), { ...beside, policies });
  return { ...proposal, unread: unreadBy(state, wanted) };
}

/** What the documents of this state and this one have that could not be read. */
const unreadBy = ({ unread = NOTHING_UNREAD }: RegistryState, wanted: Pick<Wanted, 'unread'>): Unread =>
  unread.with(wanted.unread);

/** What would be there, its references settled, and what is wrong with them. */
function drafted(
  state: RegistryState,
  wanted: Wanted,
  going: Going,
): { readonly content: Content; readonly beside: Judging } {
  const before = contentOf(state.revision);
  const supplies = suppliesWith(staying(before, going), wanted);
  const { resolved, ...settled } = settleReferences(wanted, supplies);
  const named = { ...wanted, ...settled };
  return {
    content: merged(withoutUnread(before, wanted), inOrderOf(before, named)),
    beside: {
      ...wanted,
      policies: new Map([...returning(before, wanted), ...wanted.policies]),
      problems: [
        ...wanted.problems,
        ...lostReferences(wanted, supplies, going),
        ...sameVersionProblems(wanted, suppliesWith(before, wanted)),
        ...boundTwiceProblems(named),
      ],
      resolved,
      asWritten: placesAsWritten(before, named),
    },
  };
}

/** What is there already under the name of what could not be read is not what it will be. */
function withoutUnread(live: Content, { unread, replaces }: Wanted): Content {
  const rest: Partial<Record<keyof Content, ReadonlyMap<string, unknown>>> = {};
  for (const list of replaces) {
    const gone = unread.namesOf(list).filter((name) => live[list].has(name));
    if (gone.length === 0) continue;
    const left = new Map<string, unknown>(live[list]);
    for (const name of gone) left.delete(name);
    rest[list] = left;
  }
  return { ...live, ...(rest as Partial<Content>) };
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
  return { ok: false, problems: sortProblems(owned), changes };
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
  const asWritten = (path: string): string => path;
  const outcome = judge(state, content, { ...NOTHING_WANTED, algorithms: content.algorithms, resolved: [], asWritten });
  return outcome.ok ? withWork(state.revision, outcome, rules) : outcome;
}

/** What nobody asks for. */
export const NOTHING_WANTED: Wanted = nothingWanted();

/** What is said beside the content of the DAG. `algorithms`: those that somebody asked to change. */
export type Beside = Omit<Wanted, 'windowTypes' | 'processors' | 'expected' | 'kinds'> & Pick<Proposal, 'resolved'>;

/** `asWritten`: places in the content, as the document has them. */
type Judging = Beside & { readonly asWritten: (path: string) => string };

function judge(state: RegistryState, content: Content, beside: Judging): Proposal | Refusal {
  const policies = numberedPolicies(state, beside);
  const proven = indexDag(state.revision);
  const affected = affectedBy(proven, {
    before: contentOf(state.revision),
    content,
    policies: policies.map(({ windowType }) => windowType),
  });
  const settled = settledContent(content, affected?.algorithms);
  const draft: Draft = {
    ...draftOf(settled, { policies: policiesAfter(state, policies), paths: beside.paths }),
    unread: unreadBy(state, beside),
  };
  const { problems: found, graph } = affected ? validatedChange(draft, affected, proven) : validated(draft);
  const pathOf = (name: string): string => beside.paths.get(pathKey('sources', name))!;
  const ofSources = sourceProblems(changedSources(state, beside), {
    known: state.sources,
    pathOf,
    unread: draft.unread!,
  });
  const written = <One extends Problem | Warning>(one: One): One => ({ ...one, path: beside.asWritten(one.path) });
  const told = new Set(beside.problems.map(placeAndCode));
  const more = found.map(written).filter((problem) => !told.has(placeAndCode(problem)));
  const problems = [...beside.problems, ...more, ...ofSources];
  if (problems.length > 0) {
    const changes = beside.isOwnerUnread ? [] : changesTo(state, settled, { ...beside, policies });
    return { ok: false, problems: sortProblems(withOwners(problems, draft, beside.owners)), changes };
  }
  const named = namesIn(beside);
  const warned = [
    ...warningsOf({ draft, graph, affected, proven }, named),
    ...shortLateness(draft, proven, named.windowTypes),
  ].map(written);
  const warnings = withOwners(warned, draft, beside.owners);
  return { ...proposalOf(state, settled, { ...beside, policies }), warnings };
}

const placeAndCode = ({ code, path }: Problem): string => `${code} ${path}`;

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
function proposalOf(state: RegistryState, content: Content, proven: Proven): Proposal {
  const { policies, ...beside } = proven;
  const { revision: live } = state;
  const difference = differenceTo(live, content);
  const sources = otherSources(state, beside);
  const dagChanges = dagChangesOf(live, difference, beside);
  const next = dagChanges.length > 0 ? nextRevision(live, difference, content) : live;
  const touched = new Set([...dagChanges.map(({ name }) => name), ...beside.algorithms.keys()]);
  return {
    ok: true,
    revision: next,
    difference,
    policies,
    sources,
    resolved: beside.resolved,
    hints: hintsAbout(next, touched),
    changes: [...dagChanges, ...changesBeside(state, content, { policies, sources })],
    warnings: [],
  };
}

/** What a document would change that is refused. What it has and could not be read is not taken out by it. */
function changesTo(state: RegistryState, content: Content, { policies, ...beside }: Proven): Change[] {
  const dagChanges = dagChangesOf(state.revision, differenceTo(state.revision, content), beside);
  return [
    ...(beside.unread.isNothing ? dagChanges : dagChanges.filter(({ action }) => action !== 'removed')),
    ...changesBeside(state, content, { policies, sources: otherSources(state, beside) }),
  ];
}

const otherSources = (state: RegistryState, beside: Pick<Beside, 'sources'>): Source[] =>
  changedSources(state, beside).filter((source) => !sameJson(source, state.sources.get(source.name)));

function nextRevision(live: DagRevision, difference: DagDifference, content: Content): DagRevision {
  const next = applyDifference(live, difference);
  carryIndex(live, difference, next);
  keepContent(next, content);
  return next;
}

/** The policy with its next number, unless it is what holds already. */
function numbered(policy: AvailabilityPolicy, before: AvailabilityPolicy | undefined): AvailabilityPolicy[] {
  const number = before?.number ?? 0;
  if (sameJson({ ...policy, number }, before ?? defaultPolicy(policy.windowType))) return [];
  return [{ ...policy, number: number + 1 }];
}
