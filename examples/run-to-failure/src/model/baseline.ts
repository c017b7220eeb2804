import { quantile } from './statistics.ts';
import type { Sample } from './sample.ts';

/** What is usual for a unit, from the first part of its life. */
export interface Baseline {
  readonly samples: number;
  readonly medianHeapBytes: number;
  readonly heapP05Bytes: number;
  readonly heapP95Bytes: number;
  readonly medianEventLoopDelayMs: number;
  readonly eventLoopDelayP95Ms: number;
  readonly requestLatencyP95Ms: number | null;
}

/** The usual state over the run-in's samples, in any order; null of no samples. */
export function baseline(samples: readonly Sample[]): Baseline | null {
  if (samples.length === 0) return null;
  const heaps = samples.map((sample) => sample.heapUsedBytes);
  const delays = samples.map((sample) => sample.eventLoopDelayMs);
  const latencies = samples.map((sample) => sample.requestLatencyMs).filter((latency) => latency !== undefined);
  return {
    samples: samples.length,
    medianHeapBytes: quantile(heaps, 0.5),
    heapP05Bytes: quantile(heaps, 0.05),
    heapP95Bytes: quantile(heaps, 0.95),
    medianEventLoopDelayMs: quantile(delays, 0.5),
    eventLoopDelayP95Ms: quantile(delays, 0.95),
    requestLatencyP95Ms: latencies.length === 0 ? null : quantile(latencies, 0.95),
  };
}
