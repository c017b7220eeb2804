import {
  channelCheck,
  compileCondition,
  compileSignalCondition,
  compileSignalState,
  expectedOf,
  indexDag,
  isObserved,
  isWithin,
  matches,
  policyOf,
  liveRevision,
  refOf,
  areMembers,
  scopeOf,
  sourceAt,
  stretchesOf,
  versionsOf,
  type AvailabilityPolicy,
  type BindingTiming,
  type ChannelCheck,
  type ChannelProblem,
  type Condition,
  type DagIndex,
  type DagRevision,
  type EpochUs,
  type PreviousSpec,
  type Ref,
  type RegistryView,
  type SignalScalar,
  type SourceAttributes,
  type SourceSelector,
  type Source,
  type SourceStretch,
  type WindowType,
  watchedSignal,
} from '@windlass/dag';
import type { Signal } from './input.ts';
import { shifted } from './time.ts';

/** The key of windows that belong to no source: cron and calendar with scope `global`. */
export const GLOBAL_KEY = 'global';

/** One window type with all that its windows need, for one source. */
export interface TypePlan {
  readonly ref: Ref;
  readonly type: WindowType;
  readonly policy: AvailabilityPolicy;
  readonly parent: TypePlan | null;
  readonly children: readonly TypePlan[];
  /** Signals that are elements of its windows. */
  readonly elements: ReadonlySet<string>;
  /** Signals that move its watermark; null: all of the source. */
  readonly reads: ReadonlySet<string> | null;
  readonly previous: readonly PreviousSpec[];
  /** Panes that are taken by an algorithm which may open windows within this window's ancestors. */
  readonly awaits: ReadonlySet<BindingTiming>;
  /** Its windows are opened by results: outcome and emission. */
  readonly openedByResults: boolean;
  /** A result decides whether a window opens. */
  readonly condition: Condition | null;
  /** `member`: a source's part of the windows of its groups. `group`: those windows, where the parts come together. */
  readonly role: 'own' | 'member' | 'group';
  /** Of a member: its groups that have such windows, at any time. */
  readonly groups: readonly string[];
  /** Of a member: those of them that it was in at this event time. */
  readonly groupsAt: (timeUs: EpochUs) => readonly string[];
  /** The source is one of those that the type is for only then: windows that start at another time are not its; null: always. */
  readonly meant: readonly SourceStretch[] | null;
  /** Of a member and of a group: the types of members' windows over which algorithms of the group's windows join results; null: they join none. */
  readonly joins: readonly Ref[] | null;
  /** Of a group: the sources in it that are meant, as the registry has them now. */
  readonly members: () => ReadonlySet<string>;
  /** Of a group: those of them that are meant, or valid, only for a time. */
  readonly passing: () => ReadonlyMap<string, readonly SourceStretch[]>;
  /** A late element may move the start of its windows, and merge them. */
  readonly startsMove: boolean;
  /** That holds for windows that its windows lie in. */
  readonly liesInSessions: boolean;
  /** What its windows lie in may still change, or be opened late: nothing in it is final, or too late, before that is over. */
  readonly heldByAncestors: boolean;
  /** Signals of this name are looked at by windows that are stretches of them. */
  observes(signal: string): boolean;
  /** What such a signal tells them: `Observation.mark`; undefined: nothing. */
  readonly observe: (signal: Signal) => SignalScalar | undefined;
}

/** Until when a window that a result has opened, or may open, may be revised: its lateness runs in processing time. */
export const latenessEndUs = ({ policy }: TypePlan, sinceUs: number): number =>
  shifted(sinceUs, policy.allowedLatenessUs);

/** The window types that apply to one source, each after its parent. */
export interface SourcePlan {
  readonly dagRevision: number;
  readonly types: readonly TypePlan[];
  readonly byRef: ReadonlyMap<Ref, TypePlan>;
  /** Types of which the source is a member. */
  readonly memberTypes: readonly TypePlan[];
  /** What the channels of the source's kind say of its signals; null: nothing. */
  readonly checkChannels: ((signal: Signal, onUndeclared: () => void) => ChannelProblem | null) | null;
  /** Types whose watermark a signal of this name moves. */
  readersOf(signal: string): readonly TypePlan[];
}

/** What a window type is to one source or group; null: nothing. */
type Part = Pick<TypePlan, 'role' | 'groups' | 'groupsAt' | 'meant' | 'members' | 'passing'> | null;

