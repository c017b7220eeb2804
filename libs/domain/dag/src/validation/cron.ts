import { Cron } from 'croner';

/** Where the search for a match begins; without a year field in the pattern the answer does not depend on it. */
const REFERENCE = '2024-01-01T00:00:00';

/** Five or six fields, or a name such as `@daily`. Croner takes a date too (`2026-01-01T00:00:00`), which comes once. */
const PATTERN = /^\s*(?:@[a-z]+|[^\s:]+(?:\s+[^\s:]+){4,5})\s*$/i;

export type CronVerdict = 'matches' | 'never' | { readonly malformed: string };

/** Patterns are outside input: do not remember endlessly many. */
const VERDICTS_KEPT = 10_000;
const verdicts = new Map<string, CronVerdict>();

/** Whether a pattern of five or six fields ever matches (30 February does not). Each is worked out once: one that never does takes milliseconds. */
export function judgeCron(expression: string): CronVerdict {
  let verdict = verdicts.get(expression);
  if (verdict === undefined) {
    if (verdicts.size >= VERDICTS_KEPT) verdicts.clear();
    verdicts.set(expression, (verdict = judged(expression)));
  }
  return verdict;
}

function judged(expression: string): CronVerdict {
  if (!PATTERN.test(expression)) return { malformed: 'it has not five or six fields' };
  try {
    return new Cron(expression, { paused: true, mode: '5-or-6-parts', timezone: 'UTC' }).nextRun(REFERENCE)
      ? 'matches'
      : 'never';
  } catch (error) {
    return { malformed: error instanceof Error ? error.message : String(error) };
  }
}
