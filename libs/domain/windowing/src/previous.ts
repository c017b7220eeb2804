import type { PreviousRelation, PreviousSpec } from '@windlass/dag';
import type { TypeDraft } from './draft.ts';
import type { PreviousWindows } from './records.ts';
import { shifted } from './time.ts';
import { indexOf, precedes } from './windows.ts';
import type { Window } from './window.ts';

/** Ids that one `previous` dependency names at most, whatever its duration. */
export const PREVIOUS_LIMIT = 1_000;

/** The fired windows of the same type and key that precede this one, for each `previous` dependency on its type. */
export const previousOf = (type: TypeDraft, window: Window): PreviousWindows[] =>
  type.plan.previous.map((spec) => ({ dependency: spec.key, windowIds: precedingIds(type, window, spec) }));

function precedingIds(type: TypeDraft, window: Window, { relation }: PreviousSpec): string[] {
  const { count, gap, fromUs, beforeUs } = boundsOf(relation, window.startUs);
  const ids: string[] = [];
  let leftOut = 0;
  let inWindows = indexOf(type.windows, window) - 1;
  let inPast = type.past.length - 1;
  while (ids.length < count) {
    while (inWindows >= 0 && !counts(type.windows[inWindows]!)) inWindows--;
    while (inPast >= 0 && !precedes(type.past[inPast]!, window)) inPast--;
    const kept = type.windows[inWindows];
    const past = type.past[inPast];
    const last = kept && past ? (precedes(past, kept) ? kept : past) : (kept ?? past);
    if (!last || last.startUs < fromUs) break;
    if (leftOut < gap) leftOut++;
    else if (last.startUs < beforeUs) ids.push(last.id);
    if (last === kept) inWindows--;
    else inPast--;
  }
  return ids.reverse();
}

interface PreviousBounds {
  readonly count: number;
  /** So many of the nearest are left out. */
  readonly gap: number;
  /** Starts of those that are meant: from `fromUs` on and before `beforeUs`. */
  readonly fromUs: number;
  readonly beforeUs: number;
}

function boundsOf(relation: PreviousRelation, startUs: number): PreviousBounds {
  if ('count' in relation) {
    const { count, gap = 0, withinUs = Number.POSITIVE_INFINITY } = relation;
    return { count, gap, fromUs: startUs - withinUs, beforeUs: Number.POSITIVE_INFINITY };
  }
  const { durationUs, gapUs } = relation;
  const beforeUs = gapUs === undefined ? Number.POSITIVE_INFINITY : startUs - gapUs;
  return { count: PREVIOUS_LIMIT, gap: 0, fromUs: startUs - (gapUs ?? 0) - durationUs, beforeUs };
}

/** How far back a dependency looks: over so many windows, or so long. */
const reachOf = (relation: PreviousRelation): { readonly count: number; readonly durationUs: number } =>
  'count' in relation
    ? { count: relation.count + (relation.gap ?? 0), durationUs: 0 }
    : { count: 0, durationUs: relation.durationUs + (relation.gapUs ?? 0) };

/** How many forgotten windows may still be named by later ones, and from which start on. */
export function neededPast({ plan }: TypeDraft): { readonly count: number; readonly durationUs: number } {
  const reaches = plan.previous.map(({ relation }) => reachOf(relation));
  return {
    count: Math.max(0, ...reaches.map(({ count }) => count)),
    durationUs: Math.max(0, ...reaches.map(({ durationUs }) => durationUs)),
  };
}

const counts = (window: Window): boolean => window.fired && !window.withdrawn;

/** The window has fired for the first time, or is withdrawn: the fired windows that name it, or now would, have changed. */
export function touchFollowing(type: TypeDraft, window: Window, nowUs: number): void {
  const { previous, policy } = type.plan;
  if (previous.length === 0) return;
  const { count, durationUs } = neededPast(type);
  const untilUs = window.startUs + durationUs;
  let passed = 0;
  for (let i = indexOf(type.windows, window); i < type.windows.length; i++) {
    const later = type.windows[i]!;
    if (later === window) continue;
    if (passed >= count && later.startUs > untilUs) return;
    if (!counts(later)) continue;
    passed++;
    if (!later.finalized) touch(later, { nowUs, coalesceLateMs: policy.coalesceLateMs });
  }
}

/** Something about the window has changed since its last pane. */
export function touch(window: Window, { nowUs, coalesceLateMs }: { nowUs: number; coalesceLateMs: number }): void {
  window.dirty = true;
  if ((window.fired || window.lateBorn) && coalesceLateMs > 0 && window.lateDueUs === null)
    window.lateDueUs = shifted(nowUs, coalesceLateMs * 1000);
}
