// What expected.json holds.
import type { UnitOutcome } from '../batch/chain.ts';
import type { Span } from '../model/sample.ts';

/** One final result: [unit, start of the window, its end (both microseconds UTC), the result]. */
export type ExpectedRow = readonly [unit: string, startUs: number, endUs: number, result: unknown];

export const ALGORITHMS = ['indicator', 'deviation', 'rul', 'baseline', 'probation', 'summary', 'warning'] as const;
export type AlgorithmName = (typeof ALGORITHMS)[number];

export interface Expected {
  /** Numbers of a result may differ by this share: other processors round the last digits of exp and log otherwise. */
  readonly relativeTolerance: number;
  /** All final results by algorithm, by unit and time. */
  readonly results: Readonly<Record<AlgorithmName, readonly ExpectedRow[]>>;
}

const RELATIVE_TOLERANCE = 1e-9;

export function expectedOf(units: readonly UnitOutcome[]): Expected {
  const row = (unit: string, span: Span, result: unknown): ExpectedRow => [unit, span.startUs, span.endUs, result];
  const perCycle = (result: (cycle: UnitOutcome['cycles'][number]) => unknown): ExpectedRow[] =>
    units.flatMap(({ unit, cycles }) => cycles.map((cycle) => row(unit, cycle.span, result(cycle))));
  return {
    relativeTolerance: RELATIVE_TOLERANCE,
    results: {
      indicator: perCycle((cycle) => cycle.indicator),
      deviation: perCycle((cycle) => cycle.deviation),
      rul: perCycle((cycle) => cycle.rul),
      baseline: units.map(({ unit, runIn }) => row(unit, runIn.span, runIn.baseline)),
      probation: units.flatMap(({ unit, probations }) => probations.map(({ span, check }) => row(unit, span, check))),
      summary: units.map(({ unit, life, summary }) => row(unit, life, summary)),
      warning: units.flatMap(({ unit, degradation }) =>
        degradation ? [row(unit, degradation.span, degradation.warning)] : [],
      ),
    },
  };
}

/** Where a result first differs from what is expected, as a path such as `.trend.seconds`; null when it does not. A missing field differs. */
export function difference(expected: unknown, actual: unknown, relativeTolerance: number, path = ''): string | null {
  if (typeof expected === 'number' && typeof actual === 'number') {
    const apart = Math.abs(expected - actual);
    return apart <= relativeTolerance * Math.max(Math.abs(expected), Math.abs(actual)) ? null : path || '.';
  }
  if (typeof expected !== 'object' || typeof actual !== 'object' || expected === null || actual === null) {
    return Object.is(expected, actual) ? null : path || '.';
  }
  const [wanted, found] = [expected, actual] as Record<string, unknown>[];
  for (const key of new Set([...Object.keys(wanted!), ...Object.keys(found!)])) {
    const inside = difference(wanted![key], found![key], relativeTolerance, `${path}.${key}`);
    if (inside !== null) return inside;
  }
  return null;
}
