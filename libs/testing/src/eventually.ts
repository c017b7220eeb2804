import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;
const DEFAULT_DEADLINE_MS = 15_000;

export interface EventuallyOptions {
  /** Default 15 s. */
  readonly deadlineMs?: number;
  /** What is waited for, or what is there instead; part of the error. */
  readonly describe?: string | (() => unknown);
}

type Truthy<T> = Exclude<T, false | null | undefined | 0 | ''>;

/**
 * Resolves with the first truthy value of the condition, asked again and again. Rejects at the deadline, saying what was
 * waited for and what the condition last returned or threw: an assertion that throws counts as not yet.
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  { deadlineMs = DEFAULT_DEADLINE_MS, describe = 'the condition' }: EventuallyOptions = {},
): Promise<Truthy<T>> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    let last: string;
    let cause: unknown;
    try {
      const value = await condition();
      if (value) return value as Truthy<T>;
      last = `last value: ${JSON.stringify(value)}`;
    } catch (error) {
      cause = error;
      last = `last error: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (performance.now() > end) {
      const what = typeof describe === 'string' ? describe : JSON.stringify(await describe());
      throw new Error(`not within ${deadlineMs} ms: ${what} (${last})`, { cause });
    }
    await delay(POLL_MS);
  }
}
