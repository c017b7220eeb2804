/** Days since 1970-01-01 of the calendar on the wall, whatever the zone: day 0 is a Thursday. */
export type Day = number;

const MS_PER_DAY = 86_400_000;
export const SECONDS_PER_DAY = 86_400;

/** A stretch of wall clock, in seconds after the midnight with which the day of its interval begins; beyond 86,400 on a later day. */
export interface ClockStretch {
  readonly startSecond: number;
  readonly endSecond: number;
}

/** What lies in a calendar: a shift, a campaign. */
export interface CalendarInterval extends ClockStretch {
  readonly name: string;
  /** Within the interval, in order, apart from each other. */
  readonly breaks: readonly ClockStretch[];
}

/** The dates (`2026-03-29`) on which an interval begins: some, or those of a cycle of days. */
export type CalendarDates =
  | { readonly dates: readonly string[] }
  | {
      readonly cycleDays: number;
      /** Days of the cycle, from 0 on; the anchor is one with number 0. */
      readonly days: readonly number[];
      readonly anchor: string;
      readonly first?: string;
      /** Itself included. */
      readonly last?: string;
      readonly except?: readonly string[];
    };

export interface RecurringInterval extends CalendarInterval {
  readonly on: CalendarDates;
}

/** Intervals of wall clock in a zone. No two of them overlap. */
export interface Calendar {
  /** IANA zone. */
  readonly zone: string;
  readonly intervals: readonly RecurringInterval[];
  /** `2026-12-25`, `12-25` (every year) or `2026-12-24/2027-01-01` (both included): no interval begins then. */
  readonly holidays: readonly string[];
  /** What begins on a date instead of all else, holiday or not. */
  readonly exceptions: readonly { readonly date: string; readonly intervals: readonly CalendarInterval[] }[];
}

/** Metadata that windows of a calendar have: the interval's name, and the date on which it begins. */
export const CALENDAR_FIELDS = ['shift', 'shiftDate'] as const;

/** Dates that a calendar may name. */
export const FIRST_DATE = '1970-01-01';
export const LAST_DATE = '2199-12-31';
/** Days that one interval lasts at most. */
export const MAX_INTERVAL_DAYS = 31;
/** After so many days at most all cycles of a calendar are where they were. */
export const MAX_CYCLE_DAYS = 3_660;

/** The day of a date like `2026-03-29`. */
export const dayOf = (date: string): Day => Date.parse(`${date}T00:00:00Z`) / MS_PER_DAY;

export const dateOf = (day: Day): string => new Date(day * MS_PER_DAY).toISOString().slice(0, 10);

/** Whether this is a date of the calendar on the wall, as `2026-03-29`; Date.parse takes 30 February for 2 March. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const day = dayOf(text);
  return !Number.isNaN(day) && dateOf(day) === text;
}
