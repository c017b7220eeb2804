// Learns a model from whole lives of fit units.
import { chain } from '../batch/chain.ts';
import type { UnitOutcome } from '../batch/chain.ts';
import type { UnitWindows } from '../batch/windows.ts';
import { indicator } from '../model/indicator.ts';
import type { DetectorModel, LifeModel, Model, RulModel } from '../model/model.ts';
import { mean, median, quantile } from '../model/statistics.ts';
import type { Life } from '../recording/lives-file.ts';

export interface FitUnit {
  readonly windows: UnitWindows;
  readonly life: Life;
}

/** The threshold stands this much above the highest score of any healthy cycle of the fit units. */
const THRESHOLD_MARGIN = 1.25;
const NO_ERRORS = [0, 0] as const;
const START: RulModel = {
  priorIntercept: 0,
  priorSlope: 1,
  priorCycles: 4,
  risePerByteLeft: 1,
  evidenceShare: 0.25,
  healthyLogError: NO_ERRORS,
  degradingLogError: NO_ERRORS,
};

/** Stands in while only alarms are asked of the chain, which no life has a part in. */
const NO_LIFE: LifeModel = {
  meanSeconds: 0,
  failures: [{ lifeSeconds: 1, alarmAgeSeconds: 1 }],
  floorAtDeath: 1,
  meanHeapAtDeath: 1,
};

/** Fits a model on these whole lives. The parameters of the trend are those that predict best the units a model was fitted without. */
export function fitModel(units: readonly FitUnit[]): Model {
  const base = fitBase(units, START);
  const candidates = candidateModels();
  const scored = candidates.map((candidate) => ({ candidate, error: leaveOneOut(units, candidate).error }));
  const best = scored.reduce((least, one) => (one.error < least.error ? one : least)).candidate;
  const { healthy, degrading } = leaveOneOut(units, best);
  const errors = { healthyLogError: spread(healthy), degradingLogError: spread(degrading) };
  const { priorIntercept, priorSlope } = base.rul;
  return { ...base, rul: { ...best, priorIntercept, priorSlope, ...errors } };
}

function candidateModels(): RulModel[] {
  return [0.5, 1, 2, 4, 8, 16].flatMap((priorCycles) =>
    [0.1, 0.25, 0.5, 1].flatMap((evidenceShare) =>
      [1, 1.05, 1.1, 1.15, 1.2, 1.25].map((risePerByteLeft) => ({
        ...START,
        priorCycles,
        evidenceShare,
        risePerByteLeft,
      })),
    ),
  );
}

/** All that does not need a search, with the given remaining-life parameters. */
function fitBase(units: readonly FitUnit[], parameters: RulModel): Model {
  const detector = fitDetector(units);
  const failed = units.filter((unit) => !unit.life.censored);
  const draft: Model = {
    fittedOn: units.map((unit) => unit.life.unit),
    detector,
    life: NO_LIFE,
    rul: parameters,
  };
  const outcomes = failed.map((unit) => chain(unit.windows, draft));
  const life = fitLife(outcomes);
  return { ...draft, life, rul: { ...parameters, ...fitPrior(outcomes, life.floorAtDeath) } };
}

function fitDetector(units: readonly FitUnit[]): DetectorModel {
  const healthy = units.map(({ windows, life }) => ({
    ...windows,
    cycles: windows.cycles.filter((cycle) => life.onsetUs === null || cycle.endUs <= life.onsetUs),
  }));
  const rates = healthy.flatMap(({ cycles }) => {
    const course = cycles.map((cycle) => indicator(cycle.samples)!);
    return course
      .slice(1)
      .map((one, index) => (one.floorBytes - course[index]!.floorBytes) / ((one.atUs - course[index]!.atUs) / 1e6));
  });
  const healthyRate = median(rates);
  const healthyRateScale = 1.4826 * median(rates.map((rate) => Math.abs(rate - healthyRate)));
  const open: Model = {
    fittedOn: [],
    detector: { healthyRate, healthyRateScale, threshold: Number.POSITIVE_INFINITY },
    life: NO_LIFE,
    rul: START,
  };
  const highest = Math.max(...healthy.map((windows) => chain(windows, open).summary.highestScore));
  return { healthyRate, healthyRateScale, threshold: THRESHOLD_MARGIN * highest };
}

