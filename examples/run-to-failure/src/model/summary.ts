import type { Deviation } from './deviation.ts';
import type { RemainingLife } from './rul.ts';
import type { Span } from './sample.ts';

/** Shares of the whole life that are left where predictions are judged. */
export const JUDGED_SHARES = [0.5, 0.25, 0.1] as const;

/** What is known of one cycle when its unit's life has ended. */
export interface CycleResults {
  readonly span: Span;
  readonly deviation: Deviation | null;
  readonly rul: RemainingLife | null;
}

/** A prediction beside what came true. */
export interface Judged {
  readonly shareLeft: number;
  readonly predictedSeconds: number;
  readonly actualSeconds: number;
}

export interface LifeSummary {
  readonly lifeSeconds: number;
  readonly cycles: number;
  readonly alarmedCycles: number;
  /** End of the first cycle with an alarm; null when there was none. */
  readonly firstAlarmAtUs: number | null;
  readonly highestScore: number;
  readonly highestFloorBytes: number;
  /** The last prediction made with at least each of JUDGED_SHARES of the life left; fewer when a life is too short for one. */
  readonly judged: readonly Judged[];
}

/** Joins the results of a life's cycles, in any order. */
export function summary(life: Span, children: readonly CycleResults[]): LifeSummary {
  const cycles = [...children].sort((a, b) => a.span.startUs - b.span.startUs);
  const deviations = cycles.map((cycle) => cycle.deviation).filter((one) => one !== null);
  const alarmed = cycles.filter((cycle) => cycle.deviation?.alarm);
  return {
    lifeSeconds: (life.endUs - life.startUs) / 1e6,
    cycles: cycles.length,
    alarmedCycles: alarmed.length,
    firstAlarmAtUs: alarmed[0]?.span.endUs ?? null,
    highestScore: Math.max(0, ...deviations.map((one) => one.score ?? 0)),
    highestFloorBytes: Math.max(0, ...deviations.map((one) => one.floorBytes)),
    judged: JUDGED_SHARES.map((share) => judge(life, cycles, share)).filter((one) => one !== null),
  };
}

function judge(life: Span, cycles: readonly CycleResults[], shareLeft: number): Judged | null {
  const atUs = life.endUs - shareLeft * (life.endUs - life.startUs);
  const last = cycles.filter((cycle) => cycle.rul !== null && cycle.span.endUs <= atUs).at(-1);
  if (!last?.rul) return null;
  return {
    shareLeft,
    predictedSeconds: last.rul.remainingSeconds,
    actualSeconds: (life.endUs - last.span.endUs) / 1e6,
  };
}
