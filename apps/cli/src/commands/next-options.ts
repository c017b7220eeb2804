import { InvalidArgumentError } from 'commander';
import { parseTime } from './zoned-time.ts';

export const MAX_COUNT = 10_000;

export function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= MAX_COUNT) return count;
  throw new InvalidArgumentError(`a whole number from 1 to ${MAX_COUNT}`);
}

class TimeOptionError extends Error {
  readonly code = 'BAD_TIME';
}

/** Milliseconds of an option's ISO 8601 text; default: now. @throws {TimeOptionError} */
export function timeOption(option: string, text: string | undefined, zone: string): number {
  if (text === undefined) return Date.now();
  const timeMs = parseTime(text, zone);
  if (timeMs !== undefined) return timeMs;
  const right = '2026-03-29T00:00:00Z, 2026-03-29T02:30 (in the zone) or 2026-03-29';
  throw new TimeOptionError(`${option} "${text}" is no ISO 8601 time; for instance ${right}`);
}
