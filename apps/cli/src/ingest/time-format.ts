import { BadCell, shown } from './bad-cell.ts';
import { LocalClock, type Overlap } from './local-clock.ts';
import { localTimeOf, micros, type TimeFields } from './time-fields.ts';
import { compilePattern, exampleOf } from './time-pattern.ts';

/** Microseconds since 1970, UTC, of a cell. @throws {BadCell} */
export type TimeReader = (text: string) => number;

export interface TimeRule {
  /** `iso`; `s`, `ms`, `us` or `ns` since 1970; or a pattern such as `dd/MM/yyyy HH:mm:ss`. */
  readonly format: string;
  /** IANA zone, or an offset such as `+01:00`, of times that are written without one. */
  readonly zone: string;
  readonly overlap: Overlap;
}

/** What is wrong with a format; undefined: nothing. */
export function problemOfFormat(format: string): string | undefined {
  if (format === 'iso' || format in EPOCH_DIGITS) return undefined;
  const compiled = compilePattern(format);
  return typeof compiled === 'function' ? undefined : `${shown(format)} ${compiled.problem}; or use iso, s, ms, us, ns`;
}

/** To the microsecond: digits beyond are cut off. */
export function timeReader({ format, zone, overlap }: TimeRule): TimeReader {
  if (format in EPOCH_DIGITS) return epochReader(format as EpochUnit);
  const clock = new LocalClock(zone, overlap);
  const fieldsOf = format === 'iso' ? isoFields : patternFields(format);
  return (text) => {
    const { localUs, offsetUs } = localTimeOf(text, fieldsOf(text));
    return offsetUs === undefined ? clock.toUtcUs(localUs) : localUs - offsetUs;
  };
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?: ?(Z|z|[+-]\d\d(?::?\d\d)?))?)?$/;

function isoFields(text: string): TimeFields {
  const match = ISO.exec(text);
  if (match === null) {
    const hint = /^\d+(\.\d+)?$/.test(text)
      ? 'a count since 1970 needs the time format s, ms, us or ns'
      : 'for instance 2026-01-31T12:00:00.000001Z, or 2026-01-31 12:00 in the zone; any other needs a time format such as dd/MM/yyyy HH:mm:ss';
    throw new BadCell(`${shown(text)} is no ISO 8601 time; ${hint}`);
  }
  const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = '', offset] = match;
  return {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    fraction,
    offset,
  };
}

function patternFields(pattern: string): (text: string) => TimeFields {
  const compiled = compilePattern(pattern);
  if (typeof compiled !== 'function') throw new RangeError(`the time format "${pattern}" ${compiled.problem}`);
  return (text) => {
    const fields = compiled(text);
    if (fields !== undefined) return fields;
    throw new BadCell(`${shown(text)} is no time of the format ${shown(pattern)}, such as ${exampleOf(pattern)}`);
  };
}

type EpochUnit = 's' | 'ms' | 'us' | 'ns';

/** Digits of a whole count that are less than a second. */
const EPOCH_DIGITS: Readonly<Record<EpochUnit, number>> = { s: 0, ms: 3, us: 6, ns: 9 };

/** By digits and not by arithmetic, because 1600000000.123457 s is no binary fraction. */
function epochReader(unit: EpochUnit): TimeReader {
  const below = EPOCH_DIGITS[unit];
  return (text) => {
    const match = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(text);
    if (match === null)
      throw new BadCell(`${shown(text)} is no count of ${unit} since 1970, such as ${EXAMPLES[unit]}`);
    const [, sign, whole = '', fraction = ''] = match;
    const digits = whole.padStart(below + 1, '0');
    const seconds = digits.slice(0, digits.length - below);
    const us = Number(seconds) * 1_000_000 + micros(digits.slice(digits.length - below) + fraction);
    if (!Number.isSafeInteger(us))
      throw new BadCell(`${shown(text)} ${unit} since 1970 is after the year 2255; is the unit right?`);
    return sign === '-' && us !== 0 ? -us : us;
  };
}

const EXAMPLES: Readonly<Record<EpochUnit, string>> = {
  s: '1769860800 or 1769860800.000001',
  ms: '1769860800000',
  us: '1769860800000001',
  ns: '1769860800000001000',
};
