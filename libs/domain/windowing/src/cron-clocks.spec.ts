import { describe, expect, it } from '@jest/globals';
import { wallClockAt, type Opening } from '@windlass/dag';
import { cronSpan } from './cron-span.ts';

type Cron = Extract<Opening, { kind: 'cron' }>;

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const cron = (expression: string, zone: string): Cron => ({ kind: 'cron', expression, zone, scope: 'source' });
const us = (date: string): number => Date.parse(date) * 1_000;
const isoOf = (times: readonly number[]): string[] => times.map((timeUs) => new Date(timeUs / 1_000).toISOString());

/** Days on which clocks change: by an hour, half an hour, two; in the night, at its end, at its beginning. */
const changes: readonly (readonly [zone: string, day: string])[] = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['America/Sao_Paulo', '2018-11-04'],
  ['America/Sao_Paulo', '2018-02-18'],
  ['Africa/Cairo', '2024-10-31'],
  ['Asia/Pyongyang', '2018-05-05'],
  ['Asia/Singapore', '1982-01-01'],
  ['Antarctica/Troll', '2026-03-29'],
  ['Antarctica/Troll', '2026-10-25'],
  ['Africa/Casablanca', '2026-02-15'],
  ['UTC', '2026-03-29'],
];

/** Patterns of minutes that five divides, and what they name. Hours null: all. */
const patterns: readonly (readonly [expression: string, named: { minutes: number[]; hours: number[] | null }])[] = [
  ['30 2,14 * * *', { minutes: [30], hours: [2, 14] }],
  ['0,30 1-3 * * *', { minutes: [0, 30], hours: [1, 2, 3] }],
  ['*/20 0-2 * * *', { minutes: [0, 20, 40], hours: [0, 1, 2] }],
  ['45 23 * * *', { minutes: [45], hours: [23] }],
  ['15 0-22/2 * * *', { minutes: [15], hours: Array.from({ length: 12 }, (_, i) => 2 * i) }],
  ['30 * * * *', { minutes: [30], hours: null }],
  ['*/20 */1 * * *', { minutes: [0, 20, 40], hours: null }],
];

/** What the clock of the zone shows, every five minutes, from an hour at which nothing changes. */
function watch(zone: string, { fromUs, toUs }: Range): Look[] {
  const looks: Look[] = [];
  let highest = -Infinity;
  for (let timeUs = fromUs - 3 * HOUR; timeUs < toUs; timeUs += 5 * MINUTE) {
    const shown = shownAt(zone, timeUs);
    looks.push({ timeUs, shown, firstNew: highest === -Infinity ? shown : highest + 1 });
    highest = Math.max(highest, shown);
  }
  return looks.filter(({ timeUs }) => timeUs > fromUs);
}

interface Look {
  readonly timeUs: number;
  readonly shown: number;
  /** The first minute that the clock had not come to before. */
  readonly firstNew: number;
}

/** What the rule says. */
function byTheClock(looks: readonly Look[], { minutes, hours }: (typeof patterns)[number][1]): number[] {
  const isNamed = (minute: number): boolean =>
    minutes.includes(minute % 60) && (hours === null || hours.includes(Math.floor(minute / 60) % 24));
  const isDue = ({ shown, firstNew }: Look): boolean => {
    if (hours === null) return isNamed(shown);
    for (let minute = firstNew; minute <= shown; minute++) if (isNamed(minute)) return true;
    return false;
  };
  return looks.filter(isDue).map(({ timeUs }) => timeUs);
}

interface Range {
  readonly fromUs: number;
  readonly toUs: number;
}

/** Minutes of the zone's clock since 1970. */
function shownAt(zone: string, timeUs: number): number {
  const { day, second } = wallClockAt(zone, timeUs);
  return day * 1_440 + second / 60;
}

function forward(opening: Cron, { fromUs, toUs }: Range): number[] {
  const found: number[] = [];
  for (let at = cronSpan(opening, fromUs)!.endUs; at < toUs; at = cronSpan(opening, at)!.endUs) found.push(at);
  return found;
}

function backward(opening: Cron, { fromUs, toUs }: Range): number[] {
  const found: number[] = [];
  for (let at = cronSpan(opening, toUs - 1)!.startUs; at > fromUs; at = cronSpan(opening, at - 1)!.startUs)
    found.unshift(at);
  return found;
}

describe('where clocks change, cron', () => {
  it.each(changes)(
    'in %s on %s has the instants that a look at the clock gives, going forward and going back',
    (zone, day) => {
      const range = { fromUs: us(day) - 16 * HOUR, toUs: us(day) + 20 * HOUR };
      const looks = watch(zone, range);
      for (const [expression, named] of patterns) {
        const expected = { expression, instants: isoOf(byTheClock(looks, named)) };
        expect({ expression, instants: isoOf(forward(cron(expression, zone), range)) }).toEqual(expected);
        expect({ expression, instants: isoOf(backward(cron(expression, zone), range)) }).toEqual(expected);
      }
    },
  );

  it('holds every time of an hour that comes twice in one window', () => {
    const opening = cron('*/15 0-2 * * *', 'Europe/Berlin');
    for (let timeUs = us('2026-10-24T12:00Z'); timeUs < us('2026-10-26T00:00Z'); timeUs += 37 * MINUTE) {
      const span = cronSpan({ ...opening }, timeUs)!;
      expect(span.startUs <= timeUs && timeUs < span.endUs).toBe(true);
      expect(cronSpan({ ...opening }, span.startUs)).toEqual(span);
      expect(cronSpan({ ...opening }, span.endUs)!.startUs).toBe(span.endUs);
    }
  });

  it('leaves a date out that the zone left out, also with several hours', () => {
    const range = { fromUs: us('2011-12-29T12:00Z'), toUs: us('2012-01-01T00:00Z') };
    expect(isoOf(forward(cron('0 9,12 * * *', 'Pacific/Apia'), range))).toEqual([
      '2011-12-29T19:00:00.000Z',
      '2011-12-29T22:00:00.000Z',
      '2011-12-30T19:00:00.000Z',
      '2011-12-30T22:00:00.000Z',
      '2011-12-31T19:00:00.000Z',
      '2011-12-31T22:00:00.000Z',
    ]);
  });

  it('takes the names of patterns, and six fields with seconds first', () => {
    const range = { fromUs: us('2026-10-24T12:00Z'), toUs: us('2026-10-25T03:00Z') };
    expect(isoOf(forward(cron('@daily', 'Europe/Berlin'), range))).toEqual(['2026-10-24T22:00:00.000Z']);
    expect(isoOf(forward(cron('@hourly', 'Europe/Berlin'), range))).toHaveLength(14);
    expect(isoOf(forward(cron('5 30 2,14 * * *', 'Europe/Berlin'), range))).toEqual([
      '2026-10-24T12:30:05.000Z',
      '2026-10-25T00:30:05.000Z',
    ]);
  });
});
