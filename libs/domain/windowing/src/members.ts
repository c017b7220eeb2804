import type { EpochUs, Ref, SourceStretch } from '@windlass/dag';
import { firingWatermark, reject, typeIn, type Draft, type TypeDraft } from './draft.ts';
import { fireEarlyByCount } from './fire.ts';
import { placeIn } from './placement.ts';
import type { TypePlan } from './plan.ts';
import { extendSchedule, followWatermark } from './schedule.ts';
import { spanFrom, spansAt } from './span.ts';
import { FOREVER, NEVER, shifted, US_PER_MS } from './time.ts';
import { advance, advanceIdle } from './watermark.ts';
import { windowAt } from './windows.ts';
import type { Window } from './window.ts';

/** How silent a member is: idle ones hold no group's firing up, those that are gone not its finality either. */
export type Silence = 'ACTIVE' | 'IDLE' | 'GONE';

/** What one member tells a group: samples that it has counted in one of the group's windows, or how far it is. */
export interface MemberReport {
  readonly group: string;
  readonly source: string;
  readonly windowType: Ref;
  /** Grows with each report of this member and window type. */
  readonly sequence: number;
  readonly counted: { readonly startUs: EpochUs; readonly endUs: EpochUs; readonly added: number } | null;
  /** Null: as before. */
  readonly progress: Progress | null;
}

export interface Progress {
  /** By its data. */
  readonly watermarkUs: EpochUs;
  /** Where silence has moved it. */
  readonly idleUs: EpochUs;
  readonly silence: Silence;
}

/** What a source remembers of its reports for one window type of its groups. */
export interface MemberState {
  readonly sequence: number;
  readonly silence: Silence;
  /** The next watermark that is worth a report: a window of the group ends there. */
  readonly nextUs: EpochUs;
  /** The same for what the groups' windows join of it: where the next of their windows is closed, and where it is final. */
  readonly closesUs: EpochUs;
  readonly settlesUs: EpochUs;
}

/** What a group knows of one member. */
export interface KnownMember extends Progress {
  readonly sequence: number;
}

export const noMembers: ReadonlyMap<string, KnownMember> = new Map();

export const noReports: MemberState = {
  sequence: 0,
  silence: 'ACTIVE',
  nextUs: NEVER,
  closesUs: NEVER,
  settlesUs: NEVER,
};

/** A member's part of a group's window has fired: the group is told what it has counted since. */
export function reportCounted(
  draft: Draft,
  type: TypeDraft,
  { startUs, endUs, elements, firedElements }: Window,
): void {
  const counted = { startUs, endUs, added: elements - firedElements };
  report(draft, type, { to: type.plan.groupsAt(startUs), counted, progress: null });
}

/** Tells groups how far this source is, where a window of theirs has ended since it was last told, or its silence has changed. */
export function reportProgress(draft: Draft): void {
  for (const plan of draft.plan.memberTypes) {
    const before = draft.before.types.get(plan.ref)?.member ?? null;
    if (!draft.types.has(plan.ref) && !(draft.isHeard && before && before.silence !== 'ACTIVE')) continue;
    const type = typeIn(draft, plan);
    if (draft.isHeard) type.member = { ...type.member, silence: 'ACTIVE' };
    const hasCounted = type.member.sequence > (before?.sequence ?? 0);
    if (!hasCounted && type.member.silence === (before?.silence ?? 'ACTIVE') && type.watermarkUs < type.member.nextUs)
      continue;
    if (type.watermarkUs === NEVER && !hasCounted) continue;
    const { watermarkUs, idleUs, member } = type;
    report(draft, type, { to: plan.groups, counted: null, progress: { watermarkUs, idleUs, silence: member.silence } });
    type.member = { ...type.member, nextUs: nextEdgeUs(plan, watermarkUs) };
  }
}

function report(
  draft: Draft,
  type: TypeDraft,
  { to, ...what }: Pick<MemberReport, 'counted' | 'progress'> & { readonly to: readonly string[] },
): void {
  const sequence = type.member.sequence + 1;
  type.member = { ...type.member, sequence };
  for (const group of to)
    draft.reports.push({ group, source: draft.key, windowType: type.plan.ref, sequence, ...what });
}

/** Where the first of the windows ends that hold this time; where none does, the next time is looked at again. */
export function nextEdgeUs(plan: TypePlan, timeUs: EpochUs): EpochUs {
  const ends = timeUs === NEVER ? [] : spansAt(plan, null, timeUs).map(({ endUs }) => endUs);
  return ends.length > 0 ? Math.min(...ends) : shifted(timeUs, 1);
}

