import type { Deviation } from './deviation.ts';
import type { LifeModel, Model, RulModel } from './model.ts';
import { median, theilSen } from './statistics.ts';
import type { Point } from './statistics.ts';

/** A trend needs this many cycles since the change. */
const LEAST_TREND_CYCLES = 4;
/** Growth of a leak is looked for over at least this many cycles, and believed up to this rate a second (a leak that doubles in 7 s). */
const LEAST_GROWTH_CYCLES = 8;
const MOST_GROWTH = 0.1;
/** The slope of now is taken over this many cycles, or half of those since the change if that is more. */
const RECENT_CYCLES = 6;

/** Remaining useful life at the end of a cycle. */
export interface RemainingLife {
  readonly state: 'healthy' | 'degrading';
  readonly remainingSeconds: number;
  /** Where the true value lies in 8 of 10 cases, by the errors on the fit units. */
  readonly lowSeconds: number;
  readonly highSeconds: number;
  /** What the trend alone says; null without a trend. */
  readonly trendSeconds: number | null;
  readonly slopeBytesPerSecond: number | null;
  /** Cycles since the change that the trend rests on. */
  readonly trendCycles: number;
}

export interface RulInput {
  readonly current: Deviation;
  /** The deviations of the previous cycles, in any order. */
  readonly previous: readonly Deviation[];
  /** Age of the unit at the end of the current cycle. */
  readonly ageSeconds: number;
  /** From the time the current deviation stands for to the end of its cycle. */
  readonly secondsToCycleEnd: number;
}

/**
 * A healthy unit gets the mean of what the fit units had left at this age. A degrading one gets its own trend to the floor at which the fit units
 * died, weighed against what those had left at this floor: with every cycle since the change the trend counts more.
 */
export function rul(input: RulInput, model: Model): RemainingLife {
  const { current, ageSeconds } = input;
  const trend = trendOf(input, model);
  const state = current.alarm ? 'degrading' : 'healthy';
  const remainingSeconds = current.alarm
    ? degradingSeconds(current, trend, model)
    : healthySeconds(ageSeconds, model.life);
  const [low, high] = current.alarm ? model.rul.degradingLogError : model.rul.healthyLogError;
  return {
    state,
    remainingSeconds,
    lowSeconds: remainingSeconds * Math.exp(low),
    highSeconds: remainingSeconds * Math.exp(high),
    trendSeconds: trend.seconds,
    slopeBytesPerSecond: trend.slope,
    trendCycles: trend.cycles,
  };
}

/** Mean of what the fit units that had no alarm at this age still lived; when all had one, what they lived after it. */
function healthySeconds(ageSeconds: number, life: LifeModel): number {
  const alike = life.failures.filter((failure) => failure.alarmAgeSeconds > ageSeconds);
  const left =
    alike.length > 0
      ? alike.map((failure) => failure.lifeSeconds - ageSeconds)
      : life.failures.map((failure) => failure.lifeSeconds - failure.alarmAgeSeconds);
  return left.reduce((sum, seconds) => sum + seconds, 0) / left.length;
}

function degradingSeconds(current: Deviation, trend: Trend, model: Model): number {
  const prior = priorSeconds(current.floorBytes, model);
  if (trend.seconds === null) return prior;
  const weight = trend.cycles / (trend.cycles + model.rul.priorCycles);
  return Math.exp(weight * Math.log(trend.seconds) + (1 - weight) * Math.log(prior));
}

/** A unit this near to its end, or past it, is given this long. */
const LEAST_SECONDS = 0.5;

export function priorSeconds(floorBytes: number, { life, rul: { priorIntercept, priorSlope } }: Model): number {
  return Math.exp(priorIntercept + priorSlope * Math.log(Math.max(1, life.floorAtDeath - floorBytes)));
}

interface Trend {
  readonly seconds: number | null;
  readonly slope: number | null;
  readonly cycles: number;
}

/** Follows the floor since the change to the floor at death: along a line, or along an exponential as far as the slope was seen to grow. */
function trendOf(input: RulInput, { life, rul: parameters }: Model): Trend {
  const points = sinceChange(input);
  const none = { seconds: null, slope: null, cycles: points.length };
  if (points.length < LEAST_TREND_CYCLES) return none;
  const recent = points.slice(-Math.max(RECENT_CYCLES, Math.ceil(points.length / 2)));
  const line = theilSen(recent);
  if (!line || line.slope <= 0) return none;
  const level = median(recent.slice(-3).map((point) => point.value - line.slope * point.seconds));
  const growth = growthOf(points, parameters);
  const middle = (recent[0]!.seconds + recent.at(-1)!.seconds) / 2;
  const slope = line.slope * Math.exp(growth * (0 - middle));
  const left = life.floorAtDeath - level;
  const seconds = growth > 1e-6 ? Math.log1p(Math.max(0, (growth * left) / slope)) / growth : left / slope;
  return { seconds: Math.max(LEAST_SECONDS, seconds - input.secondsToCycleEnd), slope, cycles: points.length };
}

/** Floors since the change that the current deviation names, by time; second 0 is the current one. */
function sinceChange({ current, previous }: RulInput): Point[] {
  const changeAtUs = current.changeAtUs ?? current.atUs;
  return [...previous, current]
    .filter((one) => one.atUs >= changeAtUs)
    .map((one) => ({ seconds: (one.atUs - current.atUs) / 1e6, value: one.floorBytes }))
    .sort((a, b) => a.seconds - b.seconds);
}

/** Rate at which the slope grows, 1/s: from the slopes of the older and the newer half, shrunk as the fit units taught. */
function growthOf(points: readonly Point[], { growthShare, growthCycles }: RulModel): number {
  if (points.length < LEAST_GROWTH_CYCLES) return 0;
  const half = Math.ceil(points.length / 2);
  const older = points.slice(0, half);
  const newer = points.slice(-half);
  const before = theilSen(older);
  const after = theilSen(newer);
  if (!before || !after || before.slope <= 0 || after.slope <= before.slope) return 0;
  const apart = (newer[0]!.seconds + newer.at(-1)!.seconds - older[0]!.seconds - older.at(-1)!.seconds) / 2;
  const measured = Math.min(MOST_GROWTH, Math.log(after.slope / before.slope) / apart);
  return measured * growthShare * (points.length / (points.length + growthCycles));
}
