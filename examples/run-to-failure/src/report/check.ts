// Holds what the hub stored against what must be there.
import { ALGORITHMS, difference } from '../expected/expected.ts';
import type { AlgorithmName, Expected } from '../expected/expected.ts';
import type { StoredResult } from '../hub/hub-api.ts';

/** Current results by algorithm. */
export type Stored = Readonly<Record<AlgorithmName, readonly StoredResult[]>>;

export interface Verdict {
  readonly expected: number;
  readonly right: number;
  /** Each entry names algorithm, unit and window, and what is the matter. */
  readonly missing: readonly string[];
  readonly wrong: readonly string[];
  /** More than one current result of one algorithm on one window. */
  readonly duplicates: readonly string[];
  /** On windows that should not exist. */
  readonly unexpected: readonly string[];
}

/** Every expected result must be there exactly once and right. Results of other units are none of its business. */
export function checkResults(expected: Expected, stored: Stored): Verdict {
  const missing: string[] = [];
  const wrong: string[] = [];
  const duplicates: string[] = [];
  const unexpected: string[] = [];
  const units = new Set(expected.results.summary.map(([unit]) => unit));
  let right = 0;
  for (const algorithm of ALGORITHMS) {
    const own = stored[algorithm].filter(({ key }) => units.has(key));
    const byWindow = Map.groupBy(own, ({ key, startUs, endUs }) => nameOf(algorithm, key, startUs, endUs));
    for (const [unit, startUs, endUs, result] of expected.results[algorithm]) {
      const name = nameOf(algorithm, unit, startUs, endUs);
      const found = byWindow.get(name) ?? [];
      byWindow.delete(name);
      if (found.length === 0) missing.push(name);
      if (found.length > 1) duplicates.push(`${name}: ${found.length} times`);
      if (found.length !== 1) continue;
      const matter = whatIsWrong(found[0]!, result, expected.relativeTolerance);
      if (matter === null) right += 1;
      else wrong.push(`${name}: ${matter}`);
    }
    unexpected.push(...byWindow.keys());
  }
  const all = ALGORITHMS.reduce((sum, algorithm) => sum + expected.results[algorithm].length, 0);
  return { expected: all, right, missing, wrong, duplicates, unexpected };
}

export const isPerfect = ({ expected, right, duplicates, unexpected }: Verdict): boolean =>
  right === expected && duplicates.length === 0 && unexpected.length === 0;

function whatIsWrong({ state, reason, value }: StoredResult, result: unknown, tolerance: number): string | null {
  if (state !== 'SUCCEEDED') return `${state}${reason ? `, ${reason.code}: ${reason.message}` : ''}`;
  const where = difference(result, value, tolerance);
  return where === null ? null : `differs at ${where}`;
}

const nameOf = (algorithm: AlgorithmName, unit: string, startUs: number, endUs: number): string =>
  `${algorithm} of ${unit} on [${startUs}, ${endUs})`;
