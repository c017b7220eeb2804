import { describe, expect, it } from '@jest/globals';
import { cronCommand, describeInstant, nextInstants, type CronInstant } from './cron.ts';
import { parseTime } from './zoned-time.ts';

const next = (expression: string, zone: string, from: string, count = 3): CronInstant[] => [
  ...nextInstants(expression, { zone, fromMs: parseTime(from, zone)!, count }),
];
const brief = ({ utc, local, dayHours }: CronInstant): string => `${utc} ${local} ${dayHours}`;

describe('windlass cron next', () => {
  it.each([
    [
      'in a gap, once at the first instant after it',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-03-28T12:00:00Z',
      ['2026-03-29T01:00:00Z 2026-03-29T03:00:00+02:00 23', '2026-03-30T00:30:00Z 2026-03-30T02:30:00+02:00 24'],
    ],
    [
      'in an overlap, a fixed hour once',
      '30 1 * * *',
      'America/New_York',
      '2026-11-01',
      ['2026-11-01T05:30:00Z 2026-11-01T01:30:00-04:00 25', '2026-11-02T06:30:00Z 2026-11-02T01:30:00-05:00 24'],
    ],
    [
      'in an overlap, a wildcard hour each time',
      '30 * * * *',
      'America/New_York',
      '2026-11-01T00:45',
      ['2026-11-01T05:30:00Z 2026-11-01T01:30:00-04:00 25', '2026-11-01T06:30:00Z 2026-11-01T01:30:00-05:00 25'],
    ],
    [
      'where clocks move by half an hour',
      '0 12 * * *',
      'Australia/Lord_Howe',
      '2026-10-03T13:00',
      ['2026-10-04T01:00:00Z 2026-10-04T12:00:00+11:00 23.5', '2026-10-05T01:00:00Z 2026-10-05T12:00:00+11:00 24'],
    ],
    [
      'where a whole day is left out',
      '0 12 * * *',
      'Pacific/Apia',
      '2011-12-29T00:00',
      ['2011-12-29T22:00:00Z 2011-12-29T12:00:00-10:00 24', '2011-12-30T22:00:00Z 2011-12-31T12:00:00+14:00 24'],
    ],
    [
      'on leap days',
      '0 0 29 2 *',
      'Asia/Kathmandu',
      '2026-01-01',
      ['2028-02-28T18:15:00Z 2028-02-29T00:00:00+05:45 24', '2032-02-28T18:15:00Z 2032-02-29T00:00:00+05:45 24'],
    ],
    [
      'before 1970',
      '0 3 * * *',
      'America/New_York',
      '1969-04-26T12:00',
      ['1969-04-27T07:00:00Z 1969-04-27T03:00:00-04:00 23', '1969-04-28T07:00:00Z 1969-04-28T03:00:00-04:00 24'],
    ],
    [
      'with seconds',
      '*/30 * * * * *',
      'UTC',
      '2026-01-01T00:00:00Z',
      ['2026-01-01T00:00:30Z 2026-01-01T00:00:30+00:00 24', '2026-01-01T00:01:00Z 2026-01-01T00:01:00+00:00 24'],
    ],
  ])('%s', (_, expression, zone, from, expected) => {
    expect(next(expression, zone, from, 2).map(brief)).toEqual(expected);
  });

  it('around Ramadan, when Morocco sets its clocks back', () => {
    const days = next('0 0 * * *', 'Africa/Casablanca', '2026-02-13', 40);
    expect(
      days.filter(({ dayHours }) => dayHours !== 24).map(({ local, dayHours }) => [local.slice(0, 10), dayHours]),
    ).toEqual([
      ['2026-02-15', 25],
      ['2026-03-22', 23],
    ]);
  });

  it('says what is wrong with an expression', () => {
    expect(() => next('61 * * * *', 'UTC', '2026-01-01')).toThrow(/"61 \* \* \* \*": .*five fields/);
    expect(() => next('0 0 30 2 *', 'UTC', '2026-01-01')).toThrow('matches no day of any year');
  });

  it.each([
    [['0 0 * * *', '--zone', 'Europe/Berlim'], 'IANA'],
    [['0 0 * * *', '--count', '0'], '1 to 10000'],
    [['0 0 * * *', '--from', 'tomorrow'], 'ISO 8601'],
    [['0 0 * * *', '--from', '2026-13-01'], 'ISO 8601'],
    [['0 0 * * *', '--from', '2026-02-30'], 'ISO 8601'],
    [['0 0 * * *', '--from', '2026-02-29T12:00Z'], 'ISO 8601'],
  ])('refuses %j', async (args, why) => {
    const command = cronCommand();
    for (const one of [command, ...command.commands]) one.exitOverride().configureOutput({ writeErr: () => undefined });
    await expect(command.parseAsync(['next', ...args], { from: 'user' })).rejects.toThrow(why);
  });

  it('names a date that the zone left out, on the day after it only', () => {
    const days = next('0 12 * * *', 'Pacific/Apia', '2011-12-29', 3);
    expect(days.map(({ skippedDates }) => skippedDates)).toEqual([[], ['2011-12-30'], []]);
    expect(describeInstant(days[1]!)).toContain('no 2011-12-30 in this zone');
  });

  it.each(['2999-12-30T12:00:00Z', '9998-12-30', '0001-01-01'])('says that no more are known after %s', (from) => {
    expect(() => next('0 0 29 2 *', 'UTC', from)).toThrow('0 of 3 instants');
  });

  it('flags days that are not 24 hours long', () => {
    const instant = {
      utc: '2026-03-29T01:00:00Z',
      local: '2026-03-29T03:00:00+02:00',
      weekday: 'Sun',
      dayHours: 23,
      skippedDates: [],
    };
    expect(describeInstant(instant)).toContain('23-hour day');
    expect(describeInstant({ ...instant, dayHours: 24 })).not.toContain('day');
  });
});

describe('times without an offset', () => {
  it.each([
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['2026-07-01', 'America/New_York', '2026-07-01T04:00:00.000Z'],
    ['2026-07-01T12:00:00.5', 'Asia/Kathmandu', '2026-07-01T06:15:00.500Z'],
    ['2026-07-01T12:00+02:00', 'Asia/Kathmandu', '2026-07-01T10:00:00.000Z'],
  ])('%s in %s', (text, zone, utc) => {
    expect(new Date(parseTime(text, zone)!).toISOString()).toBe(utc);
  });
});
