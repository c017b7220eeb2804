/** An instant as the clocks of a zone show it. */
export interface ZonedTime {
  /** `2026-03-29T03:00:00` */
  readonly local: string;
  /** `+02:00`; seconds only where a zone had them. */
  readonly offset: string;
  /** `Sun` */
  readonly weekday: string;
}

/** In UTC, to the second where it is a whole one. */
export const isoText = (timeMs: number): string => new Date(timeMs).toISOString().replace('.000Z', 'Z');

export function zonedTime(zone: string, timeMs: number): ZonedTime {
  const part = partsOf(zone, timeMs);
  return {
    local: `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}`,
    offset: part('timeZoneName').replace('GMT', '') || '+00:00',
    weekday: part('weekday'),
  };
}

const DATE = /^\d{4}-\d\d-\d\d$/;
const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/;
const ABSOLUTE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Milliseconds since the epoch of an ISO 8601 text; without an offset it is read in the zone (the earlier of two, when clocks go
 * back), a date alone as its midnight. Undefined: it is none.
 */
export function parseTime(text: string, zone: string): number | undefined {
  if (!isDate(text.slice(0, 10))) return undefined;
  if (ABSOLUTE.test(text)) return known(Date.parse(text));
  if (!DATE.test(text) && !LOCAL.test(text)) return undefined;
  const asUtcMs = known(Date.parse(DATE.test(text) ? `${text}T00:00:00Z` : `${text}Z`));
  if (asUtcMs === undefined) return undefined;
  const { instantsMs, nearMs } = localInstants(zone, asUtcMs);
  return instantsMs[0] ?? nearMs;
}

export interface LocalInstants {
  /** When clocks of the zone show this time: once, twice in order (clocks went back), or never (they went forward over it). */
  readonly instantsMs: readonly number[];
  /** The instant by the offset of the day before: where there is none, as if clocks had not gone forward yet. */
  readonly nearMs: number;
}

/** A local time is told as if it were UTC. */
export function localInstants(zone: string, localMs: number): LocalInstants {
  // A zone's offset is less than a day, so that of the day before or after holds on one side of any change between them.
  const guesses = [localMs - DAY_MS, localMs + DAY_MS].map((aroundMs) => localMs - offsetMs(zone, aroundMs));
  const exact = guesses.filter((guess) => guess + offsetMs(zone, guess) === localMs);
  return { instantsMs: [...new Set(exact)].sort((a, b) => a - b), nearMs: guesses[0]! };
}

/** The first instant after `fromMs`, and not after `toMs`, at which the zone's offset is another. There must be one. */
export function offsetChange(zone: string, fromMs: number, toMs: number): number {
  const before = offsetMs(zone, fromMs);
  let [same, other] = [Math.floor(fromMs / 1000), Math.ceil(toMs / 1000)];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (offsetMs(zone, middle * 1000) === before) same = middle;
    else other = middle;
  }
  return other * 1000;
}

/** Dates after the one and before the other, both `2026-03-29`. */
export function datesBetween(after: string, before: string): string[] {
  const dates: string[] = [];
  for (let ms = Date.parse(after) + DAY_MS; ms < Date.parse(before); ms += DAY_MS) dates.push(dateOf(ms));
  return dates;
}

const DAY_MS = 86_400_000;

const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Date.parse takes 30 February for 2 March. */
const isDate = (text: string): boolean => {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && dateOf(ms) === text;
};

const known = (ms: number): number | undefined => (Number.isNaN(ms) ? undefined : ms);

/** What the zone's clocks show more than UTC. */
export function offsetMs(zone: string, timeMs: number): number {
  const wholeMs = Math.floor(timeMs / 1000) * 1000;
  return Date.parse(`${zonedTime(zone, wholeMs).local}Z`) - wholeMs;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function partsOf(zone: string, timeMs: number): (type: Intl.DateTimeFormatPartTypes) => string {
  let format = formats.get(zone);
  if (!format) formats.set(zone, (format = formatOf(zone)));
  const parts = new Map(format.formatToParts(timeMs).map(({ type, value }) => [type, value]));
  return (type) => parts.get(type) ?? '';
}

const formatOf = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    weekday: 'short',
    timeZoneName: 'longOffset',
  });
