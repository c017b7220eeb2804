import { BadCell, shown } from './bad-cell.ts';

/** A time as it is written, part by part. */
export interface TimeFields {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Digits behind the second; what is beyond microseconds is cut off. */
  readonly fraction: string;
  /** `Z`, `+01`, `+0100` or `+01:00`; undefined: none is written. */
  readonly offset: string | undefined;
}

const LATEST_HOUR = 23;
const LATEST_MINUTE = 59;

/**
 * Microseconds, as if the parts were UTC, and the offset that is written with them.
 * @throws {BadCell} for a date or a time of day that does not exist.
 */
export function localTimeOf(
  text: string,
  fields: TimeFields,
): { readonly localUs: number; readonly offsetUs: number | undefined } {
  const { year, month, day, hour, minute, second, fraction, offset } = fields;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
    throw new BadCell(`${shown(text)}: there is no day ${day} of month ${month} in ${year}`);
  if (hour > LATEST_HOUR || minute > LATEST_MINUTE || second > LATEST_MINUTE)
    throw new BadCell(
      `${shown(text)}: there is no time of day ${hour}:${minute}:${second}; hours are 0 to 23, minutes and seconds 0 to 59`,
    );
  const seconds = date.getTime() / 1000 + hour * 3600 + minute * 60 + second;
  return {
    localUs: seconds * 1_000_000 + micros(fraction),
    offsetUs: offset === undefined ? undefined : offsetUsOf(text, offset),
  };
}

/** The first six digits behind a point. */
export const micros = (fraction: string): number => Number(fraction.slice(0, 6).padEnd(6, '0'));

function offsetUsOf(text: string, offset: string): number {
  if (offset === 'Z' || offset === 'z') return 0;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(3).replace(':', '') || 0)];
  if (hours > LATEST_HOUR || minutes > LATEST_MINUTE)
    throw new BadCell(`${shown(text)}: there is no offset ${offset}; for instance +01:00`);
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000_000;
}
