import { daySpan } from '@windlass/windowing';
import { datesBetween, zonedTime } from './zoned-time.ts';

const DAY_HOURS = 24;

/** The day of a zone's calendar that holds an instant, as far as it is not like others. */
export interface LocalDay {
  /** Length of the calendar day in the zone; not 24 when clocks change in it. */
  readonly dayHours: number;
  /** Dates just before that day that the zone left out, such as 2011-12-30 in Pacific/Apia; mostly none. */
  readonly skippedDates: readonly string[];
}

/** Null: beyond what is known of calendars. */
export function localDay(zone: string, timeUs: number): LocalDay | null {
  const day = daySpan(zone, timeUs);
  if (day === null) return null;
  const dayBefore = zonedTime(zone, day.startUs / 1_000 - 1_000).local;
  return {
    dayHours: (day.endUs - day.startUs) / 3_600e6,
    skippedDates: datesBetween(dayBefore.slice(0, 10), zonedTime(zone, timeUs / 1_000).local.slice(0, 10)),
  };
}

/** What a person should know of the day. */
export const dayFlags = ({ dayHours, skippedDates }: LocalDay): string[] => [
  ...(dayHours === DAY_HOURS ? [] : [`${dayHours}-hour day`]),
  ...skippedDates.map((date) => `no ${date} in this zone`),
];
