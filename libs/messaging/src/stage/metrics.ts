/** Measured by a stage; libs/service binds it to Prometheus. Called on hot paths once a batch, never once a record. */
export interface StageMetrics {
  /** Adds to a counter. */
  count(name: StageCounter, labels: Readonly<Record<string, string>>, amount: number): void;
  /** One measured value; milliseconds, records or bytes as the name says. */
  observe(name: StageHistogram, labels: Readonly<Record<string, string>>, value: number): void;
  /** The value as it is now. */
  set(name: StageGauge, labels: Readonly<Record<string, string>>, value: number): void;
}

export type StageCounter =
  | 'stage_records_total'
  | 'stage_passed_over_total'
  | 'stage_timers_fired_total'
  | 'stage_messages_total'
  | 'stage_commits_total'
  | 'stage_retries_total'
  | 'stage_fenced_total'
  | 'stage_takeovers_total'
  | 'stage_forwarded_total'
  | 'stage_dead_letters_total'
  | 'stage_late_total'
  | 'stage_diverted_total'
  | 'stage_parked_total'
  | 'stage_gap_records_total'
  | 'stage_consumer_restarts_total';

export type StageHistogram = 'stage_batch_records' | 'stage_handle_ms' | 'stage_commit_ms' | 'stage_publish_ms';

export type StageGauge = 'stage_lag_records' | 'stage_inbox_bytes' | 'stage_owned_partitions';

const nothing = () => undefined;

export const noMetrics: StageMetrics = { count: nothing, observe: nothing, set: nothing };
