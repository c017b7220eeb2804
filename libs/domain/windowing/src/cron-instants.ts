import type { EpochUs, Opening } from '@windlass/dag';
import { cronSpan } from './cron-span.ts';

type CronOpening = Extract<Opening, { kind: 'cron' }>;

/** The instants of a schedule after `afterUs`, oldest first: the edges of its windows. Ends when the expression matches no more. */
export function* cronInstants(opening: CronOpening, afterUs: EpochUs): Generator<EpochUs> {
  for (let span = cronSpan(opening, afterUs); span; span = cronSpan(opening, span.endUs)) yield span.endUs;
}

/** The calendar day of a zone that holds this time: not 24 h long when its clocks change. Null: beyond what croner computes. */
export function daySpan(zone: string, timeUs: EpochUs): { readonly startUs: EpochUs; readonly endUs: EpochUs } | null {
  return cronSpan(midnightsOf(zone), timeUs);
}

const midnights = new Map<string, CronOpening>();

function midnightsOf(zone: string): CronOpening {
  let opening = midnights.get(zone);
  if (!opening) midnights.set(zone, (opening = { kind: 'cron', expression: '0 0 * * *', zone, scope: 'global' }));
  return opening;
}
