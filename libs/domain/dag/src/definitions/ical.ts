import {
  dateOf,
  MAX_INTERVAL_DAYS,
  SECONDS_PER_DAY,
  type CalendarDates,
  type ClockStretch,
  type Day,
  type RecurringInterval,
} from '../calendar.ts';
import { IcalError, readEvents, unescaped, type IcalEvent, type IcalProperty } from './ical-lines.ts';
import { cycleOf, recurrenceOf, yearsOf } from './ical-recurrence.ts';
import { durationSeconds, wallTime, type WallTime } from './ical-time.ts';

/** What an iCalendar text holds; or everything in it that is not understood, with its line. */
export interface FromIcal<T> {
  readonly found: readonly T[];
  readonly problems: readonly string[];
}

const MAX_EVENTS = 2_000;
const MAX_NAME = 100;

/**
 * Events as intervals, named by their SUMMARY. Single events, and those that recur daily or weekly (INTERVAL, BYDAY, UNTIL, COUNT,
 * WKST, EXDATE, RECURRENCE-ID); what recurs otherwise is a problem. Whole days last from midnight to midnight.
 */
export const icalIntervals = (text: string, zone: string): FromIcal<RecurringInterval> => {
  const read = eventsOf(text);
  const moved = movedDays(read.events, zone);
  return collected(read, (event) => {
    if (isCancelled(event)) return [];
    const start = startOf(event, zone);
    return [
      { name: nameOf(event), ...stretchOf(event, start, zone), breaks: [], on: datesOf(event, start, { zone, moved }) },
    ];
  });
};

/** Whole days as holidays: single ones, stretches, and those of each year. A time of day is a problem. */
export const icalHolidays = (text: string, zone: string): FromIcal<string> =>
  collected(eventsOf(text), (event) => {
    if (isCancelled(event)) return [];
    const start = startOf(event, zone);
    if (!start.isDate) throw new IcalError(event.line, 'a holiday is a whole day (DTSTART;VALUE=DATE:20261225)');
    refuse(event, 'EXDATE', 'RDATE', 'RECURRENCE-ID');
    const first = start.day;
    const last = first + stretchOf(event, start, zone).endSecond / SECONDS_PER_DAY - 1;
    const rule = one(event, 'RRULE');
    if (!rule) return [first === last ? dateOf(first) : `${dateOf(first)}/${dateOf(last)}`];
    const dates = Array.from({ length: last - first + 1 }, (_, i) => dateOf(first + i));
    return yearsOf(rule, dates, zone);
  });

interface Read {
  readonly events: readonly IcalEvent[];
  readonly problems: readonly string[];
}

function eventsOf(text: string): Read {
  try {
    const events = readEvents(text);
    if (events.length <= MAX_EVENTS) return { events, problems: [] };
    return { events: [], problems: [`${events.length} events; at most ${MAX_EVENTS}`] };
  } catch (error) {
    return { events: [], problems: [messageOf(error)] };
  }
}

function collected<T>({ events, problems: before }: Read, convert: (event: IcalEvent) => readonly T[]): FromIcal<T> {
  const found: T[] = [];
  const problems = [...before];
  for (const event of events)
    try {
      found.push(...convert(event));
    } catch (error) {
      problems.push(messageOf(error));
    }
  return { found, problems };
}

function messageOf(error: unknown): string {
  if (error instanceof IcalError) return error.message;
  throw error;
}

const all = ({ properties }: IcalEvent, name: string): IcalProperty[] => properties.filter((p) => p.name === name);

const one = (event: IcalEvent, name: string): IcalProperty | undefined => all(event, name)[0];

function refuse(event: IcalEvent, ...names: readonly string[]): void {
  for (const name of names) {
    const property = one(event, name);
    if (property) throw new IcalError(property.line, `${name} is not supported here: make it an event of its own`);
  }
}

const isCancelled = (event: IcalEvent): boolean => one(event, 'STATUS')?.value.toUpperCase() === 'CANCELLED';

function nameOf(event: IcalEvent): string {
  const summary = one(event, 'SUMMARY');
  const name = unescaped(summary?.value ?? '').trim();
  if (name !== '' && name.length <= MAX_NAME && !/\p{Cc}/u.test(name)) return name;
  throw new IcalError(
    summary?.line ?? event.line,
    `SUMMARY names the interval: 1 to ${MAX_NAME} characters on one line`,
  );
}

function startOf(event: IcalEvent, zone: string): WallTime {
  const property = one(event, 'DTSTART');
  if (!property) throw new IcalError(event.line, 'the event has no DTSTART');
  return wallTime(property, property.value, zone);
}

function stretchOf(event: IcalEvent, start: WallTime, zone: string): ClockStretch {
  const startSecond = start.second;
  const endSecond = endOf(event, start, zone);
  if (endSecond <= startSecond) throw new IcalError(event.line, 'the event does not end after it starts');
  if (endSecond - startSecond > MAX_INTERVAL_DAYS * SECONDS_PER_DAY)
    throw new IcalError(event.line, `the event lasts longer than ${MAX_INTERVAL_DAYS} days`);
  return { startSecond, endSecond };
}

/** A DURATION is read on the clock, as DTEND is. */
function endOf(event: IcalEvent, start: WallTime, zone: string): number {
  const end = one(event, 'DTEND');
  const duration = one(event, 'DURATION');
  if (duration) return start.second + durationSeconds(duration);
  if (!end) return start.isDate ? SECONDS_PER_DAY : start.second;
  const { day, second } = wallTime(end, end.value, zone);
  return (day - start.day) * SECONDS_PER_DAY + second;
}

interface DatesOptions {
  readonly zone: string;
  /** Days of recurring events, by UID, that an event of its own stands for. */
  readonly moved: ReadonlyMap<string, readonly Day[]>;
}

function datesOf(event: IcalEvent, start: WallTime, { zone, moved }: DatesOptions): CalendarDates {
  const rule = one(event, 'RRULE');
  const isMoved = one(event, 'RECURRENCE-ID') !== undefined;
  refuse(event, 'RDATE');
  if (!rule || isMoved) return { dates: [dateOf(start.day)] };
  if (start.isForeign)
    throw new IcalError(rule.line, `an event that recurs is in the zone of the calendar, ${zone}, or in none`);
  const except = [
    ...all(event, 'EXDATE').flatMap((property) =>
      property.value.split(',').flatMap((value) => {
        const { day, second, isDate } = wallTime(property, value, zone);
        return isDate || second === start.second ? [day] : [];
      }),
    ),
    ...(moved.get(one(event, 'UID')?.value ?? '') ?? []),
  ];
  return cycleOf(recurrenceOf(rule, zone), { start, rule, except });
}

/** An event with RECURRENCE-ID stands for one of a recurring event of the same UID. */
function movedDays(events: readonly IcalEvent[], zone: string): ReadonlyMap<string, readonly Day[]> {
  const moved = new Map<string, Day[]>();
  for (const event of events) {
    const property = one(event, 'RECURRENCE-ID');
    const uid = one(event, 'UID')?.value;
    if (!property || uid === undefined) continue;
    moved.set(uid, [...(moved.get(uid) ?? []), dayOrNone(property, zone)].flat());
  }
  return moved;
}

/** What is wrong with it is told where the event is converted. */
function dayOrNone(property: IcalProperty, zone: string): Day[] {
  try {
    return [wallTime(property, property.value, zone).day];
  } catch {
    return [];
  }
}
