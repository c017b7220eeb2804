import { InvalidArgumentError } from 'commander';
import { badTime } from './time-option.ts';
import { parseTime } from './zoned-time.ts';

export const MAX_COUNT = 10_000;

export function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= MAX_COUNT) return count;
  throw new InvalidArgumentError(`a whole number from 1 to ${MAX_COUNT}`);
}

/** Milliseconds of an option's ISO 8601 text; default: now. @throws {HubError} BAD_TIME */
export function timeOption(option: string, text: string | undefined, zone: string): number {
  if (text === undefined) return Date.now();
  const timeMs = parseTime(text, zone);
  if (timeMs !== undefined) return timeMs;
  throw badTime(option, text);
}