/**
 * Gives each source, and each group, its plan: the part of the live revision whose selectors match it, with the policies of now.
 * Build a new one when the window types or policies of the view have changed; keys with the same types share a plan.
 *
 * @param current the registry as it is when a plan is asked for: sources may have changed since
 */
export function compilePlans(
  view: RegistryView,
  current: () => RegistryView = () => view,
): (source: Source) => SourcePlan {
  const revision = withExpected(liveRevision(view));
  const index = indexDag(revision);
  const checks = channelChecks(revision);
  const compiled = new Map<string, SourcePlan>();
  return (source) => {
    const parts = revision.windowTypes.map((type) => partOf(type, source, current));
    const types = revision.windowTypes.flatMap((type, i) => (parts[i] ? [{ type, part: parts[i] }] : []));
    const isBorn = source.validFromUs !== undefined && types.some(({ type }) => type.open.kind === 'wholeLife');
    const signature = signatureOf(source, parts, isBorn, checks);
    const known = compiled.get(signature);
    if (known) return known;
    if (compiled.size >= PLANS_CACHED) compiled.clear();
    const plan = compilePlan({
      revision,
      index,
      types,
      isBorn,
      policy: (ref) => policyOf(view, ref),
      checkChannels: checkOf(source, checks),
    });
    compiled.set(signature, plan);
    return plan;
  };
}

/** Sources that have moved have plans of their own: do not remember endlessly many. */
const PLANS_CACHED = 20_000;

function signatureOf(source: Source, parts: readonly Part[], isBorn: boolean, checks: ChannelChecks): string {
  const roles = parts.map((part) => (part ? part.role.charAt(0) : '-')).join('');
  const groups = parts.flatMap((part) => part?.groups ?? []).join(' ');
  // When it is meant, and for which groups, is told by what it was: with others that were the same it shares its plan.
  const isChecked = versionsOf(source).some(({ kind }) => checks.has(kind));
  const versions = source.earlier && (isChecked || parts.some((part) => part?.meant || part?.role === 'member'));
  const group = parts.some((part) => part?.role === 'group') ? source.name : '';
  return [
    roles,
    groups,
    group,
    versions ? JSON.stringify(versionsOf(source)) : isChecked ? source.kind : '',
    isBorn,
  ].join('\n');
}

type ChannelChecks = ReadonlyMap<string, ChannelCheck>;

function channelChecks({ kinds = [] }: DagRevision): ChannelChecks {
  const checks = new Map<string, ChannelCheck>();
  for (const kind of kinds) {
    const check = channelCheck(kind);
    if (check) checks.set(kind.name, check);
  }
  return checks;
}

/** By the kind that the source was of when the signal happened. */
function checkOf(source: Source, checks: ChannelChecks): SourcePlan['checkChannels'] {
  if (!versionsOf(source).some(({ kind }) => checks.has(kind))) return null;
  if (!source.earlier) return checks.get(source.kind)!;
  return (signal, onUndeclared) =>
    checks.get(sourceAt(source, signal.eventTimeUs).kind)?.(signal, onUndeclared) ?? null;
}

/** Window types that do not say how many samples they expect take it from the channels of their sources' kind. */
function withExpected(revision: DagRevision): DagRevision {
  const kinds = new Map((revision.kinds ?? []).map((kind) => [kind.name, kind]));
  if (kinds.size === 0) return revision;
  const windowTypes = revision.windowTypes.map((type) => {
    const expected = expectedOf(type, kinds);
    return expected === type.expected ? type : { ...type, expected: expected! };
  });
  return { ...revision, windowTypes };
}

function partOf({ open, for: selector }: WindowType, source: Source, current: () => RegistryView): Part {
  const scope = scopeOf(open);
  if (scope === 'global' || source.name === GLOBAL_KEY)
    return scope === 'global' && source.name === GLOBAL_KEY ? OWN : null;
  if (scope === 'source') return ownPart(selector, source);
  const hasWindows = (group: string): boolean => selector.groups?.includes(group) ?? true;
  if (current().groups.has(source.name) && hasWindows(source.name))
    return { ...OWN, role: 'group', ...membersOf(source.name, selector, current) };
  return memberPart(selector, source, hasWindows);
}

