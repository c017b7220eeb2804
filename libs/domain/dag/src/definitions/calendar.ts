import { z } from 'zod';
import {
  dateOf,
  dayOf,
  FIRST_DATE,
  isDate,
  LAST_DATE,
  SECONDS_PER_DAY,
  type Calendar,
  type CalendarDates,
  type CalendarInterval,
  type RecurringInterval,
} from '../calendar.ts';
import { name, strict, zone } from './fields.ts';
import { icalHolidays, icalIntervals } from './ical.ts';

export const MAX_CALENDARS = 500;
const MAX_INTERVALS = 100;
const MAX_BREAKS = 10;
const MAX_DATES = 2_000;
const MAX_WEEKS = 52;
/** Of one stretch of holidays. */
const MAX_HOLIDAY_DAYS = 366;
const MAX_ICAL_LENGTH = 1_000_000;

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const isNamed = (date: string): boolean => isDate(date) && FIRST_DATE <= date && date <= LAST_DATE;
const WRONG_DATE = `a date from ${FIRST_DATE} to ${LAST_DATE}, for instance 2026-12-24`;

const date = z.string().refine(isNamed, WRONG_DATE).describe('for instance `2026-12-24`');

const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$|^24:00(:00)?$/, 'a time of day is HH:MM, from 00:00 to 24:00')
  .transform((text) => {
    const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
    return (hours * 60 + minutes) * 60 + seconds;
  })
  .describe('`HH:MM` in the zone of the calendar');

const pause = strict({ start: clockTime, end: clockTime }).meta({ id: 'Break' });

const clock = {
  name: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[^\p{Cc}]*$/u, 'a name has no control characters')
    .describe('tells what it is: its windows have it as metadata field `shift`'),
  start: clockTime,
  end: clockTime.describe('`HH:MM`; not after `start`: on the next day'),
  breaks: z.array(pause).max(MAX_BREAKS).default([]).describe('within it, in order; default none'),
};

interface Clock {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly breaks: readonly { readonly start: number; readonly end: number }[];
}

/** Seconds after the midnight with which the interval's day begins: what is not after its start is on the next day. */
function toInterval({ name: own, start, end, breaks }: Clock): CalendarInterval {
  const onwards = (second: number, from: number): number => (second < from ? second + SECONDS_PER_DAY : second);
  return {
    name: own,
    startSecond: start,
    endSecond: end <= start ? end + SECONDS_PER_DAY : end,
    breaks: breaks.map((one) => {
      const startSecond = onwards(one.start, start);
      return { startSecond, endSecond: onwards(one.end, startSecond) };
    }),
  };
}

function checkBreaks(given: Clock, context: z.RefinementCtx): void {
  const { startSecond, endSecond, breaks } = toInterval(given);
  let beforeSecond = startSecond;
  breaks.forEach((one, i) => {
    if (one.startSecond < beforeSecond || one.endSecond <= one.startSecond || one.endSecond > endSecond)
      context.addIssue({
        code: 'custom',
        path: ['breaks', i],
        message: `a break lies within its interval, after the break before it, and ends after it starts`,
      });
    beforeSecond = one.endSecond;
  });
}

