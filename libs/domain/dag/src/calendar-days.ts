import {
  dateOf,
  dayOf,
  SECONDS_PER_DAY,
  type Calendar,
  type CalendarInterval,
  type Day,
  type RecurringInterval,
} from './calendar.ts';

/** A calendar that can be asked day by day. */
export interface CalendarDays {
  /** What begins on this day, in order of start. */
  on(day: Day): readonly CalendarInterval[];
  /** The same, as if there were no holidays. */
  onWorkday(day: Day): readonly CalendarInterval[];
  /** Nothing begins before the first day, or after the last. */
  readonly firstDay: Day;
  readonly lastDay: Day;
  /** The longest interval reaches so many days beyond the one on which it begins. */
  readonly reachDays: number;
  /** Days after which the cycles are where they were. */
  readonly cycleDays: number;
  /** Holidays that are in one year only. */
  readonly holidayCount: number;
  /** Days from which on other dates or cycles hold than before, in order. */
  readonly changes: readonly Day[];
}

const compiled = new WeakMap<Calendar, CalendarDays>();

/** Compiled once per calendar object. */
export function calendarDays(calendar: Calendar): CalendarDays {
  const known = compiled.get(calendar);
  if (known) return known;
  const days = compile(calendar);
  compiled.set(calendar, days);
  return days;
}

interface Cycle {
  readonly interval: CalendarInterval;
  readonly cycleDays: number;
  readonly days: ReadonlySet<number>;
  readonly anchorDay: Day;
  readonly firstDay: Day;
  readonly lastDay: Day;
  readonly except: ReadonlySet<Day>;
}

function compile({ intervals, holidays, exceptions }: Calendar): CalendarDays {
  const cycles = intervals.flatMap(cycleOf);
  const dated = datedOf(intervals);
  const replaced = new Map(exceptions.map(({ date, intervals: own }) => [dayOf(date), inOrder(own)]));
  const off = holidaysOf(holidays);
  const isHoliday = (day: Day): boolean =>
    off.days.has(day) || (off.yearly.size > 0 && off.yearly.has(dateOf(day).slice('YYYY-'.length)));
  const changes = changesOf(cycles, [...dated.keys(), ...replaced.keys()]);

  const onWorkday = (day: Day): readonly CalendarInterval[] => {
    const instead = replaced.get(day);
    if (instead) return instead;
    const begin = cycles.filter((cycle) => beginsOn(cycle, day)).map(({ interval }) => interval);
    return inOrder([...begin, ...(dated.get(day) ?? [])]);
  };
  const named = [...dated.keys(), ...[...replaced].filter(([, own]) => own.length > 0).map(([day]) => day)];
  const all: readonly CalendarInterval[] = [...intervals, ...[...replaced.values()].flat()];
  return {
    on: (day) => (replaced.has(day) || !isHoliday(day) ? onWorkday(day) : NONE),
    onWorkday,
    firstDay: named.concat(cycles.map(({ firstDay }) => firstDay)).reduce((a, b) => Math.min(a, b), Infinity),
    lastDay: named.concat(cycles.map(({ lastDay }) => lastDay)).reduce((a, b) => Math.max(a, b), -Infinity),
    reachDays: all.reduce((max, { endSecond }) => Math.max(max, Math.ceil(endSecond / SECONDS_PER_DAY) - 1), 0),
    cycleDays: cycles.reduce((common, { cycleDays }) => leastCommonMultiple(common, cycleDays), 1),
    holidayCount: off.days.size,
    changes,
  };
}

const NONE: readonly CalendarInterval[] = [];

function cycleOf({ on, ...interval }: RecurringInterval): Cycle[] {
  if ('dates' in on) return [];
  return [
    {
      interval,
      cycleDays: on.cycleDays,
      days: new Set(on.days),
      anchorDay: dayOf(on.anchor),
      firstDay: on.first === undefined ? -Infinity : dayOf(on.first),
      lastDay: on.last === undefined ? Infinity : dayOf(on.last),
      except: new Set((on.except ?? []).map(dayOf)),
    },
  ];
}

function datedOf(intervals: readonly RecurringInterval[]): Map<Day, CalendarInterval[]> {
  const dated = new Map<Day, CalendarInterval[]>();
  for (const { on, ...interval } of intervals)
    for (const date of 'dates' in on ? on.dates : []) {
      const known = dated.get(dayOf(date));
      if (known) known.push(interval);
      else dated.set(dayOf(date), [interval]);
    }
  return dated;
}

const beginsOn = ({ firstDay, lastDay, anchorDay, cycleDays, days, except }: Cycle, day: Day): boolean =>
  firstDay <= day && day <= lastDay && days.has(modulo(day - anchorDay, cycleDays)) && !except.has(day);

function changesOf(cycles: readonly Cycle[], single: readonly Day[]): Day[] {
  const days = [
    ...cycles.flatMap(({ firstDay, lastDay, except }) => [
      firstDay,
      lastDay + 1,
      ...[...except].flatMap((day) => [day, day + 1]),
    ]),
    ...single.flatMap((day) => [day, day + 1]),
  ];
  return [...new Set(days.filter(Number.isFinite))].sort((a, b) => a - b);
}

function holidaysOf(holidays: readonly string[]): { days: ReadonlySet<Day>; yearly: ReadonlySet<string> } {
  const yearly = new Set(holidays.filter((text) => text.length === 'MM-DD'.length));
  const days = new Set<Day>();
  for (const text of holidays) {
    if (yearly.has(text)) continue;
    const [first = text, last = first] = text.split('/');
    for (let day = dayOf(first); day <= dayOf(last); day++) days.add(day);
  }
  return { days, yearly };
}

const inOrder = (intervals: readonly CalendarInterval[]): CalendarInterval[] =>
  [...intervals].sort((a, b) => a.startSecond - b.startSecond);

const modulo = (a: number, b: number): number => ((a % b) + b) % b;

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
const leastCommonMultiple = (a: number, b: number): number => (a / greatestCommonDivisor(a, b)) * b;
