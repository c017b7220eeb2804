import type { UnitResults } from '../evaluation/evaluation.ts';
import type { StoredResult } from '../hub/hub-api.ts';
import type { Deviation } from '../model/deviation.ts';
import type { Indicator } from '../model/indicator.ts';
import type { RemainingLife } from '../model/rul.ts';
import type { Stored } from './check.ts';

export interface UnitCourse extends UnitResults {
  readonly cycles: readonly (UnitResults['cycles'][number] & { readonly prediction: RemainingLife })[];
}

/** The stored results of each finished unit, cycle by cycle; a cycle that lacks a result is left out. */
export function courseOfUnits(stored: Stored): UnitCourse[] {
  const deviations = byWindow(stored.deviation);
  const predictions = byWindow(stored.rul);
  const indicators = Map.groupBy(stored.indicator.filter(hasSucceeded), ({ key }) => key);
  return stored.summary.map(({ key, startUs, endUs }) => ({
    unit: key,
    life: { startUs, endUs },
    cycles: (indicators.get(key) ?? [])
      .toSorted((a, b) => a.startUs - b.startUs)
      .flatMap((one) => {
        const deviation = deviations.get(one.windowId)?.value as Deviation | undefined;
        const prediction = predictions.get(one.windowId)?.value as RemainingLife | undefined;
        if (!deviation || !prediction) return [];
        return {
          span: { startUs: one.startUs, endUs: one.endUs },
          indicator: one.value as Indicator,
          alarm: deviation.alarm,
          remainingSeconds: prediction.remainingSeconds,
          prediction,
        };
      }),
  }));
}

const hasSucceeded = ({ state }: StoredResult): boolean => state === 'SUCCEEDED';

const byWindow = (results: readonly StoredResult[]): Map<string, StoredResult> =>
  new Map(results.filter(hasSucceeded).map((result) => [result.windowId, result]));
