import type { TimerChange } from './handler.ts';

/** Statements of one Postgres transaction. Parameters only; never text joined into SQL. */
export interface StageTransaction {
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

/** The end of a transaction: after what is written nothing comes but the commit. */
export interface StageWriting extends StageTransaction {
  /** Sends a statement whose answer nobody needs, which saves a round trip: if it fails, the commit does. */
  send(sql: string, parameters?: readonly unknown[]): void;
}

/** Who works on which partition of which stage; the fence of every commit. */
export interface StageLease {
  readonly stage: string;
  readonly partition: number;
  readonly epoch: bigint;
  /** Number of the last commit of this partition. */
  commitNo: bigint;
}

export interface StagePosition {
  readonly topic: string;
  /** The next record to process. */
  readonly nextOffset: bigint;
}

/** What a partition's last owner left. */
export interface TakenPartition {
  readonly lease: StageLease;
  /** Messages of the last commit (see `decodePending`); null when all are known to be published. */
  readonly pending: Buffer | null;
  readonly positions: readonly StagePosition[];
}

/** Records that retention removed before they were processed: offsets [fromOffset, toOffset). */
export interface Gap {
  readonly topic: string;
  readonly fromOffset: bigint;
  readonly toOffset: bigint;
}

/** A message that Kafka will never take, kept with its reason. */
export interface ParkedMessage {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly code: string;
  readonly reason: string;
}

/** What a commit writes beside the handler's own state. */
export interface StageCommit {
  /** Encoded messages to publish after the commit; null: none. */
  readonly pending: Buffer | null;
  readonly positions: readonly StagePosition[];
  /** At most one change for a key. */
  readonly timers: readonly TimerChange[];
  readonly parked: readonly ParkedMessage[];
  readonly gaps: readonly Gap[];
}

/** A transaction of one batch. After `commit` or `rollback` it is over. */
export interface StageUnitOfWork extends StageWriting {
  /**
   * Writes positions, pending and timers, raises the lease's `commitNo`, and commits: all or nothing.
   * @throws {MessagingError} FENCED: another owner has taken over and nothing was written. OUTCOME_UNKNOWN: the connection
   * broke after COMMIT was sent. STORE_UNAVAILABLE (retryable): nothing was written.
   */
  commit(lease: StageLease, change: StageCommit): Promise<void>;
  /** Never throws. */
  rollback(): Promise<void>;
}

export interface StoredTimer {
  readonly slot: number;
  readonly key: string;
  readonly dueUs: number;
}

/** What this stage knows of a topic it has read from; another id means the topic was deleted and made again. */
export interface TopicIdentity {
  readonly topic: string;
  /** Null: accept whatever is there. */
  readonly topicId: string | null;
  readonly clusterId: string;
}

/**
 * Where a stage keeps what must survive: the service's own Postgres schema.
 * Every method throws MessagingError STORE_UNAVAILABLE (retryable) when the database cannot be reached.
 */
export interface StageStore {
  /** Raises the partition's epoch: whoever held it before can no longer commit. */
  take(partition: {
    readonly stage: string;
    readonly partition: number;
    readonly owner: string;
  }): Promise<TakenPartition>;
  begin(): Promise<StageUnitOfWork>;
  /** Forgets `pending` because it is published. Does nothing when the lease is over. */
  clearPending(lease: StageLease): Promise<void>;
  /** Keeps messages that Kafka refused for good. */
  park(lease: StageLease, messages: readonly ParkedMessage[]): Promise<void>;
  /** Timers of the slots due before `untilUs`, soonest first, at most `limit`. */
  timers(query: {
    readonly stage: string;
    readonly slots: readonly number[];
    readonly untilUs: number;
    readonly limit: number;
  }): Promise<StoredTimer[]>;
  identities(stage: string): Promise<TopicIdentity[]>;
  saveIdentities(stage: string, identities: readonly TopicIdentity[]): Promise<void>;
  /** Schemas by id that this service has seen on this cluster. */
  schemas(clusterId: string): Promise<{ readonly id: number; readonly schema: string }[]>;
  saveSchema(clusterId: string, id: number, schema: string): Promise<void>;
}
