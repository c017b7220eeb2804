import { setTimeout as sleep } from 'node:timers/promises';

export interface BackoffLimits {
  readonly firstMs: number;
  readonly maxMs: number;
}

export const defaultBackoff: BackoffLimits = { firstMs: 50, maxMs: 5_000 };

/** Doubles from `firstMs` to `maxMs`, a quarter of it by chance so that partitions do not retry in step. */
export function backoffMs(attempt: number, { firstMs, maxMs }: BackoffLimits = defaultBackoff): number {
  const fullMs = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 30));
  return fullMs * (0.75 + Math.random() * 0.25);
}

/** Waits; ends early, without an error, when the signal aborts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}
