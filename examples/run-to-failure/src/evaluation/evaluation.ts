// Judges final results against the truth: pure, so that the main job's table and the tests share it.
import type { Indicator } from '../model/indicator.ts';
import type { LifeModel } from '../model/model.ts';
import type { Span } from '../model/sample.ts';
import { JUDGED_SHARES } from '../model/summary.ts';
import { mean, median } from '../model/statistics.ts';
import type { Life } from '../recording/lives-file.ts';
import { meanLifePrediction, straightLinePrediction } from './predictors.ts';

/** A prediction within this share of the true remaining life is a hit. */
export const HIT_SHARE = 0.2;

/** What a finished unit's final results say, by cycle in order of time. */
export interface UnitResults {
  readonly unit: string;
  readonly life: Span;
  readonly cycles: readonly {
    readonly span: Span;
    readonly indicator: Indicator;
    readonly alarm: boolean;
    readonly remainingSeconds: number;
  }[];
}

export const PREDICTORS = ['windlass', 'mean life', 'straight line'] as const;
export type Predictor = (typeof PREDICTORS)[number];

export interface Errors {
  readonly predictor: Predictor;
  /** Share of the whole life that is left. */
  readonly shareLeft: number;
  readonly units: number;
  readonly meanErrorSeconds: number;
  readonly medianErrorSeconds: number;
  /** Median of error / true remaining life. */
  readonly medianErrorShare: number;
  /** Units predicted within HIT_SHARE. */
  readonly hits: number;
}

export interface Detection {
  readonly failed: number;
  /** Failed units with an alarm at or after the onset and none before. */
  readonly detected: number;
  /** From the onset to the end of the first cycle with an alarm. */
  readonly medianDelaySeconds: number;
  readonly longestDelaySeconds: number;
  /** Failed units whose first alarm came before the onset. */
  readonly early: number;
  readonly healthy: number;
  /** Healthy units with any alarm. */
  readonly falseAlarms: number;
}

/** Errors of each predictor at each of JUDGED_SHARES over the units that failed: predictions of the last cycle that ended with at least that share left. */
export function judgePredictions(
  units: readonly UnitResults[],
  truth: ReadonlyMap<string, Life>,
  life: LifeModel,
): Errors[] {
  const failed = units.filter((unit) => !truth.get(unit.unit)!.censored);
  return JUDGED_SHARES.flatMap((shareLeft) =>
    PREDICTORS.map((predictor) => errorsOf(predictor, shareLeft, failed, life)),
  );
}

function errorsOf(predictor: Predictor, shareLeft: number, units: readonly UnitResults[], life: LifeModel): Errors {
  const judged = units.map((unit) => predictionOf(predictor, shareLeft, unit, life)).filter((one) => one !== null);
  const errors = judged.map((one) => Math.abs(one.predictedSeconds - one.actualSeconds));
  const shares = judged.map((one, index) => errors[index]! / one.actualSeconds);
  return {
    predictor,
    shareLeft,
    units: judged.length,
    meanErrorSeconds: mean(errors),
    medianErrorSeconds: median(errors),
    medianErrorShare: median(shares),
    hits: shares.filter((share) => share <= HIT_SHARE).length,
  };
}

function predictionOf(
  predictor: Predictor,
  shareLeft: number,
  unit: UnitResults,
  life: LifeModel,
): { predictedSeconds: number; actualSeconds: number } | null {
  const { startUs, endUs } = unit.life;
  const atUs = endUs - shareLeft * (endUs - startUs);
  const known = unit.cycles.filter((cycle) => cycle.span.endUs <= atUs);
  const last = known.at(-1);
  if (!last) return null;
  const actualSeconds = (endUs - last.span.endUs) / 1e6;
  switch (predictor) {
    case 'windlass':
      return { predictedSeconds: last.remainingSeconds, actualSeconds };
    case 'mean life':
      return { predictedSeconds: meanLifePrediction((last.span.endUs - startUs) / 1e6, life), actualSeconds };
    case 'straight line': {
      const course = known.map((cycle) => cycle.indicator);
      return { predictedSeconds: straightLinePrediction(course, last.span.endUs, life), actualSeconds };
    }
  }
}

export function judgeDetection(units: readonly UnitResults[], truth: ReadonlyMap<string, Life>): Detection {
  const alarms = units.map((unit) => ({
    life: truth.get(unit.unit)!,
    alarmUs: unit.cycles.find((cycle) => cycle.alarm)?.span.endUs ?? null,
  }));
  const failed = alarms.filter(({ life }) => !life.censored);
  const healthy = alarms.filter(({ life }) => life.faultKind === 'none');
  const early = failed.filter(({ life, alarmUs }) => alarmUs !== null && alarmUs <= life.onsetUs!);
  const delays = failed
    .filter(({ life, alarmUs }) => alarmUs !== null && alarmUs > life.onsetUs!)
    .map(({ life, alarmUs }) => (alarmUs! - life.onsetUs!) / 1e6);
  return {
    failed: failed.length,
    detected: delays.length,
    medianDelaySeconds: median(delays),
    longestDelaySeconds: Math.max(...delays),
    early: early.length,
    healthy: healthy.length,
    falseAlarms: healthy.filter(({ alarmUs }) => alarmUs !== null).length,
  };
}
