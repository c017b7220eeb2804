import { dateOf, dayOf, LAST_DATE, type CalendarDates, type Day } from '../calendar.ts';
import { IcalError, type IcalProperty } from './ical-lines.ts';
import { wallTime, type WallTime } from './ical-time.ts';

/** A recurrence rule of which all parts are understood. */
export interface Recurrence {
  readonly frequency: string;
  readonly interval: number;
  readonly count: number | null;
  readonly until: WallTime | null;
  /** 0: Monday. Null: not given. */
  readonly weekdays: readonly number[] | null;
  readonly weekStart: number;
  readonly byMonth: string | null;
  readonly byMonthDay: string | null;
}

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const MAX_COUNT = 10_000;
const MAX_INTERVAL = 366;
/** Longest cycle in days, of 52 weeks. */
const MAX_CYCLE = 366;

/** @throws {IcalError} for what is not supported. */
export function recurrenceOf(rule: IcalProperty, zone: string): Recurrence {
  const parts = new Map(rule.value.split(';').map((part) => part.toUpperCase().split('=', 2) as [string, string]));
  const take = (key: string): string | undefined => {
    const value = parts.get(key);
    parts.delete(key);
    return value;
  };
  const frequency = take('FREQ') ?? '';
  const until = take('UNTIL');
  const count = take('COUNT');
  const weekdays = take('BYDAY');
  const recurrence: Recurrence = {
    frequency,
    interval: whole(rule, 'INTERVAL', take('INTERVAL') ?? '1', MAX_INTERVAL),
    count: count === undefined ? null : whole(rule, 'COUNT', count, MAX_COUNT),
    until: until === undefined ? null : wallTime({ ...rule, name: 'UNTIL' }, until, zone),
    weekdays: weekdays === undefined ? null : weekdays.split(',').map((text) => weekday(rule, text)),
    weekStart: weekday(rule, take('WKST') ?? 'MO'),
    byMonth: take('BYMONTH') ?? null,
    byMonthDay: take('BYMONTHDAY') ?? null,
  };
  const [unknown] = parts.keys();
  if (unknown !== undefined) throw new IcalError(rule.line, `RRULE with ${unknown} is not supported`);
  return recurrence;
}

function whole({ line }: IcalProperty, key: string, text: string, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= max) return value;
  throw new IcalError(line, `RRULE ${key}=${text}: a whole number from 1 to ${max}`);
}

function weekday({ line }: IcalProperty, text: string): number {
  const index = WEEKDAYS.indexOf(text);
  if (index >= 0) return index;
  throw new IcalError(
    line,
    `RRULE with the weekday "${text}" is not supported: ${WEEKDAYS.join(', ')}, without a number`,
  );
}

interface CycleOptions {
  readonly start: WallTime;
  readonly rule: IcalProperty;
  readonly except: readonly Day[];
}

/** The days of a daily or weekly recurrence. */
export function cycleOf(recurrence: Recurrence, { start, rule, except }: CycleOptions): CalendarDates {
  const pattern = patternOf(recurrence, start.day, rule);
  const { anchorDay, cycleDays, days } = pattern;
  const isDay = (day: Day): boolean => days.includes((day - anchorDay) % cycleDays);
  if (!isDay(start.day)) throw new IcalError(rule.line, 'the day of DTSTART is none of those of RRULE');
  const last = lastDay(recurrence, start, pattern);
  const within = [...new Set(except)].filter((day) => day >= start.day && isDay(day)).sort((a, b) => a - b);
  return {
    cycleDays,
    days,
    anchor: dateOf(anchorDay),
    first: dateOf(start.day),
    ...(last !== null && { last: dateOf(Math.max(last, start.day)) }),
    ...(within.length > 0 && { except: within.map(dateOf) }),
  };
}

interface Pattern {
  /** At the start or before it, by less than a cycle. */
  readonly anchorDay: Day;
  readonly cycleDays: number;
  /** In order. */
  readonly days: readonly number[];
}

function patternOf(recurrence: Recurrence, startDay: Day, rule: IcalProperty): Pattern {
  const { frequency, interval, weekdays, weekStart, byMonth, byMonthDay } = recurrence;
  if (byMonth ?? byMonthDay) throw new IcalError(rule.line, 'RRULE with BYMONTH or BYMONTHDAY is not supported here');
  const isWeekly = frequency === 'WEEKLY' || (frequency === 'DAILY' && interval === 1 && weekdays !== null);
  if (!isWeekly && (frequency !== 'DAILY' || weekdays !== null))
    throw new IcalError(
      rule.line,
      `RRULE:${rule.value} is not supported: FREQ=DAILY, or FREQ=WEEKLY with BYDAY; make the others events of their own`,
    );
  if (!isWeekly) return { anchorDay: startDay, cycleDays: interval, days: [0] };
  const cycleDays = 7 * interval;
  if (cycleDays > MAX_CYCLE) throw new IcalError(rule.line, `RRULE INTERVAL=${interval}: at most 52 weeks`);
  const startWeekday = weekdayOf(startDay);
  const anchorDay = startDay - ((startWeekday - weekStart + 7) % 7);
  const days = (weekdays ?? [startWeekday]).map((day) => (day - weekStart + 7) % 7);
  return { anchorDay, cycleDays, days: [...new Set(days)].sort((a, b) => a - b) };
}

/** 1 January 1970 was a Thursday. */
const weekdayOf = (day: Day): number => (day + 3) % 7;

function lastDay({ count, until }: Recurrence, start: WallTime, { anchorDay, cycleDays, days }: Pattern): Day | null {
  if (until) return until.isDate || until.second >= start.second ? until.day : until.day - 1;
  if (count === null) return null;
  const at = days.indexOf(start.day - anchorDay) + count - 1;
  const day = anchorDay + Math.floor(at / days.length) * cycleDays + days[at % days.length]!;
  return Math.min(day, dayOf(LAST_DATE));
}

/** Dates of each year, `12-25`; with an end, of those years. */
export function yearsOf(rule: IcalProperty, dates: readonly string[], zone: string): string[] {
  const { frequency, interval, count, until, weekdays, byMonth, byMonthDay } = recurrenceOf(rule, zone);
  const [first = ''] = dates;
  const [year = '', month = '', day = ''] = first.split('-');
  const isSame = (given: string | null, own: string): boolean => given === null || Number(given) === Number(own);
  if (frequency !== 'YEARLY' || interval !== 1 || weekdays || !isSame(byMonth, month) || !isSame(byMonthDay, day))
    throw new IcalError(rule.line, `RRULE:${rule.value} is not supported: a holiday recurs each year on its date`);
  if (count === null && !until) return dates.map((date) => date.slice('YYYY-'.length));
  const lastYear = until ? Number(dateOf(until.day).slice(0, 4)) : Number(year) + count! - 1;
  const years = Array.from({ length: Math.max(0, lastYear - Number(year) + 1) }, (_, i) => i);
  return years
    .flatMap((add) => dates.map((date) => `${Number(date.slice(0, 4)) + add}${date.slice(4)}`))
    .filter((date) => date <= LAST_DATE && (!until || date <= dateOf(until.day)) && isCalendarDate(date));
}

/** 29 February is not in each year. */
const isCalendarDate = (date: string): boolean => dateOf(dayOf(date)) === date;
