import {
  didYouMean,
  isObserved,
  refOf,
  scopeOf,
  sourceAt,
  unknownSource,
  type EpochUs,
  type Ref,
  type Source,
  type WindowType,
} from '@windlass/dag';
import { typeIn, type Draft, type TypeDraft } from '../draft.ts';
import { lifeOf, spansIn } from '../life.ts';
import { GLOBAL_KEY, isMeantAt, type SourcePlan, type TypePlan } from '../plan.ts';
import type { SourceState } from '../state.ts';
import { FOREVER, NEVER } from '../time.ts';
import { containing } from '../windows.ts';
import { ofGroup } from './absence-of-group.ts';
import type { Bounds, OpeningOf } from './absence.ts';
import { absenceByDefinition } from './absence-by-definition.ts';
import { absenceByKind } from './absence-by-kind.ts';
import { dropSentences, readable } from './drops.ts';
import { draftFor } from './explain-window.ts';
import type { Explanation, TimedDrop, WindowHistory } from './explanation.ts';
import { lostWindows } from './lost-windows.ts';
import { groupUnheard, listed } from './members-behind.ts';
import { notForSource } from './selector.ts';
import { say, type Sentence } from './sentence.ts';

export interface ExplainAbsenceParts {
  /** As the registry knows it. */
  readonly source: Source;
  /** Somebody has declared it. */
  readonly isDeclared: boolean;
  /** All of the live DAG revision. */
  readonly windowTypes: readonly WindowType[];
  /** The source's. */
  readonly plan: SourcePlan;
  readonly windowType: Ref;
  readonly timeUs: EpochUs;
  /** Null: nothing has come from the source. */
  readonly state: SourceState | null;
  /** Windows that began at that time or before, of the type and of those it lies in. */
  readonly histories: ReadonlyMap<Ref, readonly WindowHistory[]>;
  /** Those within `reachOf` of that time; others are passed over. */
  readonly drops: readonly TimedDrop[];
  readonly nowUs: number;
}

const SECOND_US = 1_000_000;
const HOUR_US = 3_600 * SECOND_US;

/** How far from a time a record may lie that would have made a window of this type there. */
export function reachOf({ open }: WindowType): number {
  switch (open.kind) {
    case 'fixed':
    case 'sliding':
      return open.sizeUs;
    case 'session':
      return open.gapUs;
    case 'startStop':
    case 'condition':
    case 'state':
    case 'count':
      return open.maxDurationUs;
    case 'point':
      return open.beforeUs + open.afterUs;
    case 'wholeLife':
      return 24 * HOUR_US;
    case 'calendar':
      return longestOf(open) * SECOND_US;
    default:
      return HOUR_US;
  }
}

/** In seconds. */
const longestOf = ({ intervals, exceptions }: OpeningOf<'calendar'>): number =>
  [...intervals, ...exceptions.flatMap((one) => one.intervals)].reduce(
    (max, { startSecond, endSecond }) => Math.max(max, endSecond - startSecond),
    0,
  );

/** Why there is no window of a type for a source around a time, or that there is one. The first reason found is the headline. */
export function explainAbsence(parts: ExplainAbsenceParts): Explanation {
  const drops = relevantDrops(parts);
  const reasons = reasonsOf(parts, drops);
  return { headline: reasons[0]!, timeline: [], now: reasons, drops: dropSentences(drops) };
}

/** At least one. */
function reasonsOf(parts: ExplainAbsenceParts, drops: readonly TimedDrop[]): Sentence[] {
  const basic = notPossible(parts);
  if (basic) return [basic];
  const plan = parts.plan.byRef.get(parts.windowType)!;
  const draft = draftFor({
    source: parts.source.name,
    plan: parts.plan,
    life: lifeOf(parts.source),
    nowUs: parts.nowUs,
    state: parts.state!,
  });
  const type = typeIn(draft, plan);
  const histories = parts.histories.get(plan.ref) ?? [];
  const there = [...heldAt(type, parts.timeUs), ...lostWindows(type, histories, parts.timeUs)];
  if (there.length > 0 && !isEndOfRun(type, there)) return there;
  const moved = notForItThen(parts, plan);
  if (moved) return [moved];
  const never = absenceByDefinition(plan, draft.life, parts.timeUs);
  if (never) return [never];
  const parents = parentsAt(parts, draft, plan);
  const absence = { draft, type, timeUs: parts.timeUs, parents, histories };
  const reasons = [
    ...(plan.role === 'group' ? [] : outsideOfData(parts, type)),
    ...dropped(parts, drops),
    ...(plan.parent && parents.length === 0 ? withoutParent(parts, plan, plan.parent) : []),
    ...(plan.role === 'group' ? ofGroup(absence) : absenceByKind(absence)),
    ...there,
    ...alreadyFinal(type, parts.timeUs),
  ];
  return reasons.length > 0 ? reasons : [notRemembered(parts)];
}

