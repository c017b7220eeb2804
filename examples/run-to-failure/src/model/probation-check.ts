import type { Baseline } from './baseline.ts';
import { quantile } from './statistics.ts';
import type { Sample } from './sample.ts';

/** How one stretch of the run-in stands against the whole of it. */
export interface ProbationCheck {
  readonly samples: number;
  readonly medianHeapBytes: number;
  /** Median heap of the stretch minus that of the run-in, in units of the run-in's 5..95 % range; 0 where that has no width. */
  readonly heapShift: number;
  /** Share of samples whose event-loop delay is above the run-in's 95 % quantile, 0..1; about 0.05 is usual. */
  readonly slowShare: number;
  /** The stretch is like the whole: its median lies within the run-in's range. */
  readonly steady: boolean;
}

/** Compares a probation window's samples, in any order, with its parent's baseline; null of no samples. */
export function probationCheck(samples: readonly Sample[], usual: Baseline): ProbationCheck | null {
  if (samples.length === 0) return null;
  const medianHeapBytes = quantile(
    samples.map((sample) => sample.heapUsedBytes),
    0.5,
  );
  const width = usual.heapP95Bytes - usual.heapP05Bytes;
  return {
    samples: samples.length,
    medianHeapBytes,
    heapShift: width > 0 ? (medianHeapBytes - usual.medianHeapBytes) / width : 0,
    slowShare: samples.filter((sample) => sample.eventLoopDelayMs > usual.eventLoopDelayP95Ms).length / samples.length,
    steady: medianHeapBytes >= usual.heapP05Bytes && medianHeapBytes <= usual.heapP95Bytes,
  };
}
