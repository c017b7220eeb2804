import { FIRST_DATE, isDate, LAST_DATE, SECONDS_PER_DAY, dayOf, type Day } from '../calendar.ts';
import { wallClockAt, instantOf } from '../local-time.ts';
import { isZone } from '../zone.ts';
import { IcalError, type IcalProperty } from './ical-lines.ts';

/** A date, or a time of day, on the clock of the calendar's zone. */
export interface WallTime {
  readonly day: Day;
  readonly second: number;
  /** A whole day: no time is given. */
  readonly isDate: boolean;
  /** It was given in UTC or in another zone. */
  readonly isForeign: boolean;
}

const DATE_TIME = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/;

/** Times without a zone are on the calendar's clock (RFC 5545 section 3.3.5, form 1). */
export function wallTime({ name, parameters, line }: IcalProperty, value: string, zone: string): WallTime {
  const [, year, month, date, hours, minutes, seconds, utc] = DATE_TIME.exec(value) ?? [];
  const written = `${year}-${month}-${date}`;
  const isTime = Number(hours ?? 0) <= 23 && Number(minutes ?? 0) <= 59 && Number(seconds ?? 0) <= 60;
  if (year === undefined || !isDate(written) || !isTime)
    throw new IcalError(line, `${name} "${value}" is no date (20260105) or time (20260105T060000)`);
  if (written < FIRST_DATE || written > LAST_DATE)
    throw new IcalError(line, `${name} ${written}: dates are from ${FIRST_DATE} to ${LAST_DATE}`);
  const day = dayOf(written);
  if (hours === undefined) return { day, second: 0, isDate: true, isForeign: false };
  const second = (Number(hours) * 60 + Number(minutes)) * 60 + Math.min(59, Number(seconds));
  const own = utc === 'Z' ? 'UTC' : (parameters.get('TZID') ?? zone);
  if (!isZone(own))
    throw new IcalError(
      line,
      `TZID "${own}" is no IANA zone; a name such as "Europe/Berlin", or none for the calendar's`,
    );
  if (own === zone) return { day, second, isDate: false, isForeign: false };
  return { ...wallClockAt(zone, instantOf(own, day, second)), isDate: false, isForeign: true };
}

const DURATION = /^\+?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** Seconds on the clock of a DURATION (section 3.3.6). */
export function durationSeconds({ value, line }: IcalProperty): number {
  const parts = DURATION.exec(value)
    ?.slice(1)
    .map((part) => Number(part ?? 0));
  if (!parts) throw new IcalError(line, `DURATION "${value}" is none; for instance PT8H`);
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts;
  return (weeks * 7 + days) * SECONDS_PER_DAY + (hours * 60 + minutes) * 60 + seconds;
}
