import type { PreviousSpec } from '@windlass/dag';
import type { TypeDraft, Window } from './draft.ts';
import type { PreviousWindows } from './records.ts';
import { shifted } from './time.ts';
import { indexOf, precedes } from './windows.ts';

/** Ids that one `previous` dependency names at most, whatever its duration. */
export const PREVIOUS_LIMIT = 1_000;

/** The fired windows of the same type and key that precede this one, for each `previous` dependency on its type. */
export const previousOf = (type: TypeDraft, window: Window): PreviousWindows[] =>
  type.plan.previous.map((spec) => ({ dependency: spec.key, windowIds: precedingIds(type, window, spec) }));

function precedingIds(type: TypeDraft, window: Window, { relation }: PreviousSpec): string[] {
  const count = 'count' in relation ? relation.count : PREVIOUS_LIMIT;
  const fromUs = 'durationUs' in relation ? window.startUs - relation.durationUs : Number.NEGATIVE_INFINITY;
  const ids: string[] = [];
  let inWindows = indexOf(type.windows, window) - 1;
  let inPast = type.past.length - 1;
  while (ids.length < count) {
    while (inWindows >= 0 && !counts(type.windows[inWindows]!)) inWindows--;
    while (inPast >= 0 && !precedes(type.past[inPast]!, window)) inPast--;
    const kept = type.windows[inWindows];
    const past = type.past[inPast];
    const last = kept && past ? (precedes(past, kept) ? kept : past) : (kept ?? past);
    if (!last || last.startUs < fromUs) break;
    ids.push(last.id);
    if (last === kept) inWindows--;
    else inPast--;
  }
  return ids.reverse();
}

const counts = (window: Window): boolean => window.fired && !window.withdrawn;

/** The window has fired for the first time, or is withdrawn: the fired windows that name it, or now would, have changed. */
export function touchFollowing(type: TypeDraft, window: Window, nowUs: number): void {
  const { previous, policy } = type.plan;
  if (previous.length === 0) return;
  const count = Math.max(...previous.map(({ relation }) => ('count' in relation ? relation.count : 0)));
  const untilUs = Math.max(
    ...previous.map(({ relation }) =>
      'durationUs' in relation ? window.startUs + relation.durationUs : window.startUs,
    ),
  );
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

/** How many forgotten windows may still be named by later ones, and from which start on. */
export function neededPast(type: TypeDraft): { readonly count: number; readonly durationUs: number } {
  const relations = type.plan.previous.map(({ relation }) => relation);
  return {
    count: Math.max(0, ...relations.map((relation) => ('count' in relation ? relation.count : 0))),
    durationUs: Math.max(0, ...relations.map((relation) => ('durationUs' in relation ? relation.durationUs : 0))),
  };
}
