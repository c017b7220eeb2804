import { isScheduled, type EpochUs } from '@windlass/dag';
import { calendarSlot } from './calendar-slot.ts';
import { cronSpan } from './cron-span.ts';
import type { Draft, TypeDraft } from './draft.ts';
import { openWindow } from './membership.ts';
import { missingMetadata } from './metadata.ts';
import type { TypePlan } from './plan.ts';
import { spanFrom, type Span } from './span.ts';
import { FOREVER, NEVER } from './time.ts';
import { windowAt } from './windows.ts';

/** Windows of a schedule that one step opens at most; of a longer stretch the newest. */
export const SCHEDULE_LIMIT = 1_000;

/** A stretch of a schedule's time: one of its windows, or (in a calendar) what lies between two. Consecutive ones tile. */
interface Slot {
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
  readonly isWindow: boolean;
}

/**
 * Windows of a schedule that is not nested exist from the first element to the last, whether elements fall into them or not: an
 * hour without telemetry is an hour that is reported on.
 */
export function extendSchedule(draft: Draft, type: TypeDraft, timeUs: EpochUs): void {
  const { plan, scheduleFromUs, scheduleToUs } = type;
  if (!isScheduled(plan.type.open) || plan.parent) return;
  const isFirst = scheduleFromUs === NEVER;
  if (!isFirst && scheduleFromUs <= timeUs && timeUs < scheduleToUs) return;
  const slot = slotAt(plan, timeUs);
  if (!slot) return;
  // Between two windows of a calendar nothing is known beyond this time: the calendar may be given another window there.
  const reached = slot.isWindow ? slot : { startUs: timeUs, endUs: timeUs };
  const fromUs = isFirst ? reached.startUs : Math.min(reached.startUs, scheduleToUs);
  const toUs = isFirst ? reached.endUs : Math.max(reached.endUs, scheduleFromUs);
  for (const one of lastSpans(type, fromUs, toUs)) open(draft, type, one);
  type.scheduleFromUs = isFirst ? reached.startUs : Math.min(scheduleFromUs, reached.startUs);
  type.scheduleToUs = isFirst ? reached.endUs : Math.max(scheduleToUs, reached.endUs);
}

/** Slots without a window, of more than a year each, after which a next window is not looked for any more. */
const LOOK_SLOTS = 20;

/** The first window that starts at `fromUs` or after it; null: none is known. */
export function slotAfter(plan: TypePlan, fromUs: EpochUs): { readonly startUs: EpochUs } | null {
  let slot = slotAt(plan, fromUs);
  for (let looked = 0; slot && looked < LOOK_SLOTS; looked++) {
    if (slot.isWindow && slot.startUs >= fromUs) return slot;
    slot = slot.endUs === FOREVER ? null : slotAt(plan, slot.endUs);
  }
  return null;
}

function slotAt({ type: { open } }: TypePlan, timeUs: EpochUs): Slot | null {
  if (open.kind === 'cron') {
    const span = cronSpan(open, timeUs);
    return span && { ...span, isWindow: true };
  }
  if (open.kind !== 'calendar') return null;
  const { startUs, endUs, shift } = calendarSlot(open, timeUs);
  return { startUs, endUs, isWindow: shift !== null };
}

function open(draft: Draft, type: TypeDraft, span: Span): void {
  if (span.endUs <= type.floorUs || windowAt(type, span.startUs, null)) return;
  const metadata = span.metadata ?? {};
  if (missingMetadata(type.plan, metadata) === null) openWindow(draft, type, { span, parent: null, metadata });
}

/** The newest windows of a stretch, oldest first. */
function lastSpans({ plan }: TypeDraft, fromUs: EpochUs, toUs: EpochUs): Span[] {
  const spans: Span[] = [];
  for (
    let slot = slotAt(plan, toUs - 1);
    slot && slot.endUs > fromUs && spans.length < SCHEDULE_LIMIT;
    slot = slotAt(plan, slot.startUs - 1)
  ) {
    const span = slot.isWindow && slot.startUs >= fromUs ? spanFrom(plan, null, slot.startUs) : null;
    if (span) spans.unshift(span);
    if (slot.startUs === NEVER) break;
  }
  return spans;
}