/** Windows that are stretches of signals are open to their longest until one ends them: what did is the better answer. */
const isEndOfRun = ({ plan }: TypeDraft, there: readonly Sentence[]): boolean =>
  isObserved(plan.type.open) && there.every(({ code }) => code === 'WINDOW_CUT');

/** What makes a window impossible whatever comes; and a source that has never sent anything. */
function notPossible(parts: ExplainAbsenceParts): Sentence | null {
  const { windowTypes, windowType, plan, source, state } = parts;
  const { dagRevision } = plan;
  const type = windowTypes.find((one) => refOf(one) === windowType);
  if (!type)
    return say('TYPE_UNKNOWN', 'The live DAG revision {dagRevision} has no window type {windowType}.{hint}', {
      windowType,
      dagRevision,
      hint: didYouMean(windowType, windowTypes.map(refOf)),
      todo: 'Ask for name@version as GET /v1/dag of the dag-registry lists them, or apply definitions that have it.',
    });
  const own = plan.byRef.get(windowType);
  const refused =
    own && own.role !== 'own' ? null : (isAGroup(parts, type) ?? (own ? null : notForSource(parts, type)));
  if (refused) return refused;
  if (own?.role === 'member') return ofItsGroups(parts, own);
  if (state) return null;
  if (own?.role === 'group') return groupUnheard(source.name, own);
  return say('SOURCE_UNSEEN', 'Nothing has come from source {source}: no signal of any name.', {
    source: source.name,
    todo: 'Look at the name, and whether its sender writes to this hub (WINDLASS_PREFIX, key of the record) or gets errors from POST /v1/signals.',
  });
}

/** The type is for the source at other times, by what it was then. */
function notForItThen(parts: ExplainAbsenceParts, plan: TypePlan): Sentence | null {
  const { source, timeUs } = parts;
  const [span] = plan.parent ? [] : spansIn({ life: lifeOf(source) }, plan, null, timeUs);
  const startUs = span?.startUs ?? timeUs;
  if (isMeantAt(plan, startUs)) return null;
  const then = { ...unknownSource(source.name), ...sourceAt(source, startUs) };
  const refused = notForSource({ ...parts, source: then }, plan.type);
  const template = `By what it was at {time:asOfUs}: ${refused?.template}`;
  return refused && { ...refused, template, facts: { ...refused.facts, asOfUs: startUs } };
}

/** What a source has of the windows of its groups is only their part. */
const ofItsGroups = ({ source }: ExplainAbsenceParts, { ref, groups }: TypePlan): Sentence =>
  say('WINDOWS_OF_GROUPS', 'Windows of {windowType} are those of groups; {source} is in {groups}.', {
    windowType: ref,
    source: source.name,
    groups: groups.join(', '),
    group: groups[0]!,
    todo: 'Ask for the group: --source {group}.',
  });

/** A group sends nothing itself. */
function isAGroup({ plan, source, state, isDeclared }: ExplainAbsenceParts, type: WindowType): Sentence | null {
  const ofGroup = plan.types.find(({ role }) => role === 'group');
  if (!ofGroup || isDeclared || scopeOf(type.open) !== 'source' || (state && state.maxEventUs !== NEVER)) return null;
  const members = [...ofGroup.members()].sort();
  return say('IS_A_GROUP', '{source} is a group, and windows of {windowType} are those of single sources.', {
    source: source.name,
    windowType: refOf(type),
    members: listed(members),
    todo: 'Ask for one of its sources: {members}.',
  });
}

const heldAt = (type: TypeDraft, timeUs: EpochUs): Sentence[] =>
  containing(type, timeUs).map(({ id, startUs, endUs }) =>
    say('WINDOW_EXISTS', 'There is one: window {windowId}, from {time:startUs} to {time:endUs}.', {
      windowId: id,
      startUs,
      endUs,
      todo: 'windlass explain window {windowId}',
    }),
  );