const interval = strict({
  ...clock,
  days: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .max(WEEKDAYS.length)
    .optional()
    .describe('weekdays on which it begins; default: each day'),
  everyWeeks: z
    .int()
    .min(1)
    .max(MAX_WEEKS)
    .default(1)
    .describe('only each second (third, …) week, counted from the week of `first`; default 1'),
  cycle: strict({
    days: z.int().min(1).max(366).describe('days after which it repeats'),
    on: z
      .array(z.int().min(1).max(366))
      .min(1)
      .max(366)
      .describe('days of the cycle on which it begins; `first` is day 1'),
  })
    .refine(({ days, on }) => on.every((day) => day <= days), { message: 'beyond the days of the cycle', path: ['on'] })
    .optional()
    .describe('instead of weekdays: for instance four days on and four off, `{ days: 8, on: [1, 2, 3, 4] }`'),
  dates: z.array(date).min(1).max(MAX_DATES).optional().describe('instead of weekdays: on these dates only'),
  first: date.optional().describe('not before this date'),
  last: date.optional().describe('not after this date'),
  except: z.array(date).max(MAX_DATES).optional().describe('not on these dates'),
})
  .superRefine(checkBreaks)
  .superRefine(({ days, cycle, dates, everyWeeks, first, last, except }, context) => {
    const issue = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if ([days, cycle, dates].filter((one) => one !== undefined).length > 1)
      issue(dates ? 'dates' : 'cycle', 'give one of days, cycle, dates');
    if (dates && (first ?? last ?? except) !== undefined) issue('dates', 'with dates leave first, last and except out');
    if (everyWeeks > 1 && (cycle ?? dates)) issue('everyWeeks', 'it is for weekdays: leave it out with cycle or dates');
    if (first === undefined && cycle) issue('first', 'required with cycle: the date of its day 1');
    if (first === undefined && everyWeeks > 1) issue('first', 'required with everyWeeks: a date in a week that counts');
    if (first !== undefined && last !== undefined && last < first) issue('last', 'before `first`');
  })
  .meta({ id: 'Interval' });

/** A Monday. */
const SOME_MONDAY = '1970-01-05';

function toDates({ days, everyWeeks, cycle, dates, first, last, except }: z.output<typeof interval>): CalendarDates {
  if (dates) return { dates };
  const bounds = {
    ...(first !== undefined && { first }),
    ...(last !== undefined && { last }),
    ...(except && except.length > 0 && { except }),
  };
  if (cycle) return { cycleDays: cycle.days, days: cycle.on.map((day) => day - 1), anchor: first!, ...bounds };
  return {
    cycleDays: 7 * everyWeeks,
    days: (days ?? WEEKDAYS).map((day) => WEEKDAYS.indexOf(day)),
    anchor: first === undefined ? SOME_MONDAY : mondayOf(first),
    ...bounds,
  };
}

/** The Monday of a week; 1970-01-01 was a Thursday. */
function mondayOf(text: string): string {
  const day = dayOf(text);
  return dateOf(day - ((day + 3) % 7));
}

const holiday = z
  .string()
  .refine((text) => {
    if (/^\d\d-\d\d$/.test(text)) return isDate(`2000-${text}`);
    const [first = '', last = first, ...rest] = text.split('/');
    if (rest.length > 0 || !isNamed(first) || !isNamed(last)) return false;
    return first <= last && dayOf(last) - dayOf(first) < MAX_HOLIDAY_DAYS;
  }, 'a date (2026-12-25), a day of each year (12-25), or the first and last day of a stretch of at most a year (2026-12-24/2027-01-01)')
  .describe('`2026-12-25`, `12-25` (each year) or `2026-12-24/2027-01-01`');

const ical = z
  .string()
  .max(MAX_ICAL_LENGTH)
  .refine((text) => /^\s*\uFEFF?BEGIN:VCALENDAR/i.test(text), {
    message:
      'no iCalendar text (BEGIN:VCALENDAR …); windlass plan and apply put the text of a file here whose name ends in .ics',
  });

const exception = strict({
  date,
  intervals: z
    .array(strict(clock).superRefine(checkBreaks).meta({ id: 'ExceptionalInterval' }))
    .max(MAX_INTERVALS)
    .describe('what begins on this date instead of all else, holiday or not; empty: nothing'),
}).meta({ id: 'Exception' });

const calendarFields = {
  intervals: z
    .array(interval)
    .max(MAX_INTERVALS)
    .default([])
    .describe('shifts or the like; no two overlap; default none'),
  holidays: z.array(holiday).max(MAX_DATES).default([]).describe('nothing begins on these dates; default none'),
  exceptions: z
    .array(exception)
    .max(MAX_DATES)
    .default([])
    .describe('dates on which others begin instead; default none')
    .superRefine((exceptions, context) => {
      const seen = new Set<string>();
      exceptions.forEach(({ date: own }, i) => {
        if (seen.has(own)) context.addIssue({ code: 'custom', path: [i, 'date'], message: 'this date is given twice' });
        seen.add(own);
      });
    }),
  ical: ical
    .optional()
    .describe('more intervals from an iCalendar text, or from a file beside this one whose name ends in `.ics`'),
  holidaysIcal: ical.optional().describe('more holidays: the whole-day events of an iCalendar text or file'),
};

