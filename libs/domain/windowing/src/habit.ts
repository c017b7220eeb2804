import type { EpochUs } from '@windlass/dag';
import { NEVER } from './time.ts';

/**
 * How the firings of one window type of one source mostly follow each other: the steps between them in event time, and how far
 * processing time is behind. Means and mean deviations that forget, as TCP estimates round trips (RFC 6298).
 */
export interface Habit {
  /** Firings that kept pace with the clock, up to `FIRINGS_NEEDED`: a history that is read in one go shows no habit. */
  readonly firings: number;
  /** End of the latest window that has fired, or start of the first that should; of windows that results open: when it fired. */
  readonly lastUs: EpochUs;
  /** Processing time at which it fired; before the first, since when one is expected. */
  readonly firedAtUs: number;
  readonly stepUs: number;
  readonly stepDeviationUs: number;
  /** From the watermark that fires to its firing; NEVER: none has fired. */
  readonly lagUs: number;
  readonly lagDeviationUs: number;
  /** Processing time at which its silence was told; null: it is not silent, or nobody knows yet. */
  readonly toldAtUs: number | null;
}

/** Firings after which it is known what is usual. */
export const FIRINGS_NEEDED = 5;

/** Of what was usual, so many mean deviations more are still usual. Steps are often irregular, delays seldom. */
const STEP_DEVIATIONS = 8;
const LAG_DEVIATIONS = 4;

/** One step more than usual is waited for, but not less and not more than this. */
const LEAST_SLACK_US = 30_000_000;
const MOST_SLACK_US = 900_000_000;

/** Weights of what is new (RFC 6298, section 2). */
const MEAN_WEIGHT = 1 / 8;
const DEVIATION_WEIGHT = 1 / 4;

/** Before any has fired: the schedule says that the window which starts here should. */
export const expectedFrom = (startUs: EpochUs, nowUs: number): Habit => ({
  ...nothingUsual,
  lastUs: startUs,
  firedAtUs: nowUs,
  lagUs: NEVER,
});

export const hasFired = ({ lagUs }: Habit): boolean => lagUs !== NEVER;

const nothingUsual = { firings: 0, stepUs: 0, stepDeviationUs: 0, lagDeviationUs: 0, toldAtUs: null };

export interface Firing {
  /** As `lastUs`. */
  readonly atUs: EpochUs;
  /** Processing time. */
  readonly nowUs: number;
  /** The watermark that fires it is so far behind the highest event time. */
  readonly outOfOrdernessUs: number;
  /** It says nothing of what is usual. */
  readonly isException: boolean;
}

/** What is usual after one more firing. One that is no later than the latest says nothing. */
export function afterFiring(habit: Habit | null, { atUs, nowUs, outOfOrdernessUs, isException }: Firing): Habit {
  const lagUs = nowUs - atUs - outOfOrdernessUs;
  if (!habit || !hasFired(habit)) return { ...nothingUsual, lastUs: atUs, firedAtUs: nowUs, lagUs };
  if (atUs <= habit.lastUs) return habit;
  if (isException) return { ...habit, lastUs: atUs, firedAtUs: nowUs, toldAtUs: null };
  const stepUs = atUs - habit.lastUs;
  const keptPace = nowUs > habit.firedAtUs && nowUs - habit.firedAtUs >= stepUs / 2;
  const step = habit.stepUs === 0 ? { meanUs: stepUs, deviationUs: Math.round(stepUs / 2) } : nextStep(habit, stepUs);
  const lag = nextLag(habit, lagUs);
  return {
    firings: Math.min(FIRINGS_NEEDED, habit.firings + Number(keptPace)),
    lastUs: atUs,
    firedAtUs: nowUs,
    stepUs: step.meanUs,
    stepDeviationUs: step.deviationUs,
    lagUs: lag.meanUs,
    lagDeviationUs: lag.deviationUs,
    toldAtUs: null,
  };
}

interface Estimate {
  readonly meanUs: number;
  readonly deviationUs: number;
}

/** What is far beyond the usual teaches only a little at a time: a failure of a week must not make weeks usual. */
function nextStep(habit: Habit, stepUs: number): Estimate {
  const mostUs = habit.stepUs + 2 * (STEP_DEVIATIONS * habit.stepDeviationUs + slackUs(habit));
  return next({ meanUs: habit.stepUs, deviationUs: habit.stepDeviationUs }, Math.min(stepUs, mostUs));
}

function nextLag(habit: Habit, lagUs: number): Estimate {
  const mostUs = habit.lagUs + 2 * (LAG_DEVIATIONS * habit.lagDeviationUs + slackUs(habit));
  return next({ meanUs: habit.lagUs, deviationUs: habit.lagDeviationUs }, Math.min(lagUs, mostUs));
}

const next = ({ meanUs, deviationUs }: Estimate, seenUs: number): Estimate => ({
  meanUs: Math.round(meanUs + MEAN_WEIGHT * (seenUs - meanUs)),
  deviationUs: Math.round(deviationUs + DEVIATION_WEIGHT * (Math.abs(seenUs - meanUs) - deviationUs)),
});

export const slackUs = ({ stepUs }: { readonly stepUs: number }): number =>
  Math.max(LEAST_SLACK_US, Math.min(MOST_SLACK_US, stepUs));

/** The longest step that is still usual, without slack. */
export const usualStepUs = ({ stepUs, stepDeviationUs }: Habit): number => stepUs + STEP_DEVIATIONS * stepDeviationUs;

/** How long after the watermark that fires a window its firing is still usual. */
export const usualDelayUs = (habit: Habit): number =>
  habit.lagUs + LAG_DEVIATIONS * habit.lagDeviationUs + slackUs(habit);

/** As `usualDelayUs`, from a moment of processing time on. */
export const usualToleranceUs = (habit: Habit): number => LAG_DEVIATIONS * habit.lagDeviationUs + slackUs(habit);
