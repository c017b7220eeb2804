import type { AvailabilityPolicy, EpochUs } from '@windlass/dag';
import { scheduledAt } from './changed-schedule.ts';
import type { Draft, TypeDraft } from './draft.ts';
import { windowsWithin, type Slot } from './schedule-slots.ts';
import { shifted } from './time.ts';

type CatchUp = NonNullable<AvailabilityPolicy['catchUp']>;

/** Windows of a schedule that one step opens at most, of a longer stretch the newest; and skipped ones that are counted one by one. */
export const SCHEDULE_LIMIT = 1_000;

const DEFAULT: CatchUp = { windows: 'all', limit: SCHEDULE_LIMIT, graceUs: 0 };

export interface MissedStretch {
  readonly fromUs: EpochUs;
  readonly toUs: EpochUs;
  /** The time that the schedule has come to. */
  readonly timeUs: EpochUs;
}

/** Starts of the windows in a stretch that are caught up on, oldest first. The others are skipped, and the step tells it. */
export function missedWindows(draft: Draft, type: TypeDraft, { fromUs, toUs, timeUs }: MissedStretch): EpochUs[] {
  const { windows, limit, graceUs } = type.plan.policy.catchUp ?? DEFAULT;
  const missedUs = shifted(timeUs, -graceUs);
  const opened: EpochUs[] = [];
  const skipped: Slot[] = [];
  let left = { all: limit, last: 1, none: 0 }[windows];
  for (const slot of windowsWithin(type.plan, fromUs, toUs)) {
    if (slot.endUs <= type.floorUs) break;
    if (scheduledAt(type, slot.startUs, null)) continue;
    const isMissed = slot.endUs <= missedUs;
    if (opened.length < SCHEDULE_LIMIT && (!isMissed || left > 0)) {
      opened.push(slot.startUs);
      left -= 1;
    } else if (skipped.push(slot) === SCHEDULE_LIMIT) break;
  }
  if (skipped.length > 0)
    draft.skipped.push({
      windowType: type.plan.ref,
      reason: windows === 'all' ? 'limit' : 'policy',
      windows: skipped.length,
      isAll: skipped.length < SCHEDULE_LIMIT,
      fromUs: skipped.length < SCHEDULE_LIMIT ? skipped.at(-1)!.startUs : fromUs,
      toUs: skipped[0]!.endUs,
    });
  return opened.reverse();
}
