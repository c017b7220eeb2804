import { setTimeout as delay } from 'node:timers/promises';

/** Asks until there is an answer. @throws at the deadline, saying what was waited for. */
export async function waitFor<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  { deadlineMs, pollMs = 50, what }: { readonly deadlineMs: number; readonly pollMs?: number; readonly what: string },
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`waited ${deadlineMs} ms in vain for ${what}`);
    await delay(pollMs);
  }
}
