import { mean, quantile } from './statistics.ts';
import type { Sample } from './sample.ts';

/** The condition of a unit over one cycle. */
export interface Indicator {
  readonly samples: number;
  /** Middle between the first and the last sample: the time a cycle's values stand for. */
  readonly atUs: number;
  /** Lowest heap in use: what is left right after a collection, so the nearest thing to what the program really holds. */
  readonly floorBytes: number;
  readonly meanBytes: number;
  readonly peakBytes: number;
  /** Heap in use after the last major collection of the cycle; null when there was none. */
  readonly afterMajorGcBytes: number | null;
  readonly gcPauseMs: number;
  readonly eventLoopDelayP95Ms: number;
  readonly rssBytes: number | null;
  readonly cpuPercent: number | null;
  readonly requestLatencyMs: number | null;
  readonly requestsPerSecond: number | null;
}

/** Reduces a cycle's samples, in any order, to its condition. Null of no samples: an indicator is never guessed. */
export function indicator(samples: readonly Sample[]): Indicator | null {
  if (samples.length === 0) return null;
  const ordered = [...samples].sort((a, b) => a.sampledAtUs - b.sampledAtUs);
  const heaps = ordered.map((sample) => sample.heapUsedBytes);
  return {
    samples: ordered.length,
    atUs: (ordered[0]!.sampledAtUs + ordered.at(-1)!.sampledAtUs) / 2,
    floorBytes: Math.min(...heaps),
    meanBytes: mean(heaps),
    peakBytes: Math.max(...heaps),
    afterMajorGcBytes: measured(ordered, (sample) => sample.heapAfterMajorGcBytes).at(-1) ?? null,
    gcPauseMs: measured(ordered, (sample) => sample.gcPauseMs).reduce((sum, pause) => sum + pause, 0),
    eventLoopDelayP95Ms: quantile(
      ordered.map((sample) => sample.eventLoopDelayMs),
      0.95,
    ),
    rssBytes: meanOrNull(measured(ordered, (sample) => sample.rssBytes)),
    cpuPercent: meanOrNull(measured(ordered, (sample) => sample.cpuPercent)),
    requestLatencyMs: meanOrNull(measured(ordered, (sample) => sample.requestLatencyMs)),
    requestsPerSecond: meanOrNull(measured(ordered, (sample) => sample.requestsPerSecond)),
  };
}

function measured(samples: readonly Sample[], pick: (sample: Sample) => number | undefined): number[] {
  return samples.map(pick).filter((value) => value !== undefined);
}

function meanOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : mean(values);
}