const fields = strict(calendarFields);

interface CalendarGiven extends z.output<typeof fields> {
  readonly zone: string;
}

function toCalendar(given: CalendarGiven, context: z.RefinementCtx): Calendar {
  const { zone: own, exceptions } = given;
  const shifts = given.ical === undefined ? NOTHING : icalIntervals(given.ical, own);
  const off = given.holidaysIcal === undefined ? NOTHING : icalHolidays(given.holidaysIcal, own);
  for (const message of shifts.problems.slice(0, MAX_TOLD))
    context.addIssue({ code: 'custom', path: ['ical'], message });
  for (const message of off.problems.slice(0, MAX_TOLD))
    context.addIssue({ code: 'custom', path: ['holidaysIcal'], message });
  return {
    zone: own,
    intervals: [...given.intervals.map((one) => ({ ...toInterval(one), on: toDates(one) })), ...merged(shifts.found)],
    holidays: [...given.holidays, ...off.found],
    exceptions: exceptions.map(({ date: day, intervals }) => ({ date: day, intervals: intervals.map(toInterval) })),
  };
}

const NOTHING = { found: [], problems: [] };
const MAX_TOLD = 20;

/** Single events of the same name and time of day are one interval on several dates. */
function merged(intervals: readonly RecurringInterval[]): RecurringInterval[] {
  const byClock = new Map<string, RecurringInterval>();
  intervals.forEach((one, i) => {
    const { on, name: own, startSecond, endSecond } = one;
    const key = 'dates' in on ? JSON.stringify([own, startSecond, endSecond]) : String(i);
    const known = byClock.get(key);
    const dates = known && 'dates' in known.on && 'dates' in on ? [...known.on.dates, ...on.dates] : null;
    byClock.set(key, dates ? { ...one, on: { dates } } : one);
  });
  return [...byClock.values()];
}

/** A calendar that window types refer to by name. */
export const calendarDefinition = strict({ name, zone, ...calendarFields }).transform((given, context) => ({
  name: given.name,
  calendar: toCalendar(given, context),
}));

export type CalendarDefinition = z.output<typeof calendarDefinition>;

/** What `open.calendar` of a window type says. */
export interface CalendarOpening {
  readonly scope: 'source' | 'group' | 'global';
  readonly breaks: 'split' | 'within';
  /** Either the name of a calendar, or a calendar. */
  readonly use?: string | undefined;
  readonly calendar?: Calendar;
}

/** `open.calendar` of a window type: by name, or the calendar itself. */
export const calendarOpening = strict({
  use: name.optional().describe('name of a calendar of this file; or else the calendar itself:'),
  scope: z
    .enum(['source', 'group', 'global'])
    .default('source')
    .describe('one window for each source, for each group that its sources are in, or one for all'),
  breaks: z
    .enum(['split', 'within'])
    .default('split')
    .describe(
      '`split`: what lies between two breaks is a window of its own; `within`: breaks lie within the one window',
    ),
  zone: zone.optional(),
  ...calendarFields,
})
  .superRefine(({ use, zone: own, intervals, holidays, exceptions, ical: text, holidaysIcal }, context) => {
    const issue = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const isInline = own ?? text ?? holidaysIcal ?? [...intervals, ...holidays, ...exceptions][0];
    if (use !== undefined && isInline !== undefined) issue('use', 'with `use` give only scope and breaks');
    if (use === undefined && own === undefined) issue('zone', 'required, unless `use` names a calendar');
  })
  .transform(({ use, scope, breaks, zone: own, ...given }, context): CalendarOpening => {
    if (own === undefined) return { scope, breaks, use };
    return { scope, breaks, calendar: toCalendar({ ...given, zone: own }, context) };
  });
