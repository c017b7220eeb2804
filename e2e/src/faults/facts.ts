/** What a run left on Kafka and in Postgres, as the checker needs it. Windows are known by their source and start. */
export interface Facts {
  readonly expected: readonly ExpectedWindow[];
  readonly panes: readonly ToldPane[];
  readonly outcomes: readonly ToldOutcome[];
  readonly stored: readonly StoredOutcome[];
  readonly leases: readonly LeaseSample[];
  /** Messages that Kafka refused for good. */
  readonly parked: readonly string[];
}

export interface Verdict {
  readonly state: string;
  /** Of the reason; null: succeeded. */
  readonly code: string | null;
  /** Of the result; null: none. */
  readonly value: number | null;
}

export interface ExpectedWindow {
  readonly key: string;
  readonly startUs: number;
  /** By algorithm. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
}

/** Where a record lies, and the time its producer gave it. */
export interface Place {
  readonly partition: number;
  readonly offset: bigint;
  readonly atMs: number;
}

export interface ToldPane extends Place {
  readonly key: string;
  readonly startUs: number;
  readonly windowId: string;
  readonly revision: number;
  readonly version: number;
  readonly firedAtUs: number;
}

export interface ToldOutcome extends Place, Verdict {
  readonly key: string;
  readonly startUs: number;
  readonly windowId: string;
  readonly version: number;
  readonly algorithm: string;
  readonly executionId: string;
  readonly run: number;
  readonly attempt: number;
}

export interface StoredOutcome {
  readonly key: string;
  readonly startUs: number;
  readonly algorithm: string;
  readonly executionId: string;
  readonly state: string;
  readonly value: number | null;
}

/** Who owned a partition of a stage, as its row said at some time. Samples of one partition are in order of time. */
export interface LeaseSample {
  readonly stage: string;
  readonly partition: number;
  readonly owner: string;
  readonly epoch: number;
  readonly commitNo: number;
}
