import type { Duty } from './duty.ts';
import type { Leak } from './leak.ts';

/** A day in one line. */
export interface Day {
  readonly hours: number;
  readonly alarmedHours: number;
  /** Mean over its hours. */
  readonly loadShare: number | null;
  readonly starts: number;
}

export function day(duties: readonly Duty[], leaks: readonly Leak[]): Day {
  const sum = (of: (one: Duty) => number): number => duties.reduce((total, one) => total + of(one), 0);
  return {
    hours: duties.length,
    alarmedHours: leaks.filter(({ alarm }) => alarm).length,
    loadShare: duties.length === 0 ? null : sum(({ loadShare }) => loadShare) / duties.length,
    starts: sum(({ starts }) => starts),
  };
}
