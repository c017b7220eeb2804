import { setTimeout as delay } from 'node:timers/promises';
import { ALGORITHMS } from '../expected/expected.ts';
import type { Expected } from '../expected/expected.ts';
import type { HubApi, StoredResult } from '../hub/hub-api.ts';
import { checkResults, isPerfect } from '../report/check.ts';
import type { Stored, Verdict } from '../report/check.ts';
import { STALL_MS } from './replay.ts';

/** `name@version` of an algorithm of this example. */
export const refOf = (algorithm: string): string => `${algorithm}@1`;

/** Current results of all algorithms. */
export async function readStored(api: HubApi, source?: string): Promise<Stored> {
  const entries: [string, StoredResult[]][] = [];
  for (const algorithm of ALGORITHMS)
    entries.push([
      algorithm,
      await api.results({ algorithm: refOf(algorithm), ...(source !== undefined && { source }) }),
    ]);
  return Object.fromEntries(entries) as unknown as Stored;
}

/** Without a change for so long the hub has nothing more to do. */
const QUIET_MS = 2_000;
const POLL_MS = 250;

export interface Settled {
  readonly stored: Stored;
  readonly verdict: Verdict;
}

/**
 * Waits until the store holds what is expected and nothing has changed for a while after that; or, when it does not get there, until
 * nothing has changed for STALL_MS.
 */
export async function settle(
  api: HubApi,
  expected: Expected,
  onProgress: (outcomes: number) => void,
): Promise<Settled> {
  const wanted = ALGORITHMS.map((algorithm) => [refOf(algorithm), expected.results[algorithm].length] as const);
  let known = -1;
  let changedAtMs = performance.now();
  let checked: { known: number; settled: Settled } | undefined;
  for (;;) {
    const outcomes = await api.outcomes();
    const count = [...outcomes.values()].reduce((sum, one) => sum + one, 0);
    onProgress(count);
    if (count !== known) changedAtMs = performance.now();
    known = count;
    const quietMs = performance.now() - changedAtMs;
    const isComplete = wanted.every(([algorithm, least]) => (outcomes.get(algorithm) ?? 0) >= least);
    if ((isComplete && quietMs >= QUIET_MS && checked?.known !== known) || quietMs >= STALL_MS) {
      const stored = await readStored(api);
      checked = { known, settled: { stored, verdict: checkResults(expected, stored) } };
      if (isPerfect(checked.settled.verdict) || quietMs >= STALL_MS) return checked.settled;
    }
    await delay(POLL_MS);
  }
}
