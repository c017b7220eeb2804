// Where a leak leads. The kinds of leak we know differ in the clock they run by: seconds, requests, or seconds that count ever more. So one straight line is
// fitted against each clock, and the kinds are weighed by how well their line fits.
import type { Deviation } from './deviation.ts';
import { mean, median } from './statistics.ts';

/** A trend needs this many cycles. */
export const LEAST_TREND_CYCLES = 4;
/** Times in which an accelerating leak is thought to double, in seconds. */
const DOUBLING_SECONDS = [8, 12, 16, 20, 24, 32] as const;
/** Scatter of a floor around its course that is expected anyway, in bytes. */
const FLOOR_SCATTER_BYTES = 300_000;
/** No prediction is shorter. */
const LEAST_SECONDS = 0.5;

export interface Trend {
  /** Seconds from the last cycle's middle to the level, by all kinds together. */
  readonly seconds: number;
  /** Weight of each kind, together 1. */
  readonly constantShare: number;
  readonly loadShare: number;
  readonly acceleratingShare: number;
  /** Cycles it rests on. */
  readonly cycles: number;
}

export interface TrendOptions {
  /** Rise of the floor, from the last point, that ends the life. */
  readonly bytesLeft: (floorBytes: number) => number;
  /** Share of the points that count as independent evidence between the kinds, 0..1. */
  readonly evidenceShare: number;
  /** Mean load that is expected from now on. */
  readonly requestsPerSecond: number;
}

interface CoursePoint {
  readonly seconds: number;
  readonly requests: number;
  readonly bytes: number;
}

type Kind = 'constant' | 'load' | 'accelerating';

interface Clock {
  readonly kind: Kind;
  readonly prior: number;
  readonly at: (point: CoursePoint) => number;
  /** Seconds until the level, from its distance in ticks of the clock. */
  readonly secondsTo: (ticks: number) => number;
}

/** Follows a course (by time, from the change on) to its end; null when it is too short or nothing in it rises. */
export function trendOf(course: readonly Deviation[], options: TrendOptions): Trend | null {
  if (course.length < LEAST_TREND_CYCLES) return null;
  const points = unfold(course, options.requestsPerSecond);
  const fits = clocks(options.requestsPerSecond)
    .map((clock) => fitClock(clock, points, options))
    .filter((fit) => fit !== null);
  if (fits.length === 0) return null;
  const best = Math.max(...fits.map((fit) => fit.logWeight));
  const weights = fits.map((fit) => Math.exp(fit.logWeight - best));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shareOf = (kind: Kind): number =>
    fits.reduce((sum, fit, index) => sum + (fit.kind === kind ? weights[index]! / total : 0), 0);
  const logSeconds = fits.reduce((sum, fit, index) => sum + (weights[index]! / total) * Math.log(fit.seconds), 0);
  return {
    seconds: Math.exp(logSeconds),
    constantShare: shareOf('constant'),
    loadShare: shareOf('load'),
    acceleratingShare: shareOf('accelerating'),
    cycles: course.length,
  };
}

function clocks(requestsPerSecond: number): Clock[] {
  return [
    { kind: 'constant', prior: 1 / 3, at: (point) => point.seconds, secondsTo: (ticks) => ticks },
    { kind: 'load', prior: 1 / 3, at: (point) => point.requests, secondsTo: (ticks) => ticks / requestsPerSecond },
    ...DOUBLING_SECONDS.map((doubling): Clock => ({
      kind: 'accelerating',
      prior: 1 / 3 / DOUBLING_SECONDS.length,
      at: (point) => 2 ** (point.seconds / doubling),
      secondsTo: (ticks) => doubling * Math.log2(1 + ticks),
    })),
  ];
}

/** Least squares of the course against one clock; null when it does not rise. The last point has second 0 and request 0. */
function fitClock(
  clock: Clock,
  points: readonly CoursePoint[],
  { bytesLeft, evidenceShare }: TrendOptions,
): { kind: Kind; seconds: number; logWeight: number } | null {
  const ticks = points.map(clock.at);
  const x = mean(ticks);
  const y = mean(points.map((point) => point.bytes));
  const slope =
    mean(points.map((point, index) => (ticks[index]! - x) * (point.bytes - y))) /
    mean(ticks.map((tick) => (tick - x) ** 2));
  if (!(slope > 0)) return null;
  const scatter = mean(points.map((point, index) => (point.bytes - y - slope * (ticks[index]! - x)) ** 2));
  const level = y + slope * (clock.at({ seconds: 0, requests: 0, bytes: 0 }) - x);
  return {
    kind: clock.kind,
    seconds: Math.max(LEAST_SECONDS, clock.secondsTo(Math.max(0, bytesLeft(level)) / slope)),
    logWeight:
      Math.log(clock.prior) - 0.5 * evidenceShare * points.length * Math.log(scatter + FLOOR_SCATTER_BYTES ** 2),
  };
}

/** The course without the drops of major collections, ending at the last floor: where one made the floor fall, the median step stands instead. */
function unfold(course: readonly Deviation[], requestsPerSecond: number): CoursePoint[] {
  const steps = course.slice(1).map((one, index) => one.floorBytes - course[index]!.floorBytes);
  const usual = median(steps);
  const last = course.at(-1)!;
  const points: CoursePoint[] = [{ seconds: 0, requests: 0, bytes: last.floorBytes }];
  for (let i = course.length - 1; i > 0; i--) {
    const after = points.at(-1)!;
    const dropped = steps[i - 1]! < 0 && course[i]!.afterMajorGcBytes !== null;
    const seconds = (course[i - 1]!.atUs - last.atUs) / 1e6;
    const rate = course[i]!.requestsPerSecond ?? requestsPerSecond;
    points.push({
      seconds,
      requests: after.requests - rate * (after.seconds - seconds),
      bytes: after.bytes - (dropped ? usual : steps[i - 1]!),
    });
  }
  return points.reverse();
}
