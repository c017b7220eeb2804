import { isScheduled, type EpochUs } from '@windlass/dag';
import { missedWindows } from './catch-up.ts';
import { leftFor, scheduledAt } from './changed-schedule.ts';
import type { Draft, TypeDraft } from './draft.ts';
import { scheduledUntilUs } from './life.ts';
import { openWindow } from './window-life.ts';
import { missingMetadata } from './metadata.ts';
import { isMeantAt } from './plan.ts';
import { slotAt } from './schedule-slots.ts';
import { spanFrom } from './span.ts';
import { ENDLESS, NEVER } from './time.ts';

/**
 * A watermark has come to this time, whoever says so: the schedule comes with it, and every window that the watermark passes is
 * there to fire, in order. At the end of time nothing more is to come, so it opens none: it only ends what is there. Windows before
 * the first are opened by elements alone.
 */
export function followWatermark(draft: Draft, type: TypeDraft, watermarkUs: EpochUs): void {
  if (type.scheduleFromUs <= watermarkUs && watermarkUs < ENDLESS) extendSchedule(draft, type, watermarkUs);
}

/**
 * Windows of a schedule that is not nested exist from the first element to where the last element or watermark is, whether elements
 * fall into them or not: an hour without telemetry is an hour that is reported on. Those between what is known and this time are
 * missed: the policy says which of them are caught up on. A first element that is late begins nothing. The last window is the
 * one in which the source ceases to be valid.
 */
export function extendSchedule(draft: Draft, type: TypeDraft, reachedUs: EpochUs): void {
  const { plan, scheduleFromUs, scheduleToUs } = type;
  if (!isScheduled(plan.type.open) || plan.parent || plan.role === 'member') return;
  const isFirst = scheduleFromUs === NEVER;
  const untilUs = scheduledUntilUs(draft.life, plan);
  const isOver = reachedUs >= untilUs;
  if (isFirst && isOver) return;
  const timeUs = isOver ? untilUs - 1 : reachedUs;
  if (!isFirst && scheduleFromUs <= timeUs && timeUs < scheduleToUs) return;
  const slot = slotAt(plan, timeUs);
  if (!slot) return;
  // Between two windows of a calendar nothing is known beyond this time: the calendar may be given another window there.
  const reached = slot.isWindow ? slot : { startUs: timeUs, endUs: timeUs };
  if (isFirst && reached.endUs <= type.floorUs) return;
  if (!isFirst) {
    const missed =
      scheduleToUs <= timeUs
        ? { fromUs: scheduleToUs, toUs: isOver ? reached.endUs : reached.startUs }
        : { fromUs: reached.endUs, toUs: scheduleFromUs };
    for (const startUs of missedWindows(draft, type, { ...missed, timeUs: Math.max(reachedUs, scheduleToUs) }))
      open(draft, type, startUs);
  }
  if (slot.isWindow && !isOver) open(draft, type, timeUs);
  type.scheduleFromUs = isFirst ? reached.startUs : Math.min(scheduleFromUs, reached.startUs);
  type.scheduleToUs = isFirst ? reached.endUs : Math.max(scheduleToUs, reached.endUs);
}

/** Opens the window that the schedule has at this time. */
function open(draft: Draft, type: TypeDraft, timeUs: EpochUs): void {
  const nominal = spanFrom(type.plan, null, timeUs);
  if (!nominal || scheduledAt(type, timeUs, null)) return;
  const span = leftFor(type, nominal, timeUs, null);
  if (!isMeantAt(type.plan, span.startUs)) return;
  const metadata = span.metadata ?? {};
  if (span.endUs > type.floorUs && missingMetadata(type.plan, metadata) === null)
    openWindow(draft, type, { span, parent: null, metadata });
}
