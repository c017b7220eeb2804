import { Cron } from 'croner';
import type { Opening } from '../model.ts';

/** Where cron's runs are looked at; without a year in the pattern the answer does not depend on it. */
const REFERENCE = '2024-01-01T00:00:00';
const RUNS_LOOKED_AT = 9;

/** Microseconds from one window to the next, as a rule; undefined: it depends on what comes. */
export function nominalPeriodUs(open: Opening): number | undefined {
  switch (open.kind) {
    case 'fixed':
      return open.sizeUs;
    case 'sliding':
      return open.slideUs;
    case 'cron':
      return cronPeriodUs(open.expression);
    default:
      return undefined;
  }
}

/** The median step between the next few runs. */
function cronPeriodUs(expression: string): number | undefined {
  const cron = new Cron(expression, { paused: true, mode: '5-or-6-parts', timezone: 'UTC' });
  const runs = cron.nextRuns(RUNS_LOOKED_AT, REFERENCE).map((at) => at.getTime() * 1000);
  const steps = runs.slice(1).map((at, i) => at - runs[i]!);
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)];
}
