import { describe, expect, it } from '@jest/globals';
import { after, define, problemsOf } from '../registry.fixture.ts';
import { icalHolidays, icalIntervals } from './ical.ts';

const ZONE = 'Europe/Berlin';
const text = (...lines: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: string[]): string[] => ['BEGIN:VEVENT', 'UID:1', ...lines, 'END:VEVENT'];
const early = (...more: string[]) =>
  event('SUMMARY:early', `DTSTART;TZID=${ZONE}:20260105T060000`, `DTEND;TZID=${ZONE}:20260105T140000`, ...more);
const intervals = (...lines: string[]) => icalIntervals(text(...lines), ZONE);
const on = (...more: string[]) => intervals(...early(...more)).found[0]?.on;

describe('intervals from iCalendar', () => {
  it('are events that recur weekly, with their end and what is left out', () => {
    expect(
      intervals(
        ...early(
          'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20261231T225959Z',
          `EXDATE;TZID=${ZONE}:20260106T060000,20260107T060000`,
        ),
      ),
    ).toEqual({
      problems: [],
      found: [
        {
          name: 'early',
          startSecond: 21_600,
          endSecond: 50_400,
          breaks: [],
          on: {
            cycleDays: 7,
            days: [0, 1, 2, 3, 4],
            anchor: '2026-01-05',
            first: '2026-01-05',
            last: '2026-12-31',
            except: ['2026-01-06', '2026-01-07'],
          },
        },
      ],
    });
  });

  it('are events that recur daily, every second week, or so many times', () => {
    expect(on('RRULE:FREQ=DAILY;INTERVAL=4')).toEqual({
      cycleDays: 4,
      days: [0],
      anchor: '2026-01-05',
      first: '2026-01-05',
    });
    expect(on('RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU')).toMatchObject({
      cycleDays: 14,
      days: [0, 1],
      anchor: '2026-01-04',
    });
    expect(on('RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU')).toMatchObject({
      cycleDays: 14,
      days: [0, 6],
      anchor: '2026-01-05',
    });
    expect(on('RRULE:FREQ=WEEKLY')).toMatchObject({ cycleDays: 7, days: [0] });
    expect(on('RRULE:FREQ=DAILY;BYDAY=MO,TU')).toMatchObject({ cycleDays: 7, days: [0, 1] });
    expect(on('RRULE:FREQ=DAILY;COUNT=3;INTERVAL=2')).toMatchObject({ last: '2026-01-09' });
    expect(on('RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4')).toMatchObject({ last: '2026-01-14' });
    expect(on('RRULE:FREQ=DAILY;UNTIL=20260109T045959Z')).toMatchObject({ last: '2026-01-08' });
    expect(on('RRULE:FREQ=DAILY;UNTIL=20260109T050000Z')).toMatchObject({ last: '2026-01-09' });
    expect(on('RRULE:FREQ=DAILY;UNTIL=20260109')).toMatchObject({ last: '2026-01-09' });
  });

  it('are single events, of one day each or the same on several; in UTC or other zones too', () => {
    const single = (start: string, end: string) => event('SUMMARY:extra', `DTSTART${start}`, `DTEND${end}`);
    expect(
      intervals(
        ...single(':20260110T220000', ':20260111T060000'),
        ...single(':20260110T210000Z', ':20260111T050000Z'),
        ...single(';TZID=America/New_York:20260112T160000', ';TZID=America/New_York:20260113T000000'),
      ).found,
    ).toMatchObject(
      ['2026-01-10', '2026-01-10', '2026-01-12'].map((date) => ({
        startSecond: 79_200,
        endSecond: 108_000,
        on: { dates: [date] },
      })),
    );
    expect(
      intervals(...event('SUMMARY:run', 'DTSTART;VALUE=DATE:20260110', 'DTEND;VALUE=DATE:20260113')).found,
    ).toMatchObject([{ startSecond: 0, endSecond: 3 * 86_400, on: { dates: ['2026-01-10'] } }]);
  });

  it('have an event that was moved where it was moved to, and none that was cancelled', () => {
    const moved = event(
      'SUMMARY:early',
      `RECURRENCE-ID;TZID=${ZONE}:20260107T060000`,
      `DTSTART;TZID=${ZONE}:20260107T080000`,
      'DURATION:PT4H',
    );
    const cancelled = event('SUMMARY:early', `RECURRENCE-ID;TZID=${ZONE}:20260108T060000`, 'STATUS:CANCELLED');
    expect(intervals(...early('RRULE:FREQ=DAILY'), ...moved, ...cancelled)).toMatchObject({
      problems: [],
      found: [
        { on: { cycleDays: 1, except: ['2026-01-07', '2026-01-08'] } },
        { startSecond: 28_800, endSecond: 43_200, on: { dates: ['2026-01-07'] } },
      ],
    });
  });

  it('read folded lines, escapes and quotes, and pass over alarms, zones and other components', () => {
    const lines = [
      'BEGIN:VTIMEZONE',
      'TZID:x',
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
      'SUMMARY:Früh\\, Halle',
      '  1',
      `DTSTART;TZID="${ZONE}":20260105T060000`,
      'DURATION:PT8H',
      'ATTENDEE;CN="a:b;c",d:mailto:x',
      'BEGIN:VALARM',
      'DTSTART:20200101T000000',
      'END:VALARM',
      'END:VEVENT',
    ];
    expect(intervals(...lines)).toMatchObject({
      problems: [],
      found: [{ name: 'Früh, Halle 1', startSecond: 21_600 }],
    });
  });

  it('are refused with line and reason where they are not understood', () => {
    const why = (...more: string[]) => intervals(...early(...more)).problems;
    expect(why('RRULE:FREQ=MONTHLY')).toEqual([
      expect.stringMatching(/^line 8: RRULE:FREQ=MONTHLY is not supported: FREQ=DAILY/),
    ]);
    expect(why('RRULE:FREQ=WEEKLY;BYDAY=1MO')).toEqual([expect.stringContaining('weekday "1MO"')]);
    expect(why('RRULE:FREQ=WEEKLY;BYSETPOS=1')).toEqual([expect.stringContaining('BYSETPOS')]);
    expect(why('RRULE:FREQ=WEEKLY;BYDAY=TU')).toEqual([expect.stringContaining('none of those of RRULE')]);
    expect(why('RRULE:FREQ=DAILY;COUNT=0')).toEqual([expect.stringContaining('COUNT=0')]);
    expect(why('RDATE:20260201T060000')).toEqual([expect.stringContaining('RDATE')]);
    const of = (...lines: string[]) => intervals(...event(...lines)).problems;
    expect(of('SUMMARY:x', 'DTSTART:20260105T220000Z', 'DURATION:PT8H', 'RRULE:FREQ=DAILY')).toEqual([
      expect.stringContaining(ZONE),
    ]);
    expect(of('SUMMARY:x', 'DTSTART;TZID=W. Europe Standard Time:20260105T220000')).toEqual([
      expect.stringContaining('IANA'),
    ]);
    expect(of('SUMMARY:x', 'DTSTART:20260105T220000')).toEqual([expect.stringContaining('does not end after')]);
    expect(of('SUMMARY:x', 'DTSTART:20260105', 'DURATION:P32D')).toEqual([expect.stringContaining('31 days')]);
    expect(of('SUMMARY:x', 'DTSTART:20260230T220000')).toEqual([
      expect.stringContaining('"20260230T220000" is no date'),
    ]);
    expect(of('DTSTART:20260105T220000', 'DURATION:PT8H')).toEqual([expect.stringContaining('SUMMARY')]);
    expect(icalIntervals('BEGIN:VCALENDAR\nhello\nEND:VCALENDAR', ZONE).problems).toEqual([
      'line 2: "hello" is no property like NAME:value',
    ]);
    expect(icalIntervals('BEGIN:VCALENDAR\nBEGIN:VEVENT', ZONE).problems).toEqual(['line 2: END:VEVENT is missing']);
  });
});

