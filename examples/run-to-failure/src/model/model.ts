// What the algorithms learned from the fit units. Written by `fit/fit-model.ts`, committed as `model.json`, and the same for every processor.
import { readFileSync } from 'node:fs';

/** Sizes are bytes, times seconds, rates bytes a second. */
export interface Model {
  /** The units it was fitted on; no other was looked at. */
  readonly fittedOn: readonly string[];
  readonly detector: DetectorModel;
  readonly life: LifeModel;
  readonly rul: RulModel;
}

export interface DetectorModel {
  /** Median and scaled MAD of the change of the heap's floor from cycle to cycle while a unit is healthy. */
  readonly healthyRate: number;
  readonly healthyRateScale: number;
  /** A score above it is an alarm. */
  readonly threshold: number;
}

export interface LifeModel {
  readonly meanSeconds: number;
  /** Life and the age at its alarm of each fit unit that failed. */
  readonly failures: readonly { readonly lifeSeconds: number; readonly alarmAgeSeconds: number }[];
  /** Mean of the floor of the last cycle. */
  readonly floorAtDeath: number;
  /** Mean of the mean heap of the last cycle; only the straight-line baseline uses it. */
  readonly meanHeapAtDeath: number;
}

export interface RulModel {
  /** ln(remaining seconds) of a degrading unit whose floor is known and whose trend is not: `intercept + slope * ln(bytes left to the floor at death)`. */
  readonly priorIntercept: number;
  readonly priorSlope: number;
  /** The prior counts as much as this many cycles of trend. */
  readonly priorCycles: number;
  /** How much rise of the floor, without the drops that major collections bring, a byte left to the floor at death stands for. */
  readonly risePerByteLeft: number;
  /** Share of its cycles that a course counts as independent evidence between the kinds of leak, 0..1. */
  readonly evidenceShare: number;
  /** 10 % and 90 % quantiles of ln(true / predicted) on the fit units, each predicted by a model fitted without it. */
  readonly healthyLogError: readonly [number, number];
  readonly degradingLogError: readonly [number, number];
}

export function readModel(path: URL = new URL('../../model.json', import.meta.url)): Model {
  return JSON.parse(readFileSync(path, 'utf8')) as Model;
}
