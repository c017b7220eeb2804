import type { EpochUs } from '@windlass/dag';
import { calendarSlot } from './calendar-slot.ts';
import { cronSpan } from './cron-span.ts';
import type { TypePlan } from './plan.ts';
import { FOREVER, NEVER } from './time.ts';

/** A stretch of a schedule's time: one of its windows, or (in a calendar) what lies between two. Consecutive ones tile. */
export interface Slot {
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
  readonly isWindow: boolean;
}

/** The slot of a schedule that holds `timeUs`; null: none is known, or the type has no schedule. */
export function slotAt({ type: { open } }: TypePlan, timeUs: EpochUs): Slot | null {
  if (open.kind === 'cron') {
    const span = cronSpan(open, timeUs);
    return span && { ...span, isWindow: true };
  }
  if (open.kind !== 'calendar') return null;
  const { startUs, endUs, shift } = calendarSlot(open, timeUs);
  return { startUs, endUs, isWindow: shift !== null };
}

/** Slots without a window, of more than a year each, after which a next window is not looked for any more. */
const LOOK_SLOTS = 20;

/** The first window that starts at `fromUs` or after it; null: none is known. */
export function windowAfter(plan: TypePlan, fromUs: EpochUs): Slot | null {
  let slot = slotAt(plan, fromUs);
  for (let looked = 0; slot && looked < LOOK_SLOTS; looked++) {
    if (slot.isWindow && slot.startUs >= fromUs) return slot;
    slot = slot.endUs === FOREVER ? null : slotAt(plan, slot.endUs);
  }
  return null;
}

/** Windows that lie within [fromUs, toUs), newest first. */
export function* windowsWithin(plan: TypePlan, fromUs: EpochUs, toUs: EpochUs): Generator<Slot> {
  for (let slot = slotAt(plan, toUs - 1); slot && slot.endUs > fromUs; slot = slotAt(plan, slot.startUs - 1)) {
    if (slot.isWindow && slot.startUs >= fromUs && slot.endUs <= toUs) yield slot;
    if (slot.startUs === NEVER) return;
  }
}
