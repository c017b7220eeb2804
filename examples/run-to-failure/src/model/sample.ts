/** One sample of a unit: the values of one kept signal. What was not measured is absent. Units are in the names; times are integer microseconds, UTC. */
export interface Sample {
  readonly sampledAtUs: number;
  readonly heapUsedBytes: number;
  readonly eventLoopDelayMs: number;
  readonly rssBytes?: number;
  readonly cpuPercent?: number;
  readonly gcPauseMs?: number;
  readonly heapAfterMajorGcBytes?: number;
  readonly requestLatencyMs?: number;
  readonly requestLatencyMaxMs?: number;
  readonly requestsPerSecond?: number;
  readonly machineLoad1?: number;
}

/** A window's edges, half-open, in microseconds UTC. */
export interface Span {
  readonly startUs: number;
  readonly endUs: number;
}
