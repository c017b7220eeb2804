import type { EpochUs, Opening } from '@windlass/dag';
import { cronSpan } from './cron-span.ts';

type CronOpening = Extract<Opening, { kind: 'cron' }>;

/** The instants of a schedule after `afterUs`, oldest first: the edges of its windows. Ends when the expression matches no more. */
export function* cronInstants(opening: CronOpening, afterUs: EpochUs): Generator<EpochUs> {
  for (let span = cronSpan(opening, afterUs); span; span = cronSpan(opening, span.endUs)) yield span.endUs;
}

/** How long the calendar day of a zone is that holds this time, microseconds: not 24 h when its clocks change. */
export function dayLengthUs(zone: string, timeUs: EpochUs): number | null {
  const day = cronSpan(midnightsOf(zone), timeUs);
  return day && day.endUs - day.startUs;
}

const midnights = new Map<string, CronOpening>();

function midnightsOf(zone: string): CronOpening {
  let opening = midnights.get(zone);
  if (!opening) midnights.set(zone, (opening = { kind: 'cron', expression: '0 0 * * *', zone, scope: 'global' }));
  return opening;
}
