import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dateOf, dayOf, type Calendar, type RecurringInterval } from '../calendar.ts';
import { calendarDays } from '../calendar-days.ts';
import { after, codesOf, define, problemsOf } from '../registry.fixture.ts';
import { calendarProblems } from './calendars.ts';

const WORKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'];
const early = {
  name: 'early',
  days: WORKDAYS,
  start: '06:00',
  end: '14:00',
  breaks: [{ start: '09:00', end: '09:15' }],
};
const night = {
  name: 'night',
  days: WORKDAYS,
  start: '22:00',
  end: '06:00',
  breaks: [{ start: '02:00', end: '02:30' }],
};

const shift = (calendar: object, more: object = {}) => ({
  name: 'shift',
  version: 1,
  reads: ['sample'],
  open: { calendar: { zone: 'Europe/Berlin', ...calendar } },
  ...more,
});

const one = (calendar: object, more: object = {}) => define({ windowTypes: [shift(calendar, more)] });

describe('calendars in definitions', () => {
  it('are given once and named by window types, which say what breaks do', () => {
    const hall = {
      name: 'hall-1',
      zone: 'Europe/Berlin',
      intervals: [early, night],
      holidays: ['2026-04-03', '12-25'],
    };
    const types = ['split', 'within'].map((breaks) => ({
      name: breaks,
      version: 1,
      reads: ['sample'],
      open: { calendar: { use: 'hall-1', breaks } },
    }));
    const { windowTypes } = after(define({ calendars: [hall], windowTypes: types })).revision;
    expect(windowTypes.map(({ open }) => open)).toMatchObject([
      { kind: 'calendar', zone: 'Europe/Berlin', scope: 'source', breaks: 'split', holidays: ['2026-04-03', '12-25'] },
      { kind: 'calendar', breaks: 'within' },
    ]);
    expect(windowTypes[0]!.open).toMatchObject({
      intervals: [
        { name: 'early', startSecond: 21_600, endSecond: 50_400, breaks: [{ startSecond: 32_400, endSecond: 33_300 }] },
        {
          name: 'night',
          startSecond: 79_200,
          endSecond: 108_000,
          breaks: [{ startSecond: 93_600, endSecond: 95_400 }],
          on: { cycleDays: 7, days: [0, 1, 2, 3, 4] },
        },
      ],
    });
  });

  it('are refused by name when they do not exist, with the name that was meant', () => {
    const hall = { name: 'hall-1', zone: 'UTC', intervals: [early] };
    expect(
      define({
        calendars: [hall, hall],
        windowTypes: [{ name: 'a', version: 1, open: { calendar: { use: 'hal-1' } } }],
      }),
    ).toMatchObject({
      problems: [
        { code: 'DUPLICATE', path: 'calendars[1]' },
        {
          code: 'UNKNOWN_CALENDAR',
          path: 'windowTypes[0].open.calendar.use',
          message: expect.stringContaining('"hall-1"'),
        },
      ],
    });
  });

  it('say all that is wrong with their fields at once', () => {
    const outcome = one({
      zone: undefined,
      intervals: [
        { name: '', start: '6:00', end: '25:00' },
        { ...early, breaks: [{ start: '13:00', end: '15:00' }] },
        {
          ...early,
          breaks: [
            { start: '09:00', end: '10:00' },
            { start: '09:30', end: '11:00' },
          ],
        },
        { ...early, everyWeeks: 2 },
        { ...early, days: undefined, cycle: { days: 4, on: [5] } },
        { ...early, dates: ['2026-02-30'] },
        { ...early, first: '2026-02-02', last: '2026-02-01' },
      ],
      holidays: ['13-01', '2026-05-02/2026-05-01', '1969-12-31', '2026-01-01/2027-01-02'],
      exceptions: [
        { date: '2026-05-01', intervals: [] },
        { date: '2026-05-01', intervals: [] },
      ],
    });
    const at = 'windowTypes[0].open.calendar';
    expect(problemsOf(outcome).map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        `${at}.intervals[0].name`,
        `${at}.intervals[0].start`,
        `${at}.intervals[0].end`,
        `${at}.intervals[1].breaks[0]`,
        `${at}.intervals[2].breaks[1]`,
        `${at}.intervals[3].first`,
        `${at}.intervals[4].cycle.on`,
        `${at}.intervals[5].dates[0]`,
        `${at}.intervals[6].last`,
        `${at}.holidays[0]`,
        `${at}.holidays[1]`,
        `${at}.holidays[2]`,
        `${at}.holidays[3]`,
        `${at}.exceptions[1].date`,
      ]),
    );
    expect(problemsOf(one({ zone: undefined, intervals: [early] }))).toMatchObject([{ path: `${at}.zone` }]);
    expect(problemsOf(one({ use: 'hall-1', intervals: [early] }))).toMatchObject([{ path: `${at}.use` }]);
    expect(problemsOf(one({ intervals: [{ ...early, cycle: { days: 4, on: [1] } }] }))).toMatchObject([
      { path: `${at}.intervals[0].cycle` },
      { path: `${at}.intervals[0].first` },
    ]);
  });

  it('do not overlap: the night into the early shift, an extra shift, an exception beside the night before', () => {
    const overlap = (calendar: object): string[] =>
      problemsOf(one(calendar)).map(({ code, message }) => `${code} ${message}`);
    expect(overlap({ intervals: [early, night] })).toEqual([]);
    expect(overlap({ intervals: [early, { ...night, end: '06:30' }] })).toEqual([
      expect.stringMatching(
        /^CALENDAR_OVERLAP "night" \(\d{4}-\d\d-\d\d 22:00–06:30\) and "early" \(\d{4}-\d\d-\d\d 06:00–14:00\) overlap/,
      ),
    ]);
    const extra = { name: 'extra', start: '05:00', end: '10:00' };
    expect(overlap({ intervals: [night, { ...extra, dates: ['2026-05-17'] }] })).toEqual([]);
    expect(overlap({ intervals: [night, { ...extra, dates: ['2026-05-16'] }] })).toEqual([
      expect.stringContaining('"night" (2026-05-15 22:00–06:00) and "extra" (2026-05-16 05:00–10:00)'),
    ]);
    expect(overlap({ intervals: [early, night], exceptions: [{ date: '2026-05-14', intervals: [extra] }] })).toEqual([
      expect.stringContaining('"night" (2026-05-13 22:00–06:00) and "extra" (2026-05-14 05:00–10:00)'),
    ]);
  });

  it('that never open are refused', () => {
    expect(codesOf(one({}))).toEqual(['CALENDAR_NEVER_OPENS']);
    expect(codesOf(one({ intervals: [{ ...early, first: '2026-05-01', last: '2026-05-02', days: ['mon'] }] }))).toEqual(
      ['CALENDAR_NEVER_OPENS'],
    );
    expect(
      codesOf(one({ intervals: [{ ...early, dates: ['2026-12-25'], days: undefined }], holidays: ['12-25'] })),
    ).toEqual(['CALENDAR_NEVER_OPENS']);
    const since = { ...early, first: '2026-05-01' };
    expect(codesOf(one({ intervals: [since], holidays: ['2026-05-01/2027-04-30', '2027-05-01/2028-04-30'] }))).toEqual(
      [],
    );
  });

  it('give their fields as text, and have limits', () => {
    expect(problemsOf(one({ intervals: [early] }, { metadata: { shift: { type: 'double' } } }))).toMatchObject([
      { code: 'CALENDAR_FIELD', path: 'windowTypes[0].metadata.shift.type' },
    ]);
    const weeks = (everyWeeks: number, start: string, end: string) => ({
      name: `w${everyWeeks}`,
      everyWeeks,
      first: '2026-01-05',
      days: ['mon'],
      start,
      end,
    });
    const intervals = [weeks(52, '01:00', '02:00'), weeks(51, '03:00', '04:00')];
    expect(problemsOf(one({ intervals }))).toMatchObject([
      { code: 'LIMIT_EXCEEDED', message: expect.stringContaining('18564 days') },
    ]);
  });

  it('find every overlap that looking at each day of many years finds', () => {
    const hour = fc.integer({ min: 0, max: 23 });
    const day = fc.integer({ min: dayOf('2026-01-01'), max: dayOf('2026-03-01') }).map(dateOf);
    const on = fc.oneof(
      fc.record({ dates: fc.uniqueArray(day, { minLength: 1, maxLength: 3 }) }),
      fc.record({
        cycleDays: fc.constantFrom(1, 3, 7, 14),
        days: fc.constant([0]),
        anchor: day,
        first: fc.option(day, { nil: undefined }),
        last: fc.option(
          day.map((date) => date.replace('2026', '2027')),
          { nil: undefined },
        ),
        except: fc.uniqueArray(day, { maxLength: 2 }),
      }),
    );
    const interval: fc.Arbitrary<RecurringInterval> = fc
      .record({ name: fc.constant('x'), from: hour, hours: fc.integer({ min: 1, max: 30 }), on })
      .map(({ name, from, hours, on: dates }) => ({
        name,
        startSecond: from * 3_600,
        endSecond: (from + hours) * 3_600,
        breaks: [],
        on: dates as RecurringInterval['on'],
      }));
    const calendar: fc.Arbitrary<Calendar> = fc.record({
      zone: fc.constant('UTC'),
      intervals: fc.array(interval, { minLength: 1, maxLength: 3 }),
      holidays: fc.constant([]),
      exceptions: fc
        .uniqueArray(day, { maxLength: 2 })
        .map((dates) =>
          dates.map((date) => ({ date, intervals: [{ name: 'e', startSecond: 0, endSecond: 7_200, breaks: [] }] })),
        ),
    });
    fc.assert(
      fc.property(calendar, (given) => {
        const problems = calendarProblems(
          { metadata: {} } as Parameters<typeof calendarProblems>[0],
          { kind: 'calendar', scope: 'source', breaks: 'split', ...given },
          '',
        );
        expect(problems.some(({ code }) => code === 'CALENDAR_OVERLAP')).toBe(overlapsOnSomeDay(given));
      }),
      { numRuns: 300 },
    );
  });
});

function overlapsOnSomeDay(calendar: Calendar): boolean {
  const days = calendarDays(calendar);
  let endsAt = -Infinity;
  for (let day = dayOf('2025-01-01'); day < dayOf('2029-01-01'); day++)
    for (const { startSecond, endSecond } of days.on(day)) {
      if (day * 86_400 + startSecond < endsAt) return true;
      endsAt = Math.max(endsAt, day * 86_400 + endSecond);
    }
  return false;
}
