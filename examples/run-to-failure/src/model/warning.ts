import type { Span } from './sample.ts';
import type { LifeSummary } from './summary.ts';

/** How much notice the detector gave: from the first alarm to the end of the life. */
export interface Warning {
  readonly seconds: number;
  /** Of the whole life, 0..1. */
  readonly lifeShare: number;
}

/** @param degradation from the start of the first cycle with an alarm to the end of the life */
export function warning(degradation: Span, life: Pick<LifeSummary, 'lifeSeconds'>): Warning {
  const seconds = (degradation.endUs - degradation.startUs) / 1e6;
  return { seconds, lifeShare: seconds / life.lifeSeconds };
}