function fitLife(outcomes: readonly UnitOutcome[]): LifeModel {
  const last = outcomes.map((outcome) => outcome.cycles.at(-1)!);
  return {
    meanSeconds: mean(outcomes.map((outcome) => outcome.summary.lifeSeconds)),
    failures: outcomes.map(({ life, summary }) => ({
      lifeSeconds: summary.lifeSeconds,
      alarmAgeSeconds: ((summary.firstAlarmAtUs ?? life.endUs) - life.startUs) / 1e6,
    })),
    floorAtDeath: mean(last.map((cycle) => cycle.indicator.floorBytes)),
    meanHeapAtDeath: mean(last.map((cycle) => cycle.indicator.meanBytes)),
  };
}

/** Least squares of ln(remaining seconds) on ln(bytes left) over the alarmed cycles. */
function fitPrior(
  outcomes: readonly UnitOutcome[],
  floorAtDeath: number,
): { priorIntercept: number; priorSlope: number } {
  const pairs = outcomes.flatMap(({ cycles, life }) =>
    cycles
      .filter(
        (cycle) =>
          cycle.deviation.alarm && cycle.span.endUs < life.endUs && cycle.indicator.floorBytes < 0.95 * floorAtDeath,
      )
      .map((cycle) => ({
        x: Math.log(floorAtDeath - cycle.indicator.floorBytes),
        y: Math.log((life.endUs - cycle.span.endUs) / 1e6),
      })),
  );
  const x = mean(pairs.map((pair) => pair.x));
  const y = mean(pairs.map((pair) => pair.y));
  const slope = mean(pairs.map((pair) => (pair.x - x) * (pair.y - y))) / mean(pairs.map((pair) => (pair.x - x) ** 2));
  return { priorIntercept: y - slope * x, priorSlope: slope };
}

interface LeftOut {
  /** Mean of |ln(true / predicted)| over units of its mean over their alarmed cycles. */
  readonly error: number;
  readonly healthy: readonly number[];
  readonly degrading: readonly number[];
}

const bases = new WeakMap<FitUnit, Model>();

/** Predicts every failed unit with a model fitted without it. */
function leaveOneOut(units: readonly FitUnit[], parameters: RulModel): LeftOut {
  const failed = units.filter((unit) => !unit.life.censored);
  const errors = failed.map((unit) => {
    const base =
      bases.get(unit) ??
      fitBase(
        units.filter((other) => other !== unit),
        START,
      );
    bases.set(unit, base);
    const { priorIntercept, priorSlope } = base.rul;
    const outcome = chain(unit.windows, { ...base, rul: { ...parameters, priorIntercept, priorSlope } });
    const logs = outcome.cycles
      .filter((cycle) => cycle.span.endUs < outcome.life.endUs)
      .map(({ span, rul }) => ({
        state: rul.state,
        log: Math.log((outcome.life.endUs - span.endUs) / 1e6 / rul.remainingSeconds),
      }));
    const of = (state: string): number[] => logs.filter((one) => one.state === state).map((one) => one.log);
    return { healthy: of('healthy'), degrading: of('degrading') };
  });
  return {
    error: mean(errors.map(({ degrading }) => mean(degrading.map(Math.abs)))),
    healthy: errors.flatMap((one) => one.healthy),
    degrading: errors.flatMap((one) => one.degrading),
  };
}

function spread(logs: readonly number[]): readonly [number, number] {
  return [quantile(logs, 0.1), quantile(logs, 0.9)];
}
