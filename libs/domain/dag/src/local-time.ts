import { Temporal } from 'temporal-polyfill';
import { SECONDS_PER_DAY, type Day } from './calendar.ts';
import type { EpochUs } from './model.ts';

const US_PER_MS = 1_000;
const US_PER_SECOND = 1_000_000;

/**
 * When the clocks of a zone show so many seconds after the midnight of a day: the first time, where they show it twice; where they
 * leave it out, the first instant after. Later wall clock never comes earlier.
 */
export function instantOf(zone: string, day: Day, second: number): EpochUs {
  const wall = new Date((day * SECONDS_PER_DAY + second) * 1_000).toISOString().slice(0, -1);
  const local = Temporal.PlainDateTime.from(wall);
  const zoned = local.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const isThere = zoned.toPlainDateTime().equals(local);
  return (isThere ? zoned : (zoned.getTimeZoneTransition('next') ?? zoned)).epochMilliseconds * US_PER_MS;
}

/** What the clocks of a zone show: the day, and seconds after its midnight. */
export function wallClockAt(zone: string, timeUs: EpochUs): { readonly day: Day; readonly second: number } {
  const instant = Temporal.Instant.fromEpochMilliseconds(Math.floor(timeUs / US_PER_MS));
  const shownUs = timeUs + instant.toZonedDateTimeISO(zone).offsetNanoseconds / 1_000;
  const day = Math.floor(shownUs / (SECONDS_PER_DAY * US_PER_SECOND));
  return { day, second: Math.floor(shownUs / US_PER_SECOND) - day * SECONDS_PER_DAY };
}
