export { timeOf } from '@windlass/dag';

/** "Not yet": before every event time. A safe integer, so that it can be compared, stored and added to small durations. */
export const NEVER = Number.MIN_SAFE_INTEGER;

/** "At the end of time": a watermark here closes everything. */
export const FOREVER = Number.MAX_SAFE_INTEGER;

/** Where windows without an end stop: the start of the year 2255, until when event time is exact. */
export const ENDLESS = 8_993_721_600_000_000;

export const US_PER_MS = 1000;

/** The greatest `offsetUs + n * sizeUs` that is ≤ `timeUs`; floor-modulo, so times before 1970 fall into place as well. */
export function floorTo({ timeUs, sizeUs, offsetUs }: { timeUs: number; sizeUs: number; offsetUs: number }): number {
  const remainder = (timeUs - offsetUs) % sizeUs;
  return timeUs - (remainder < 0 ? remainder + sizeUs : remainder);
}

/** `timeUs` + `durationUs`, staying within NEVER and FOREVER. */
export const shifted = (timeUs: number, durationUs: number): number =>
  timeUs === NEVER || timeUs === FOREVER ? timeUs : Math.max(NEVER, Math.min(FOREVER, timeUs + durationUs));
