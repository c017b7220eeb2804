import type { Duty } from './duty.ts';

/** Whether the compressor works more than it is used to. */
export interface Leak {
  /** What is usual: median of the load share over the last two weeks; null: too little is known yet. */
  readonly usual: number | null;
  /** How far this hour is above it, in robust standard deviations. */
  readonly score: number | null;
  readonly alarm: boolean;
}

/** Hours in which a usual value is looked for; two weeks, so every time of day and day of week is in it twice. */
export const USUAL_HOURS = 336;

/** Chosen before any result was seen, and not fitted to the reported failures. */
const LEAST_HOURS = 72;
const LEAST_COVERAGE = 0.5;
const HIGH_SCORE = 4;
const HIGH_HOURS = 3;
/** A spread below this is taken for it: load shares differ by some percent from hour to hour on any machine. */
const LEAST_SPREAD = 0.03;
/** Makes the median absolute deviation of a normal distribution its standard deviation. */
const MAD_TO_SIGMA = 1.4826;

/**
 * Air that leaks must be pumped again: the share of time under load rises, and stays high whatever the train does. So it is an alarm when
 * this hour and the two before it are far above what is usual. `before`: the hours before, in order.
 */
export function leak(current: Duty, before: readonly Duty[]): Leak {
  const known = before.filter(({ coverage }) => coverage >= LEAST_COVERAGE).map(({ loadShare }) => loadShare);
  if (known.length < LEAST_HOURS || current.coverage < LEAST_COVERAGE)
    return { usual: null, score: null, alarm: false };
  const usual = median(known);
  const spread = Math.max(LEAST_SPREAD, MAD_TO_SIGMA * median(known.map((share) => Math.abs(share - usual))));
  const scoreOf = (share: number): number => (share - usual) / spread;
  const recent = [...known.slice(1 - HIGH_HOURS), current.loadShare];
  return { usual, score: scoreOf(current.loadShare), alarm: recent.every((share) => scoreOf(share) >= HIGH_SCORE) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
