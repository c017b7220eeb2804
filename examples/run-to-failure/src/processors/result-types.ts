// What each algorithm answers with, field by field, as the hub registers it.
import { boolean, double, list, optional, string, struct } from '@windlass/sdk';
import type { ResultType } from '@windlass/sdk';
import type { Baseline } from '../model/baseline.ts';
import type { Deviation } from '../model/deviation.ts';
import type { Indicator } from '../model/indicator.ts';
import type { ProbationCheck } from '../model/probation-check.ts';
import type { RemainingLife } from '../model/rul.ts';
import type { Judged, LifeSummary } from '../model/summary.ts';
import type { Warning } from '../model/warning.ts';

const count = double('1');
const share = double('1');
const bytes = double('By');
const milliseconds = double('ms');
const seconds = double('s');
/** Microseconds since 1970, UTC. */
const time = double('us');

export const indicatorResult: ResultType<Indicator> = struct({
  samples: count,
  atUs: time,
  floorBytes: bytes,
  meanBytes: bytes,
  peakBytes: bytes,
  afterMajorGcBytes: optional(bytes),
  gcPauseMs: milliseconds,
  eventLoopDelayP95Ms: milliseconds,
  rssBytes: optional(bytes),
  cpuPercent: optional(double('%')),
  requestLatencyMs: optional(milliseconds),
  requestsPerSecond: optional(double('Hz')),
});

export const deviationResult: ResultType<Deviation> = struct({
  score: optional(double('1')),
  alarm: boolean(),
  changeAtUs: optional(time),
  atUs: time,
  floorBytes: bytes,
  afterMajorGcBytes: optional(bytes),
  requestsPerSecond: optional(double('Hz')),
});

export const baselineResult: ResultType<Baseline> = struct({
  samples: count,
  medianHeapBytes: bytes,
  heapP05Bytes: bytes,
  heapP95Bytes: bytes,
  medianEventLoopDelayMs: milliseconds,
  eventLoopDelayP95Ms: milliseconds,
  requestLatencyP95Ms: optional(milliseconds),
});

export const probationResult: ResultType<ProbationCheck> = struct({
  samples: count,
  medianHeapBytes: bytes,
  heapShift: double('1'),
  slowShare: share,
  steady: boolean(),
});

export const rulResult: ResultType<RemainingLife> = struct({
  state: string() as ResultType<RemainingLife['state']>,
  remainingSeconds: seconds,
  lowSeconds: seconds,
  highSeconds: seconds,
  trend: optional(
    struct({
      seconds,
      constantShare: share,
      loadShare: share,
      acceleratingShare: share,
      cycles: count,
    }),
  ),
});

export const summaryResult: ResultType<LifeSummary> = struct({
  lifeSeconds: seconds,
  cycles: count,
  alarmedCycles: count,
  firstAlarmAtUs: optional(time),
  highestScore: double('1'),
  highestFloorBytes: bytes,
  judged: list() as unknown as ResultType<readonly Judged[]>,
});

export const warningResult: ResultType<Warning> = struct({ seconds, lifeShare: share });
