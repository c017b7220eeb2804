import type { Cron } from 'croner';
import { instantOf, wallClockAt, type EpochUs } from '@windlass/dag';

/** Between two consecutive instants. */
export interface Interval {
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
}

/** What the clocks of a zone show, in milliseconds as if it were UTC, and when. */
interface Reading {
  readonly shownMs: number;
  readonly timeUs: EpochUs;
}

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/**
 * Whether a pattern names its hours, in numbers, lists or ranges. `*` names none, with a step neither: Vixie cron tells its wildcard
 * jobs apart like this.
 */
export function hasFixedHours(pattern: string): boolean {
  const fields = pattern.trim().split(/\s+/);
  const hour = fields[fields.length === 5 ? 1 : 2] ?? '';
  return !/[*?]/.test(hour);
}

/**
 * The interval between two instants, of a pattern with fixed hours, that holds `timeUs`. What the clocks show twice counts the first
 * time; what they leave out counts at the first instant after. Null: there is no instant on one of the sides.
 *
 * @param cron in UTC: asked for what clocks show
 */
export function fixedHourSpan(cron: Cron, zone: string, timeUs: EpochUs): Interval | null {
  const { day, second } = wallClockAt(zone, timeUs);
  const backward = (shown: Date): Date | null => cron.previousRuns(1, shown)[0] ?? null;
  const forward = (shown: Date): Date | null => cron.nextRun(shown);
  let start = firstFrom(day * DAY_MS + (second + 1) * SECOND_MS, zone, backward);
  while (start) {
    const end = firstFrom(start.shownMs, zone, forward);
    if (end && end.timeUs > timeUs) return { startUs: start.timeUs, endUs: end.timeUs };
    // Not only in a gap: while clocks show an hour again, all of that hour has been.
    start = end;
  }
  return null;
}

/** The first that counts, going from what is shown at `fromMs` as `step` goes; null: there is none. */
function firstFrom(fromMs: number, zone: string, step: (shown: Date) => Date | null): Reading | null {
  for (let shown = step(new Date(fromMs)); shown; shown = step(shown)) {
    const reading = readingOf(zone, shown.getTime());
    if (!isOfNoDay(zone, reading)) return reading;
  }
  return null;
}

function readingOf(zone: string, shownMs: number): Reading {
  const day = dayOf(shownMs);
  return { shownMs, timeUs: instantOf(zone, day, (shownMs - day * DAY_MS) / SECOND_MS) };
}

/** The zone has no such date: its clocks went forward over all of it. */
function isOfNoDay(zone: string, { shownMs, timeUs }: Reading): boolean {
  const day = dayOf(shownMs);
  return wallClockAt(zone, timeUs).day !== day && instantOf(zone, day, 0) === instantOf(zone, day + 1, 0);
}

const dayOf = (shownMs: number): number => Math.floor(shownMs / DAY_MS);