/** Members that have told the group that they are past a time, by their data or by their silence. */
export function membersPast({ members }: TypeDraft, timeUs: EpochUs): number {
  let count = 0;
  for (const { watermarkUs, idleUs } of members.values()) if (Math.max(watermarkUs, idleUs) >= timeUs) count++;
  return count;
}

const UNHEARD: KnownMember = { sequence: 0, watermarkUs: NEVER, idleUs: NEVER, silence: 'ACTIVE' };

/** A member's report reaches the group. One that came before is passed over. */
export function onReport(draft: Draft, { windowType, source, sequence, counted, progress }: MemberReport): void {
  const plan = draft.plan.byRef.get(windowType);
  if (!plan || plan.role !== 'group') {
    draft.counts.unread += 1;
    return;
  }
  const type = typeIn(draft, plan);
  const known = type.members.get(source) ?? UNHEARD;
  if (sequence <= known.sequence) {
    draft.counts.duplicates += 1;
    return;
  }
  if (counted && counted.added !== 0) addCounted(draft, type, source, counted);
  ownMembers(draft, type).set(source, { ...known, ...progress, sequence });
  if (type.heardSinceUs === NEVER) type.heardSinceUs = draft.nowUs;
}

/** What the step may change of what the group knows: copied once, however many reports it takes. */
function ownMembers({ before }: Draft, type: TypeDraft): Map<string, KnownMember> {
  const known = before.types.get(type.plan.ref)?.members ?? noMembers;
  const own = type.members === known ? new Map(known) : (type.members as Map<string, KnownMember>);
  type.members = own;
  return own;
}

function addCounted(
  draft: Draft,
  type: TypeDraft,
  source: string,
  { startUs, endUs, added }: NonNullable<MemberReport['counted']>,
): void {
  extendSchedule(draft, type, startUs);
  const laid = spanFrom(type.plan, null, startUs);
  const span = laid?.endUs === endUs ? laid : { startUs, endUs, opener: [String(startUs), String(endUs)] };
  const element = { timeUs: startUs, name: source, count: added, hash: 0, metadata: null };
  if (placeIn(draft, type, { span, parent: null, element }) === 'late') {
    draft.counts.late += 1;
    const message = `${added} elements of ${source} in [${startUs}, ${endUs}) µs came after the window of ${type.plan.ref} was final, up to ${type.floorUs} µs.`;
    const late = { eventTimeUs: startUs, lateFor: [{ windowType: type.plan.ref, finalUpToUs: type.floorUs }] };
    return reject(draft, { to: 'late', code: 'LATE', message, late });
  }
  const window = windowAt(type, startUs, null);
  if (window) fireEarlyByCount(draft, type, window);
}

/** After reports, and when the time has come for which a group waits for members that it has not heard of yet. */
export function followMembers(draft: Draft): void {
  for (const plan of draft.plan.types) {
    const type = plan.role === 'group' ? draft.types.get(plan.ref) : undefined;
    if (type && type.heardSinceUs !== NEVER) follow(draft, type);
  }
}

/** A group is as far as the last of its members that is not idle; where all are, as far as the first. */
function follow(draft: Draft, type: TypeDraft): void {
  const members = type.plan.members();
  const left = [...type.members.keys()].filter((source) => !members.has(source));
  for (const source of left) ownMembers(draft, type).delete(source);
  let heldUs = FOREVER;
  let activeUs = FOREVER;
  let greatestUs = NEVER;
  const passing = type.plan.passing();
  const count = ({ watermarkUs, idleUs, silence }: Progress, stretches?: readonly SourceStretch[]): void => {
    const holdsUs = stretches ? heldUpUs(type.plan, watermarkUs, stretches) : watermarkUs;
    if (silence !== 'GONE') heldUs = Math.min(heldUs, holdsUs);
    if (silence === 'ACTIVE') activeUs = Math.min(activeUs, holdsUs);
    greatestUs = Math.max(greatestUs, watermarkUs, idleUs);
  };
  for (const [source, member] of type.members) count(member, passing.get(source));
  if (awaitsOthers(draft, type)) count({ ...UNHEARD, silence: silenceOfOthers(draft, type) });
  const firingUs = Math.min(activeUs, greatestUs);
  // A group of which nothing is counted yet has no windows.
  if (type.scheduleFromUs !== NEVER) followWatermark(draft, type, firingUs);
  advance(draft, type, Math.min(heldUs, greatestUs));
  if (firingUs > firingWatermark(type)) advanceIdle(draft, type, firingUs);
}

