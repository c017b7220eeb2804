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
  // A zone's offset is less than a day, so that of the day before or after holds on one side of any change between them.
  const guesses = [asUtcMs - DAY_MS, asUtcMs + DAY_MS].map((nearMs) => asUtcMs - offsetMs(zone, nearMs));
  const exact = guesses.filter((guess) => guess + offsetMs(zone, guess) === asUtcMs);
  return Math.min(...(exact.length > 0 ? exact : guesses.slice(0, 1)));
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

function offsetMs(zone: string, timeMs: number): number {
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
