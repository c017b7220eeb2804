import type { Deviation } from './deviation.ts';
import type { LifeModel, Model } from './model.ts';
import { mean } from './statistics.ts';
import { trendOf } from './trend.ts';
import type { Trend } from './trend.ts';

/** No unit is given less. */
const LEAST_SECONDS = 0.5;

/** Remaining useful life at the end of a cycle. */
export interface RemainingLife {
  readonly state: 'healthy' | 'degrading';
  readonly remainingSeconds: number;
  /** Where the true value lies in 8 of 10 cases, by the errors on the fit units. */
  readonly lowSeconds: number;
  readonly highSeconds: number;
  /** What the unit's own course says; null for a healthy unit and where nothing rises. */
  readonly trend: Trend | null;
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
  const { alarm } = input.current;
  const trend = alarm ? courseTrend(input, model) : null;
  const seconds = alarm ? degradingSeconds(input, trend, model) : healthySeconds(input.ageSeconds, model.life);
  const remainingSeconds = Math.max(LEAST_SECONDS, seconds);
  const [low, high] = alarm ? model.rul.degradingLogError : model.rul.healthyLogError;
  return {
    state: alarm ? 'degrading' : 'healthy',
    remainingSeconds,
    lowSeconds: remainingSeconds * Math.exp(low),
    highSeconds: remainingSeconds * Math.exp(high),
    trend,
  };
}

/** Mean of what the fit units that had no alarm at this age still lived; when all had one, what they lived after it. */
function healthySeconds(ageSeconds: number, life: LifeModel): number {
  const alike = life.failures.filter((failure) => failure.alarmAgeSeconds > ageSeconds);
  if (alike.length > 0) return mean(alike.map((failure) => failure.lifeSeconds - ageSeconds));
  return mean(life.failures.map((failure) => failure.lifeSeconds - failure.alarmAgeSeconds));
}

function degradingSeconds({ current, secondsToCycleEnd }: RulInput, trend: Trend | null, model: Model): number {
  const prior = priorSeconds(current.floorBytes, model);
  if (!trend) return prior;
  const weight = trend.cycles / (trend.cycles + model.rul.priorCycles);
  const byTrend = Math.max(LEAST_SECONDS, trend.seconds - secondsToCycleEnd);
  return Math.exp(weight * Math.log(byTrend) + (1 - weight) * Math.log(prior));
}

/** What the fit units had left at this floor. */
export function priorSeconds(floorBytes: number, { life, rul: { priorIntercept, priorSlope } }: Model): number {
  return Math.exp(priorIntercept + priorSlope * Math.log(Math.max(1, life.floorAtDeath - floorBytes)));
}

/** The trend from the change that the current deviation names. */
function courseTrend(
  { current, previous }: RulInput,
  { life, rul: { risePerByteLeft, evidenceShare } }: Model,
): Trend | null {
  const all = [...previous, current].sort((a, b) => a.atUs - b.atUs);
  const changeAtUs = current.changeAtUs ?? current.atUs;
  const rates = all.map((one) => one.requestsPerSecond).filter((rate) => rate !== null);
  return trendOf(
    all.filter((one) => one.atUs >= changeAtUs),
    {
      bytesLeft: (floorBytes) => risePerByteLeft * (life.floorAtDeath - floorBytes),
      evidenceShare,
      requestsPerSecond: Math.max(0.1, rates.length > 0 ? mean(rates) : 0),
    },
  );
}
