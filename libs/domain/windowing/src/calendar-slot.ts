import {
  calendarDays,
  dateOf,
  dayOf,
  instantOf,
  LAST_DATE,
  type CalendarInterval,
  type Day,
  type EpochUs,
  type Opening,
} from '@windlass/dag';
import { FOREVER, NEVER } from './time.ts';

type CalendarOpening = Extract<Opening, { kind: 'calendar' }>;

/** A stretch of a calendar's time: one of its windows, or what lies between two of them. */
export interface CalendarSlot {
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
  /** The interval that the window belongs to, and the date on which that begins; null: nothing lies here. */
  readonly shift: { readonly name: string; readonly date: string } | null;
}

interface Known {
  /** The slot last asked for: neighbours in time mostly ask for the same. */
  last: CalendarSlot | null;
  /** Windows by the day on which their interval begins. */
  readonly days: Map<Day, readonly CalendarSlot[]>;
}

const US_PER_DAY = 86_400_000_000;
const DAYS_KNOWN = 400;
/** So far a window is looked for around a time at which there is none; beyond, the slot ends without one. */
const LOOK_DAYS = 400;

const known = new WeakMap<CalendarOpening, Known>();

/** The slot that holds `timeUs`; consecutive slots tile. Where nothing more, or nothing yet, lies in the calendar, it is open to FOREVER, or from NEVER. */
export function calendarSlot(opening: CalendarOpening, timeUs: EpochUs): CalendarSlot {
  const memory = memoryOf(opening);
  const { last } = memory;
  if (last && last.startUs <= timeUs && timeUs < last.endUs) return last;
  return (memory.last = find(opening, memory, timeUs));
}

/** Windows of a calendar that end after `fromUs`, in order, as far as dates of calendars go. */
export function* calendarWindows(opening: CalendarOpening, fromUs: EpochUs): Generator<CalendarSlot> {
  const untilUs = instantOf(opening.zone, dayOf(LAST_DATE) + 1, 0);
  for (let slot = calendarSlot(opening, fromUs); ; slot = calendarSlot(opening, slot.endUs)) {
    if (slot.shift) yield slot;
    if (slot.endUs >= untilUs) return;
  }
}

function find(opening: CalendarOpening, memory: Known, timeUs: EpochUs): CalendarSlot {
  const { reachDays, firstDay, lastDay } = calendarDays(opening);
  // Of UTC: that of the zone is the same, or the one before or after.
  const day = Math.floor(timeUs / US_PER_DAY);
  const windowsOn = (one: Day): readonly CalendarSlot[] => windowsOf(opening, memory, one);
  const near = range(day - reachDays - 2, day + 2).flatMap(windowsOn);
  const holding = near.find(({ startUs, endUs }) => startUs <= timeUs && timeUs < endUs);
  if (holding) return holding;

  let startUs = near.reduce((max, { endUs }) => (endUs <= timeUs ? Math.max(max, endUs) : max), NEVER);
  const lookFrom = Math.min(day - reachDays - 3, lastDay);
  for (let one = lookFrom; startUs === NEVER && one >= firstDay; one--) {
    startUs = windowsOn(one).at(-1)?.endUs ?? NEVER;
    if (startUs === NEVER && one <= day - LOOK_DAYS) startUs = instantOf(opening.zone, one, 0);
  }
  let endUs = near.reduce((min, one) => (one.startUs > timeUs ? Math.min(min, one.startUs) : min), FOREVER);
  for (let one = Math.max(day + 3, firstDay); endUs === FOREVER && one <= lastDay; one++) {
    endUs = windowsOn(one)[0]?.startUs ?? FOREVER;
    if (endUs === FOREVER && one >= day + LOOK_DAYS) endUs = instantOf(opening.zone, one, 0);
  }
  return { startUs, endUs, shift: null };
}

function windowsOf(opening: CalendarOpening, { days }: Known, day: Day): readonly CalendarSlot[] {
  const before = days.get(day);
  if (before) return before;
  const windows = calendarDays(opening)
    .on(day)
    .flatMap((interval) => partsOf(opening, interval, day));
  if (days.size >= DAYS_KNOWN) days.clear();
  days.set(day, windows);
  return windows;
}

/** The windows of one interval, in order: none of it where the clocks leave it out. */
function partsOf({ zone, breaks }: CalendarOpening, interval: CalendarInterval, day: Day): CalendarSlot[] {
  const at = (second: number): EpochUs => instantOf(zone, day, second);
  const shift = { name: interval.name, date: dateOf(day) };
  const parts: CalendarSlot[] = [];
  let startUs = at(interval.startSecond);
  for (const pause of breaks === 'split' ? interval.breaks : []) {
    parts.push({ startUs, endUs: at(pause.startSecond), shift });
    startUs = at(pause.endSecond);
  }
  parts.push({ startUs, endUs: at(interval.endSecond), shift });
  return parts.filter((part) => part.endUs > part.startUs);
}

function memoryOf(opening: CalendarOpening): Known {
  const before = known.get(opening);
  if (before) return before;
  const memory: Known = { last: null, days: new Map() };
  known.set(opening, memory);
  return memory;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
