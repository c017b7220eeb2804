import { setTimeout as delay } from 'node:timers/promises';

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 5_000;

/**
 * Repeats an action while the world is in trouble, with exponential backoff and jitter, without end.
 * @throws at once what has `retryable === false`; the signal's reason when aborted.
 */
export async function retrying<T>(
  action: () => Promise<T>,
  { signal, onRetry }: { readonly signal: AbortSignal; readonly onRetry: (error: unknown, failures: number) => void },
): Promise<T> {
  for (let failures = 0; ; failures++) {
    signal.throwIfAborted();
    try {
      return await action();
    } catch (error) {
      signal.throwIfAborted();
      if ((error as { retryable?: unknown } | null)?.retryable === false) throw error;
      onRetry(error, failures + 1);
      const limit = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** failures);
      await delay(limit * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {});
    }
  }
}
