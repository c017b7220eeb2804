import { Cron } from 'croner';

/** Where the search for a match begins; without a year field in the pattern the answer does not depend on it. */
const REFERENCE = '2024-01-01T00:00:00';

export type CronVerdict = 'matches' | 'never' | { readonly malformed: string };

/** Whether a pattern of five or six fields ever matches (30 February does not). */
export function judgeCron(expression: string): CronVerdict {
  try {
    return new Cron(expression, { paused: true, mode: '5-or-6-parts', timezone: 'UTC' }).nextRun(REFERENCE)
      ? 'matches'
      : 'never';
  } catch (error) {
    return { malformed: error instanceof Error ? error.message : String(error) };
  }
}