describe('holidays from iCalendar', () => {
  const holidays = (...lines: string[]) => icalHolidays(text(...lines), ZONE);

  it('are whole days, stretches of them, and days of each year', () => {
    expect(
      holidays(
        ...event('DTSTART;VALUE=DATE:20260403'),
        ...event('DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20270102'),
        ...event(
          'DTSTART;VALUE=DATE:20251225',
          'DTEND;VALUE=DATE:20251227',
          'RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25',
        ),
        ...event('DTSTART;VALUE=DATE:20250501', 'RRULE:FREQ=YEARLY;COUNT=2'),
        ...event('DTSTART;VALUE=DATE:20240229', 'RRULE:FREQ=YEARLY;UNTIL=20280301'),
      ),
    ).toEqual({
      problems: [],
      found: [
        '2026-04-03',
        '2026-12-24/2027-01-01',
        '12-25',
        '12-26',
        '2025-05-01',
        '2026-05-01',
        '2024-02-29',
        '2028-02-29',
      ],
    });
  });

  it('are not times of day, nor what recurs otherwise', () => {
    expect(holidays(...early()).problems).toEqual([expect.stringContaining('whole day')]);
    expect(holidays(...event('DTSTART;VALUE=DATE:20260403', 'RRULE:FREQ=MONTHLY')).problems).toEqual([
      expect.stringContaining('each year'),
    ]);
  });
});

describe('iCalendar in definitions', () => {
  const type = (calendar: object) => ({
    windowTypes: [{ name: 'shift', version: 1, reads: ['sample'], open: { calendar: { zone: ZONE, ...calendar } } }],
  });

  it('adds to what is there', () => {
    const calendar = {
      intervals: [{ name: 'late', start: '14:00', end: '22:00' }],
      holidays: ['12-31'],
      ical: text(...early('RRULE:FREQ=WEEKLY')),
      holidaysIcal: text(...event('DTSTART;VALUE=DATE:20260403')),
    };
    const open = after(define(type(calendar))).revision.windowTypes[0]?.open;
    expect(open).toMatchObject({ intervals: [{ name: 'late' }, { name: 'early' }], holidays: ['12-31', '2026-04-03'] });
  });

  it('says every problem at its field, and that a file name is none', () => {
    const calendar = {
      ical: text(...early('RRULE:FREQ=MONTHLY'), ...early('RDATE:20260101')),
      holidaysIcal: 'holidays.ics',
    };
    expect(problemsOf(define(type({ ical: calendar.ical })))).toMatchObject([
      {
        code: 'MALFORMED',
        path: 'windowTypes[0].open.calendar.ical',
        message: expect.stringContaining('line 8: RRULE'),
      },
      {
        code: 'MALFORMED',
        path: 'windowTypes[0].open.calendar.ical',
        message: expect.stringContaining('line 15: RDATE'),
      },
    ]);
    expect(problemsOf(define(type(calendar)))).toMatchObject([
      {
        path: 'windowTypes[0].open.calendar.holidaysIcal',
        message: expect.stringContaining('windlass plan and apply'),
      },
    ]);
  });
});
