import { systemClock, type StageClock } from './clock.ts';

export interface BackoffLimits {
  readonly firstMs: number;
  readonly maxMs: number;
}

export const defaultBackoff: BackoffLimits = { firstMs: 50, maxMs: 5_000 };

/** Doubles from `firstMs` to `maxMs`, a quarter of it by chance so that partitions do not retry in step. */
export function backoffMs(
  attempt: number,
  { firstMs, maxMs }: BackoffLimits = defaultBackoff,
  { random }: Pick<StageClock, 'random'> = systemClock,
): number {
  const fullMs = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 30));
  return fullMs * (0.75 + random() * 0.25);
}

/** Waits; ends early, without an error, when the signal aborts. */
export async function pause(
  ms: number,
  signal?: AbortSignal,
  clock: Pick<StageClock, 'after'> = systemClock,
): Promise<void> {
  if (signal?.aborted) return;
  await new Promise<void>((resolve) => {
    const cancel = clock.after(ms, end);
    signal?.addEventListener('abort', end, { once: true });
    function end(): void {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    }
  });
}
