import type { EpochUs } from '@windlass/dag';
import { reject, type Draft } from './draft.ts';
import type { Signal } from './input.ts';
import type { TypePlan } from './plan.ts';
import { ENDLESS } from './time.ts';

/**
 * Metadata of a WATERMARK that ends a recording: how many microseconds it lies after the last signal of it. That signal is judged in
 * its place, so that a window of today that ends tomorrow can be fired today, but not by a clock that is wrong.
 */
export const AFTER_LAST_FIELD = 'afterLastUs';

/**
 * A clock that is far ahead must not close everything: a signal that is further ahead of the hub's clock than a type allows
 * (maxAhead) is not for it.
 *
 * @returns the types that it is not for
 */
export function tooFarAheadFor(draft: Draft, signal: Signal, plans: readonly TypePlan[]): readonly TypePlan[] {
  const timeUs = judgedUs(signal);
  return plans.filter(({ policy: { maxAheadUs } }) => maxAheadUs !== null && timeUs > draft.nowUs + maxAheadUs);
}

/** Tells it, once for all of them. */
export function refuseAhead(draft: Draft, signal: Signal, ahead: readonly TypePlan[]): void {
  const timeUs = judgedUs(signal);
  const limits = ahead.map(({ ref, policy }) => `${ref} takes at most ${policy.maxAheadUs} µs`).join(', ');
  const what = timeUs === signal.eventTimeUs ? 'Event time' : 'The last signal before it, at';
  reject(draft, {
    to: 'dlq',
    code: 'TOO_FAR_AHEAD',
    windowTypes: ahead.map(({ ref }) => ref),
    message: `${what} ${timeUs} µs is ${timeUs - draft.nowUs} µs ahead of the hub's clock; ${limits}. Mend the clock of the source.`,
  });
}

/** Of a WATERMARK at the end of time, which ends a stream on purpose: always in time. */
function judgedUs({ phase, eventTimeUs, metadata }: Signal): EpochUs {
  if (phase !== 'WATERMARK') return eventTimeUs;
  if (eventTimeUs >= ENDLESS) return -Infinity;
  const afterUs = metadata[AFTER_LAST_FIELD];
  return typeof afterUs === 'number' && afterUs > 0 ? eventTimeUs - afterUs : eventTimeUs;
}