const NOBODY: ReadonlySet<string> = new Set();
const NO_STRETCHES: ReadonlyMap<string, readonly SourceStretch[]> = new Map();
const OWN: NonNullable<Part> = {
  role: 'own',
  groups: [],
  groupsAt: () => [],
  meant: null,
  members: () => NOBODY,
  passing: () => NO_STRETCHES,
};

function ownPart(selector: SourceSelector, source: Source): Part {
  const meant = stretchesOf(source, (version) => matches(selector, version));
  if (meant?.length === 0) return null;
  return meant === null ? OWN : { ...OWN, meant };
}

function memberPart(selector: SourceSelector, source: Source, hasWindows: (group: string) => boolean): Part {
  const groupsIn = (version: SourceAttributes): readonly string[] =>
    matches(selector, version) ? version.groups.filter(hasWindows) : [];
  const groups = [...new Set(versionsOf(source).flatMap(groupsIn))];
  if (groups.length === 0) return null;
  return {
    ...OWN,
    role: 'member',
    groups,
    groupsAt: source.earlier ? (timeUs) => groupsIn(sourceAt(source, timeUs)) : () => groups,
    meant: stretchesOf(source, (version) => groupsIn(version).length > 0),
  };
}

/** What of these stretches the source is valid in; null: always. */
function whileValid(
  { validFromUs = -Infinity, validToUs = Infinity }: Source,
  stretches: readonly SourceStretch[] | null,
): readonly SourceStretch[] | null {
  if (validFromUs === -Infinity && validToUs === Infinity) return stretches;
  return (stretches ?? [{ fromUs: -Infinity, toUs: Infinity }])
    .map(({ fromUs, toUs }) => ({ fromUs: Math.max(fromUs, validFromUs), toUs: Math.min(toUs, validToUs) }))
    .filter(({ fromUs, toUs }) => fromUs < toUs);
}

/** Looked up again only when the group has changed. */
function membersOf(
  group: string,
  selector: SourceSelector,
  current: () => RegistryView,
): Pick<TypePlan, 'members' | 'passing'> {
  let of: unknown;
  let members = NOBODY;
  let passing = NO_STRETCHES;
  const look = (): void => {
    const sources = current().groups.get(group);
    if (sources === of) return;
    of = sources;
    const found = [...(sources?.values() ?? [])].map((source) => ({
      name: source.name,
      stretches: whileValid(
        source,
        stretchesOf(source, (version) => version.groups.includes(group) && matches(selector, version)),
      ),
    }));
    members = new Set(found.flatMap(({ name, stretches }) => (stretches?.length === 0 ? [] : [name])));
    passing = new Map(found.flatMap(({ name, stretches }) => (stretches?.length ? [[name, stretches] as const] : [])));
  };
  return {
    members: () => (look(), members),
    passing: () => (look(), passing),
  };
}

/** A window that starts at this time is one of the source's. */
export const isMeantAt = ({ meant }: TypePlan, startUs: EpochUs): boolean => meant === null || isWithin(meant, startUs);

/** Window types whose outcomes may open windows, by the live revision. Of no other type does a window wait for outcomes. */
export function typesThatOpenWindows(view: RegistryView): ReadonlySet<Ref> {
  const revision = liveRevision(view);
  const index = indexDag(revision);
  return new Set(revision.windowTypes.map(refOf).filter((ref) => awaited(ref, index).size > 0));
}

interface PlanParts {
  readonly revision: DagRevision;
  readonly index: DagIndex;
  readonly types: readonly { readonly type: WindowType; readonly part: NonNullable<Part> }[];
  /** It is known when the source's life begins. */
  readonly isBorn: boolean;
  readonly policy: (ref: Ref) => AvailabilityPolicy;
  readonly checkChannels: SourcePlan['checkChannels'];
}

