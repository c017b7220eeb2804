import {
  CALENDAR_FIELDS,
  dateOf,
  MAX_CYCLE_DAYS,
  SECONDS_PER_DAY,
  type Calendar,
  type CalendarInterval,
  type Day,
} from '../calendar.ts';
import { calendarDays, type CalendarDays } from '../calendar-days.ts';
import type { Opening, WindowType } from '../model.ts';
import type { Problem } from '../problem.ts';

type CalendarOpening = Extract<Opening, { kind: 'calendar' }>;

/** Dates that the intervals and exceptions of one calendar may name, all together. */
const MAX_NAMED_DATES = 5_000;

/** What is wrong with a calendar, and with metadata of its windows. */
export function calendarProblems(type: WindowType, open: CalendarOpening, path: string): Problem[] {
  const at = `${path}.open.calendar`;
  return [...fieldProblems(type, path), ...(limitProblems(open, at) ?? contentProblems(open, at))];
}

function limitProblems(calendar: Calendar, path: string): Problem[] | undefined {
  const problem = (message: string, mend: string): Problem => ({ code: 'LIMIT_EXCEEDED', path, message, mend });
  const { cycleDays, changes } = calendarDays(calendar);
  const dates = changes.length / 2;
  if (dates > MAX_NAMED_DATES)
    return [
      problem(
        `its intervals and exceptions name ${Math.ceil(dates)} dates; at most ${MAX_NAMED_DATES}`,
        'leave out what is long past',
      ),
    ];
  if (cycleDays > MAX_CYCLE_DAYS)
    return [
      problem(
        `all its cycles together repeat only after ${cycleDays} days; at most ${MAX_CYCLE_DAYS}`,
        'cycles of which one is a multiple of the other',
      ),
    ];
  return undefined;
}

function contentProblems(calendar: Calendar, path: string): Problem[] {
  if (neverOpens(calendar))
    return [
      {
        code: 'CALENDAR_NEVER_OPENS',
        path,
        message: 'no interval of it ever begins',
        mend: 'give it intervals, and days on which they begin that are no holidays',
      },
    ];
  const overlap = firstOverlap(calendar);
  if (!overlap) return [];
  return [
    {
      code: 'CALENDAR_OVERLAP',
      path,
      message: `${overlap.map(described).join(' and ')} overlap: an instant is in one window of a calendar at most`,
      mend: 'let one end where the other starts, or make two calendars of it',
    },
  ];
}

/** Metadata that the calendar gives is text. */
function fieldProblems({ metadata }: WindowType, path: string): Problem[] {
  return CALENDAR_FIELDS.flatMap((field): Problem[] => {
    const declared = metadata[field];
    if (!declared || declared.type === 'string') return [];
    return [
      {
        code: 'CALENDAR_FIELD',
        path: `${path}.metadata.${field}.type`,
        message: `"${field}" is given by the calendar, as string, not ${declared.type}`,
        mend: 'declare it as string, or give the field another name',
      },
    ];
  });
}

const verdicts = new WeakMap<Calendar, boolean>();

const DAYS_OF_YEAR = 366;

/** Whether no interval ever begins. */
export function neverOpens(calendar: Calendar): boolean {
  const known = verdicts.get(calendar);
  if (known !== undefined) return known;
  const days = calendarDays(calendar);
  const beyondHolidays = days.holidayCount + DAYS_OF_YEAR;
  const opens = days.cycleDays <= MAX_CYCLE_DAYS && someDay(days, beyondHolidays, (day) => days.on(day).length > 0);
  verdicts.set(calendar, !opens);
  return !opens;
}

interface Occurrence {
  readonly interval: CalendarInterval;
  readonly day: Day;
}

/**
 * Two intervals that share wall clock. Holidays hide nothing. Wall clock that does not overlap is no instant twice, whatever the
 * zone's clocks do: `instantOf` never goes back.
 */
function firstOverlap(calendar: Calendar): readonly [Occurrence, Occurrence] | null {
  const days = calendarDays(calendar);
  let before: Occurrence | null = null;
  let found: readonly [Occurrence, Occurrence] | null = null;
  someDay(days, days.reachDays, (day) => {
    for (const interval of days.onWorkday(day)) {
      const now = { interval, day };
      if (before && endOf(before) > day * SECONDS_PER_DAY + interval.startSecond) found = [before, now];
      if (!before || endOf(now) > endOf(before)) before = now;
    }
    return found !== null;
  });
  return found;
}

const endOf = ({ interval, day }: Occurrence): number => day * SECONDS_PER_DAY + interval.endSecond;

/** Looks, in order, at days of each kind: from each change on as long as it takes for all cycles to meet, and so many days more. */
function someDay({ changes, cycleDays, reachDays }: CalendarDays, more: number, isIt: (day: Day) => boolean): boolean {
  const stretch = cycleDays + more + 1;
  let next = (changes[0] ?? 0) - stretch;
  for (const [i, change] of [next, ...changes].entries()) {
    const until = Math.min(change + stretch, changes[i] ?? Infinity);
    for (let day = Math.max(next, change - reachDays - 1); day < until; day++) if (isIt(day)) return true;
    next = Math.max(next, until);
  }
  return false;
}

const described = ({ interval: { name, startSecond, endSecond }, day }: Occurrence): string =>
  `"${name}" (${dateOf(day)} ${clockText(startSecond)}–${clockText(endSecond)})`;

function clockText(second: number): string {
  const minutes = Math.floor((second % SECONDS_PER_DAY) / 60);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