/**
 * Up to where a member that is one only for a time holds its group up: it has nothing to tell of windows that start before it
 * joins, nor of those that start after it has left. FOREVER: nowhere any more.
 */
function heldUpUs(plan: TypePlan, watermarkUs: EpochUs, stretches: readonly SourceStretch[]): EpochUs {
  const next = stretches.find(({ toUs }) => watermarkUs < lastEndUs(plan, toUs));
  return next ? Math.max(watermarkUs, next.fromUs) : FOREVER;
}

/** Where the last window ends that starts before this time. */
const lastEndUs = (plan: TypePlan, timeUs: EpochUs): EpochUs =>
  timeUs === Infinity ? FOREVER : Math.max(timeUs, ...spansAt(plan, null, timeUs - 1).map(({ endUs }) => endUs));

/** There are members that have told nothing, and may have something to tell. */
const awaitsOthers = (draft: Draft, type: TypeDraft): boolean =>
  type.members.size < type.plan.members().size && unheardMembers(draft, type).next().done === false;

/** Members that have told nothing, and may have something to tell. */
export function* unheardMembers(draft: Draft, type: TypeDraft): Generator<string> {
  const passing = type.plan.passing();
  for (const source of type.plan.members()) {
    if (type.members.has(source)) continue;
    const stretches = passing.get(source);
    const holds = !stretches || heldUpUs(type.plan, type.watermarkUs, stretches) <= type.watermarkUs;
    if (holds && (draft.backlog || draft.nowUs < neverHeardUs(type, stretches))) yield source;
  }
}

/** Processing time from which on nothing is awaited from a member that has told nothing, because it is none any more; FOREVER: it is one for good. */
function neverHeardUs({ plan: { policy }, heardSinceUs }: TypeDraft, stretches?: readonly SourceStretch[]): number {
  const leftUs = stretches?.at(-1)?.toUs ?? Infinity;
  return leftUs === Infinity
    ? FOREVER
    : Math.max(leftUs, heardSinceUs) + (policy.idleTimeoutMs ?? policy.maxIdleMs) * US_PER_MS;
}

/** Members that have not told anything: silent since the group heard of the first. */
export function silenceOfOthers({ nowUs, backlog }: Draft, type: TypeDraft): Silence {
  const { idleUs, goneUs } = othersSilentUs(type);
  if (backlog || nowUs < idleUs) return 'ACTIVE';
  return nowUs < goneUs ? 'IDLE' : 'GONE';
}

/** Processing time from which on they count as idle, and as gone; FOREVER: never. */
export function othersSilentUs({ plan: { policy }, heardSinceUs }: TypeDraft): { idleUs: number; goneUs: number } {
  if (policy.onIdle !== 'advance' || policy.idleTimeoutMs === null) return { idleUs: FOREVER, goneUs: FOREVER };
  const idleUs = heardSinceUs + policy.idleTimeoutMs * US_PER_MS;
  return { idleUs, goneUs: Math.max(idleUs, heardSinceUs + policy.maxIdleMs * US_PER_MS) };
}

/** When the next of them stops being awaited, because it is a member no more; FOREVER: none does. */
function nextGoneUs(draft: Draft, type: TypeDraft): number {
  const passing = type.plan.passing();
  let dueUs = FOREVER;
  if (passing.size > 0)
    for (const source of unheardMembers(draft, type)) dueUs = Math.min(dueUs, neverHeardUs(type, passing.get(source)));
  return dueUs;
}

/** Processing time at which the group stops waiting for members that have not told anything; FOREVER: it does not wait. */
export function othersDueUs(draft: Draft, type: TypeDraft): number {
  const { nowUs, backlog } = draft;
  if (type.plan.role !== 'group' || type.heardSinceUs === NEVER) return FOREVER;
  if (!awaitsOthers(draft, type)) return FOREVER;
  const { idleUs, goneUs } = othersSilentUs(type);
  const dues = [idleUs, goneUs, nextGoneUs(draft, type)];
  if (backlog && dues.some((dueUs) => dueUs <= nowUs)) return nowUs + BACKLOG_US;
  return dues.reduce((min, dueUs) => (dueUs > nowUs ? Math.min(min, dueUs) : min), FOREVER);
}

/** With a backlog nobody is silent: look again after this. */
const BACKLOG_US = 1_000_000;