function outsideOfData({ state, timeUs, source }: ExplainAbsenceParts, { plan, watermarkUs }: TypeDraft): Sentence[] {
  const { minEventUs } = state!.noted;
  const { maxEventUs } = state!;
  if (source.name === GLOBAL_KEY) return [];
  if (maxEventUs === NEVER)
    return [
      say('NOTHING_READ', 'No signal of {source} was read by any window type.{unread}', {
        source: source.name,
        unread: unreadNames(state!),
        todo: 'Send signals under the names that the window type reads: {reads}.',
        reads: namesOf(plan),
      }),
    ];
  if (minEventUs !== FOREVER && timeUs < minEventUs)
    return [
      say('BEFORE_FIRST_DATA', 'That is before the first event of {source} that is known, at {time:minEventUs}.', {
        source: source.name,
        minEventUs,
        todo: 'Send what there is of that time, if it should count (late data counts within allowedLateness).',
      }),
    ];
  if (timeUs > maxEventUs)
    return [
      say(
        'AFTER_LAST_DATA',
        'Nothing of that time has come yet: the newest event of {source} is at {time:maxEventUs}.',
        {
          source: source.name,
          maxEventUs,
          watermarkUs,
          todo: 'Wait, or look at what its sender has published.',
        },
      ),
    ];
  return [];
}

const namesOf = ({ reads }: TypePlan): string => (reads ? [...reads].join(', ') : 'any');

/** A misspelt name is the commonest reason of all. */
export function unreadNames({ noted }: SourceState): string {
  if (noted.unread.length === 0) return '';
  return ` It sends names that no window type read: ${noted.unread.map(({ name }) => name).join(', ')}.`;
}

function relevantDrops({ drops, windowType, windowTypes, timeUs, plan }: ExplainAbsenceParts): TimedDrop[] {
  const type = windowTypes.find((one) => refOf(one) === windowType);
  if (!type) return [];
  const reachUs = reachOf(type);
  const refs = new Set(lineOf(plan, windowType));
  return drops.filter(
    ({ eventTimeUs, windowTypes: of }) =>
      eventTimeUs !== null &&
      Math.abs(eventTimeUs - timeUs) <= reachUs &&
      (of.length === 0 || of.some((ref) => refs.has(ref))),
  );
}

/** The type and those it lies in. */
export function lineOf(plan: SourcePlan, ref: Ref): Ref[] {
  const line: Ref[] = [];
  for (let one = plan.byRef.get(ref) ?? null; one; one = one.parent) line.push(one.ref);
  return line.length > 0 ? line : [ref];
}

function dropped({ windowType }: ExplainAbsenceParts, drops: readonly TimedDrop[]): Sentence[] {
  const nearest = drops[0];
  if (!nearest) return [];
  return [
    say(
      'RECORDS_DROPPED',
      '{count} of its records near that time were dropped, the last one as {dropCode}: {message}',
      {
        count: drops.length,
        dropCode: nearest.code,
        message: readable(nearest.message),
        windowType,
        todo: 'See the list of what was dropped, and what to do about each.',
      },
    ),
  ];
}

/** Held, or else by the journal. */
function parentsAt({ timeUs, histories }: ExplainAbsenceParts, draft: Draft, { parent }: TypePlan): Bounds[] {
  if (!parent) return [];
  const held = containing(typeIn(draft, parent), timeUs);
  if (held.length > 0) return held;
  return (histories.get(parent.ref) ?? [])
    .map(({ entries }) => entries.at(-1)!)
    .filter(({ startUs, endUs, event }) => startUs <= timeUs && timeUs < endUs && event.kind !== 'withdrawn')
    .map(({ windowId, startUs, endUs }) => ({ id: windowId, startUs, endUs }));
}

function withoutParent(parts: ExplainAbsenceParts, { ref }: TypePlan, parent: TypePlan): Sentence[] {
  const of = explainAbsence({ ...parts, windowType: parent.ref, drops: [] });
  return [
    say('NO_PARENT', '{windowType} lies in windows of {parentType}, and there is none of those around that time.', {
      windowType: ref,
      parentType: parent.ref,
      todo: 'Mend that first: see the next line.',
    }),
    ...of.now,
  ];
}

function alreadyFinal({ plan, floorUs }: TypeDraft, timeUs: EpochUs): Sentence[] {
  if (floorUs === NEVER || timeUs >= floorUs) return [];
  return [
    say('TIME_IS_FINAL', 'Times before {time:floorUs} are final for {windowType}: what comes for them now is late.', {
      floorUs,
      windowType: plan.ref,
      todo: 'For later data of such times: a longer allowedLateness (windlass dial set).',
    }),
  ];
}

const notRemembered = ({ windowType, source }: ExplainAbsenceParts): Sentence =>
  say(
    'NOT_REMEMBERED',
    'Nothing that is remembered of {source} tells why: elements are remembered one by one only for a while.',
    {
      source: source.name,
      windowType,
      todo: 'Ask sooner, or look at the signals topic for that time.',
    },
  );
