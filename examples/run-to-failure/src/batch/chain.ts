// Every algorithm over every window of one unit, in batch: what all final results must be once all data is there.
import { baseline } from '../model/baseline.ts';
import type { Baseline } from '../model/baseline.ts';
import { deviation } from '../model/deviation.ts';
import type { Deviation } from '../model/deviation.ts';
import { indicator } from '../model/indicator.ts';
import type { Indicator } from '../model/indicator.ts';
import type { Model } from '../model/model.ts';
import { probationCheck } from '../model/probation-check.ts';
import type { ProbationCheck } from '../model/probation-check.ts';
import { rul } from '../model/rul.ts';
import type { RemainingLife } from '../model/rul.ts';
import type { Span } from '../model/sample.ts';
import { summary } from '../model/summary.ts';
import type { LifeSummary } from '../model/summary.ts';
import { warning } from '../model/warning.ts';
import type { Warning } from '../model/warning.ts';
import type { UnitWindows } from './windows.ts';

/** How many previous cycles `deviation` and `rul` see. */
export const PREVIOUS_CYCLES = 20;

export interface CycleOutcome {
  readonly span: Span;
  readonly indicator: Indicator;
  readonly deviation: Deviation;
  readonly rul: RemainingLife;
}

export interface UnitOutcome {
  readonly unit: string;
  readonly life: Span;
  readonly cycles: readonly CycleOutcome[];
  readonly runIn: { readonly span: Span; readonly baseline: Baseline };
  readonly probations: readonly { readonly span: Span; readonly check: ProbationCheck }[];
  /** From the start of the first cycle with an alarm to the end of the life; null without an alarm. */
  readonly degradation: { readonly span: Span; readonly warning: Warning } | null;
  readonly summary: LifeSummary;
}

export function chain(windows: UnitWindows, model: Model): UnitOutcome {
  const life = spanOf(windows.life);
  const indicators = windows.cycles.map((cycle) => indicator(cycle.samples)!);
  const deviations = indicators.map((one, index) => deviation(one, before(indicators, index), model.detector));
  const cycles = windows.cycles.map((cycle, index): CycleOutcome => {
    const current = deviations[index]!;
    const ageSeconds = (cycle.endUs - life.startUs) / 1e6;
    const secondsToCycleEnd = (cycle.endUs - current.atUs) / 1e6;
    const remaining = rul({ current, previous: before(deviations, index), ageSeconds, secondsToCycleEnd }, model);
    return { span: spanOf(cycle), indicator: indicators[index]!, deviation: current, rul: remaining };
  });
  const usual = baseline(windows.runIn.samples)!;
  const whole = summary(life, cycles);
  const firstAlarm = cycles.find((cycle) => cycle.deviation.alarm);
  const degraded = firstAlarm && { startUs: firstAlarm.span.startUs, endUs: life.endUs };
  return {
    unit: windows.unit,
    life,
    cycles,
    runIn: { span: spanOf(windows.runIn), baseline: usual },
    probations: windows.probations.map((window) => ({
      span: spanOf(window),
      check: probationCheck(window.samples, usual)!,
    })),
    degradation: degraded ? { span: degraded, warning: warning(degraded, whole) } : null,
    summary: whole,
  };
}

function before<T>(all: readonly T[], index: number): readonly T[] {
  return all.slice(Math.max(0, index - PREVIOUS_CYCLES), index);
}

function spanOf({ startUs, endUs }: Span): Span {
  return { startUs, endUs };
}
