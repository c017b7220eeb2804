import type { EpochUs } from '@windlass/dag';
import { ENDLESS, type Signal } from '@windlass/windowing';
import type { SimulationStep } from './step.ts';

/**
 * Processing time before the first step: the latest event time of the signals before the first `clock`, so that none of them is too
 * far ahead (but for a WATERMARK at the end of time, which never is), and not later than that `clock`; without either 1970.
 */
export function beginUs(steps: readonly SimulationStep[]): EpochUs {
  let latestUs: EpochUs | null = null;
  for (const step of steps) {
    if (step.kind === 'clock') return latestUs === null ? step.timeUs : Math.min(latestUs, step.timeUs);
    if (step.kind === 'signal' && !isEndOfStream(step.signal))
      latestUs = Math.max(latestUs ?? step.signal.eventTimeUs, step.signal.eventTimeUs);
  }
  return latestUs ?? 0;
}

const isEndOfStream = ({ phase, eventTimeUs }: Signal): boolean => phase === 'WATERMARK' && eventTimeUs >= ENDLESS;
