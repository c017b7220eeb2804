import { NonRetryableError } from '@windlass/sdk';
import type { Signal } from '@windlass/sdk';
import type { Sample } from '../model/sample.ts';

/** The samples that a window kept. */
export function samplesOf(signals: readonly Signal[]): Sample[] {
  return signals.map(({ eventTimeUs, values }) => ({ sampledAtUs: eventTimeUs, ...values }) as unknown as Sample);
}

/** A window exists because a sample fell into it, so an algorithm without a result has met a window type that keeps no signals. */
export function present<T>(result: T | null): T {
  if (result === null) throw new NonRetryableError('the window carries no samples: does its type keep signals?');
  return result;
}
