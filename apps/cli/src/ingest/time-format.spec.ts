import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { timeText } from '@windlass/simulation';
import { problemOfFormat, timeReader, type TimeRule } from './time-format.ts';
import { zonedTime } from '../commands/zoned-time.ts';

const reader = (rule: Partial<TimeRule> = {}) => timeReader({ format: 'iso', zone: 'UTC', overlap: 'first', ...rule });
const read = (text: string, rule: Partial<TimeRule> = {}): string => timeText(reader(rule)(text));

/** Whole microseconds of the years 1900 to 2199. */
const micros = fc.integer({ min: -2_208_988_800_000_000, max: 7_258_118_399_999_999 });

describe('times in ISO 8601', () => {
  it('are read to the microsecond, and what is beyond is cut off', () => {
    expect(read('2026-01-31T12:00:00.000001Z')).toBe('2026-01-31T12:00:00.000001Z');
    expect(read('2026-01-31T12:00:00.123456789Z')).toBe('2026-01-31T12:00:00.123456Z');
    expect(read('2026-01-31 12:00:00,5')).toBe('2026-01-31T12:00:00.500000Z');
    expect(read('2026-01-31')).toBe('2026-01-31T00:00:00.000000Z');
    expect(read('2026-01-31T12:00+0530')).toBe('2026-01-31T06:30:00.000000Z');
    expect(read('2026-01-31T12:00:00 -01')).toBe('2026-01-31T13:00:00.000000Z');
  });

  it('give back every microsecond', () => {
    fc.assert(fc.property(micros, (us) => expect(reader()(timeText(us))).toBe(us)));
  });

  it.each([
    ['2026-02-30T00:00:00Z', 'there is no day 30 of month 2 in 2026'],
    ['2026-01-31T24:00:00Z', 'hours are 0 to 23'],
    ['2026-01-31T12:00:60Z', 'minutes and seconds 0 to 59'],
    ['2026-01-31T12:00:00+99:00', 'there is no offset +99:00'],
    ['1769860800', 'a count since 1970 needs the time format s, ms, us or ns'],
    ['31.01.2026', 'any other needs a time format'],
    ['', '"" is no ISO 8601 time'],
  ])('say of "%s" what is wrong', (text, message) => {
    expect(() => reader()(text)).toThrow(message);
  });
});

describe('times of a zone', () => {
  const berlin = { zone: 'Europe/Berlin' };

  it('that clocks leave out are refused, with what they did', () => {
    expect(() => reader(berlin)('2026-03-29T02:30:00')).toThrow(
      '2026-03-29T02:30:00 does not exist in Europe/Berlin: clocks went from 2026-03-29T02:00:00 to 2026-03-29T03:00:00 then; ' +
        "if the logger's clock did not, its zone is +01:00",
    );
    expect(read('2026-03-29T01:59:59.999999', berlin)).toBe('2026-03-29T00:59:59.999999Z');
    expect(read('2026-03-29T03:00:00', berlin)).toBe('2026-03-29T01:00:00.000000Z');
    expect(read('2026-03-29T02:30:00', { zone: '+01:00' })).toBe('2026-03-29T01:30:00.000000Z');
  });

  it('that clocks show twice are the first, or the second', () => {
    expect(read('2026-10-25T02:30:00.000001', berlin)).toBe('2026-10-25T00:30:00.000001Z');
    expect(read('2026-10-25T02:30:00.000001', { ...berlin, overlap: 'second' })).toBe('2026-10-25T01:30:00.000001Z');
    expect(read('2026-10-25T02:30:00+01:00', berlin)).toBe('2026-10-25T01:30:00.000000Z');
  });

  it('are what the clocks of the zone show, in whatever order they come', () => {
    const zones = [
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'Africa/Casablanca',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.array(fc.integer({ min: 0, max: 4_102_444_800 }), { minLength: 1, maxLength: 30 }),
        (zone, seconds) => {
          const [first, second] = [reader({ zone }), reader({ zone, overlap: 'second' })];
          for (const one of seconds) {
            const local = `${zonedTime(zone, one * 1_000).local}.000007`;
            expect([first(local), second(local)]).toContain(one * 1_000_000 + 7);
          }
        },
      ),
    );
  });
});

describe('times by a pattern', () => {
  it('are read by it', () => {
    expect(read('31/01/2026 12:05:09.25', { format: 'dd/MM/yyyy HH:mm:ss.S' })).toBe('2026-01-31T12:05:09.250000Z');
    expect(read('1/31/26 12:05 AM', { format: 'M/d/yy h:mm a' })).toBe('2026-01-31T00:05:00.000000Z');
    expect(read('31-Jan-2026 at 12h', { format: "dd-MMM-yyyy 'at' H'h'" })).toBe('2026-01-31T12:00:00.000000Z');
    expect(read('20260131120509+01:00', { format: 'yyyyMMddHHmmssXXX' })).toBe('2026-01-31T11:05:09.000000Z');
    expect(read('2026-01-31 12:05', { format: 'yyyy-MM-dd HH:mm[:ss]' })).toBe('2026-01-31T12:05:00.000000Z');
  });

  it('that do not fit it are told with one that would', () => {
    expect(() => reader({ format: 'dd.MM.yyyy HH:mm[:ss]' })('2026-01-31')).toThrow(
      '"2026-01-31" is no time of the format "dd.MM.yyyy HH:mm[:ss]", such as 31.01.2026 12:05:09',
    );
    expect(() => reader({ format: 'dd-MMM-yyyy' })('31-Foo-2026')).toThrow('there is no day 31 of month 0 in 2026');
  });

  it.each([
    ['dd.MM.yyyy qq', 'has "q", which is no token'],
    ['HH:mm', 'says no year, no month, no day'],
    ['yyyy-MM-dd dd', 'says the day twice'],
    ['yyyy-MM-dd hh', 'has hh without a'],
    ['yyyy-MM-dd[ HH:mm', 'that do not match'],
  ])('"%s" are refused', (format, problem) => {
    expect(problemOfFormat(format)).toContain(problem);
  });
});

describe('counts since 1970', () => {
  it('are exact, of each unit', () => {
    expect(read('1769860800.000001', { format: 's' })).toBe('2026-01-31T12:00:00.000001Z');
    expect(read('1769860800000.001', { format: 'ms' })).toBe('2026-01-31T12:00:00.000001Z');
    expect(read('1769860800000001', { format: 'us' })).toBe('2026-01-31T12:00:00.000001Z');
    expect(read('1769860800000001999', { format: 'ns' })).toBe('2026-01-31T12:00:00.000001Z');
    expect(read('-1', { format: 's' })).toBe('1969-12-31T23:59:59.000000Z');
    expect(read('7', { format: 'us' })).toBe('1970-01-01T00:00:00.000007Z');
  });

  it('give back every microsecond, written in seconds with a point', () => {
    fc.assert(
      fc.property(fc.nat(2_000_000_000), fc.integer({ min: 0, max: 999_999 }), (seconds, us) =>
        expect(reader({ format: 's' })(`${seconds}.${String(us).padStart(6, '0')}`)).toBe(seconds * 1_000_000 + us),
      ),
    );
  });

  it('say what is wrong', () => {
    expect(() => reader({ format: 's' })('1.7e9')).toThrow(
      'is no count of s since 1970, such as 1769860800 or 1769860800.000001',
    );
    expect(() => reader({ format: 's' })('1769860800000000')).toThrow('is the unit right?');
  });
});
