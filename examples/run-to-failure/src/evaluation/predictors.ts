// The two simple predictors that ours is shown beside, on the same cycles.
import type { Indicator } from '../model/indicator.ts';
import type { LifeModel } from '../model/model.ts';
import { mean } from '../model/statistics.ts';

/** The straight line sees as many cycles as our own chain's trend: the current one and 20 before it. */
const LINE_CYCLES = 21;

/** Remaining seconds if every unit lived as long as the fit units did on average; 0 for one that is older. */
export function meanLifePrediction(ageSeconds: number, life: LifeModel): number {
  return Math.max(0, life.meanSeconds - ageSeconds);
}

/**
 * Remaining seconds at the end of the last of these cycles if the mean heap went on along its least-squares line to the mean heap at which the fit
 * units died. Where the line does not rise it never gets there: then, and at most, the mean life of the fit units.
 */
export function straightLinePrediction(course: readonly Indicator[], endUs: number, life: LifeModel): number {
  const points = course.slice(-LINE_CYCLES).map((one) => ({ seconds: (one.atUs - endUs) / 1e6, value: one.meanBytes }));
  const x = mean(points.map((point) => point.seconds));
  const y = mean(points.map((point) => point.value));
  const spread = mean(points.map((point) => (point.seconds - x) ** 2));
  const slope = mean(points.map((point) => (point.seconds - x) * (point.value - y))) / spread;
  if (!(slope > 0)) return life.meanSeconds;
  const atEnd = y - slope * x;
  return Math.min(life.meanSeconds, Math.max(0, (life.meanHeapAtDeath - atEnd) / slope));
}
