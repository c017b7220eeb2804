import type { Indicator } from './indicator.ts';
import type { DetectorModel } from './model.ts';

/** Fewer indicators than this say nothing about a trend. */
export const LEAST_INDICATORS = 4;
/** One wild step counts as at most this many scales: a collection that drops much must not hide a leak, nor one burst be one. */
const CLAMP_SCALES = 3;
/** Half the shift, in scales, that is looked for (the reference value of a CUSUM). */
const REFERENCE_SCALES = 0.5;

/** How far a unit's heap has left its healthy course. */
export interface Deviation {
  /** One-sided CUSUM of the floor's steps, in scales of a healthy step; 0 when nothing speaks for a leak. Null with fewer than LEAST_INDICATORS. */
  readonly score: number | null;
  readonly alarm: boolean;
  /** When the heap began to leave its course, as far as these indicators reach back: the last time the score stood at 0. */
  readonly changeAtUs: number | null;
  readonly atUs: number;
  readonly floorBytes: number;
  readonly afterMajorGcBytes: number | null;
  readonly requestsPerSecond: number | null;
}

/** Page's CUSUM over the steps of the heap's floor through the previous indicators, in any order, to the current one. */
export function deviation(current: Indicator, previous: readonly Indicator[], model: DetectorModel): Deviation {
  const course = [...previous, current].sort((a, b) => a.atUs - b.atUs);
  const { atUs, floorBytes, afterMajorGcBytes, requestsPerSecond } = current;
  const seen = { atUs, floorBytes, afterMajorGcBytes, requestsPerSecond };
  if (course.length < LEAST_INDICATORS) return { score: null, alarm: false, changeAtUs: null, ...seen };
  let score = 0;
  let changeAtUs = course[0]!.atUs;
  for (let i = 1; i < course.length; i++) {
    const rate = (course[i]!.floorBytes - course[i - 1]!.floorBytes) / ((course[i]!.atUs - course[i - 1]!.atUs) / 1e6);
    const step = Math.max(-CLAMP_SCALES, Math.min(CLAMP_SCALES, (rate - model.healthyRate) / model.healthyRateScale));
    score = Math.max(0, score + step - REFERENCE_SCALES);
    if (score === 0) changeAtUs = course[i]!.atUs;
  }
  return {
    score,
    alarm: score > model.threshold,
    changeAtUs: score > 0 ? changeAtUs : null,
    ...seen,
  };
}