function compilePlan({ revision, index, types, isBorn, policy, checkChannels }: PlanParts): SourcePlan {
  const byRef = new Map<Ref, TypePlan>();
  const declared = new Map(types.map((one) => [refOf(one.type), one]));

  const compile = ({ type, part }: PlanParts['types'][number]): TypePlan | null => {
    const ref = refOf(type);
    const known = byRef.get(ref);
    if (known) return known;
    const parentType = type.parent === undefined ? undefined : declared.get(type.parent);
    const parent = parentType ? compile(parentType) : null;
    if (type.parent !== undefined && !parent) return null;
    const children: TypePlan[] = [];
    const plan: TypePlan = {
      ref,
      type,
      policy: policy(ref),
      parent,
      children,
      elements: new Set(type.reads),
      reads: watermarkSignals(type, parent),
      previous: part.role === 'member' ? [] : index.previousSpecsOf(ref),
      awaits: part.role === 'member' ? NOTHING : awaited(ref, index),
      ...part,
      joins: part.role === 'own' ? null : joinedTypes(ref, index),
      openedByResults: type.open.kind === 'outcome' || type.open.kind === 'emission',
      condition: type.open.kind === 'outcome' ? compileCondition(type.open.when, { result: null, metadata: {} }) : null,
      liesInSessions: parent !== null && (parent.liesInSessions || parent.startsMove),
      heldByAncestors: parent !== null && (parent.heldByAncestors || parent.startsMove || parent.openedByResults),
      startsMove: type.open.kind === 'session' || (type.open.kind === 'wholeLife' && !isBorn),
      observes: (signal) =>
        type.open.kind === 'count' ? type.reads.includes(signal) : isObserved(type.open) && type.open.signal === signal,
      observe: observer(type),
    };
    byRef.set(ref, plan);
    (parent?.children as TypePlan[] | undefined)?.push(plan);
    return plan;
  };
  for (const one of types) compile(one);

  const ordered = [...byRef.values()];
  const readers = new Map<string, readonly TypePlan[]>();
  return {
    dagRevision: revision.number,
    types: ordered,
    byRef,
    checkChannels,
    memberTypes: ordered.filter(({ role }) => role === 'member'),
    readersOf: (signal) => {
      const known = readers.get(signal);
      if (known) return known;
      const found = ordered.filter(({ reads, role }) => role !== 'group' && (reads === null || reads.has(signal)));
      if (readers.size < READERS_CACHED) readers.set(signal, found);
      return found;
    },
  };
}

const NOTHING: ReadonlySet<BindingTiming> = new Set();

/** Signal names are outside input: do not remember endlessly many. */
const READERS_CACHED = 10_000;

/** Its own signals, or its parent's, or all of the source. */
function watermarkSignals(type: WindowType, parent: TypePlan | null): ReadonlySet<string> | null {
  const watched = watchedSignal(type.open);
  const own = watched === null ? type.reads : [watched, ...type.reads];
  if (own.length > 0) return new Set(own);
  return parent ? parent.reads : null;
}

function awaited(ref: Ref, index: DagIndex): ReadonlySet<BindingTiming> {
  const openers = index
    .algorithmsOn(ref)
    .filter((algorithm) => algorithm.emits.length > 0 || index.conditionsOn(refOf(algorithm)).length > 0);
  return new Set(openers.flatMap(({ bindings }) => bindings.filter((b) => b.windowType === ref).flatMap((b) => b.on)));
}

function joinedTypes(ref: Ref, index: DagIndex): readonly Ref[] | null {
  const group = index.windowTypes.get(ref)!;
  const upstreams = index
    .algorithmsOn(ref)
    .flatMap(({ dependencies }) => dependencies.filter(({ relation }) => relation.kind === 'members'));
  if (upstreams.length === 0) return null;
  const types = upstreams.flatMap(({ algorithm }) => index.algorithms.get(algorithm)?.bindings ?? []);
  return [...new Set(types.map(({ windowType }) => windowType))].filter((windowType) => {
    const type = index.windowTypes.get(windowType);
    return type !== undefined && areMembers(group, type);
  });
}

function observer({ open, metadata }: WindowType): TypePlan['observe'] {
  switch (open.kind) {
    case 'condition': {
      const from = compileSignalCondition(open.from, metadata);
      const to = open.to === null ? null : compileSignalCondition(open.to, metadata);
      if (!from.ok || (to && !to.ok)) return () => undefined;
      return (signal) => {
        if (!to) return marked(from.evaluate(signal));
        if (to.evaluate(signal) === true) return -1;
        const opens = from.evaluate(signal);
        return opens === false ? 0 : marked(opens);
      };
    }
    case 'state': {
      const of = compileSignalState(open.of, metadata);
      return of.ok ? of.evaluate : () => undefined;
    }
    case 'count':
      return ({ count }) => count;
    default:
      return () => undefined;
  }
}

const marked = (holds: boolean | undefined): number | undefined => (holds === undefined ? undefined : holds ? 1 : -1);
