import type { EpochUs } from './model.ts';

/**
 * Event times that come from outside, in microseconds: any duration (100 years) before or after them is exact too, and can be encoded.
 * The first instant of 1785, and of 2155.
 */
export const EARLIEST_US: EpochUs = Date.UTC(1785, 0, 1) * 1000;
export const LATEST_US: EpochUs = Date.UTC(2155, 0, 1) * 1000;

/** Microseconds since 1970 of an ISO 8601 text with zone. Date reads milliseconds only; the three digits after them are added. */
export function timeOf(text: string): EpochUs {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  const micros = Number(fraction.slice(3, 6).padEnd(3, '0'));
  return Date.parse(text.replace(/\.(\d{3})\d+/, '.$1')) * 1000 + micros;
}
