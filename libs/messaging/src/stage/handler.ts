import type { StageTransaction, StageWriting } from './store.ts';

/** One record of one of the stage's topics, decoded. */
export interface InboundRecord<T = unknown> {
  readonly kind: 'record';
  /** The topic's name in the declaration, without prefix, team or processor: `panes`, `results`… */
  readonly family: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Record key: the source (or group). */
  readonly key: string;
  /** murmur2(key) mod 1024, also of a topic without a schema, where it may belong to another partition; state tables begin their key with it. */
  readonly slot: number;
  /** Of a topic without a schema (`dlq`, `late`, `overflow`): the record as it lies there, a `StoredRecord`. */
  readonly value: T;
  readonly headers: Readonly<Record<string, string>>;
  /** When Kafka took it, or the time its sender gave it where a topic is set so. Microseconds. */
  readonly timestampUs: number;
  /** Bytes of the encoded value. */
  readonly valueBytes: number;
}

/** A record before its value is decoded. */
export interface UndecodedRecord extends Omit<InboundRecord, 'value'> {
  /** One header, without making texts of all of them. */
  header(name: string): string | undefined;
}

/** A durable timer whose time has come. At most one per key; it is deleted in the batch's transaction unless set again. */
export interface DueTimer {
  readonly kind: 'timer';
  readonly key: string;
  readonly slot: number;
  /** Processing time, microseconds. */
  readonly dueUs: number;
}

export type StageInput = InboundRecord | DueTimer;

/** What a handler may process in one transaction: inputs of one partition, in order per topic. */
export interface StageBatch {
  readonly partition: number;
  /** The stage's clock when the batch was taken; the core sees no other. Microseconds. */
  readonly nowUs: number;
  readonly inputs: readonly StageInput[];
  /**
   * Records of this partition known to wait behind this batch, in the inbox and on the broker: 0 means that the stage has caught
   * up as far as the last fetch could see.
   */
  readonly backlogRecords: number;
}

/** A message to publish after the commit; encoded by the stage. */
export interface OutboundMessage {
  /** Full topic name, from the contracts. */
  readonly topic: string;
  readonly family: string;
  readonly key: string;
  /** Default: the key's partition. */
  readonly partition?: number;
  readonly value: unknown;
  /** Ids, attempt, home partition; trace and CloudEvents headers are added by the stage. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The input that caused it: its trace context is passed on. */
  readonly causedBy?: InboundRecord;
}

/** Topics that keep the original bytes of what was not used, or not yet. */
export type RejectionTopic = 'dlq' | 'late' | 'overflow';

/** Why a record is not used. */
export interface Diversion {
  readonly to: RejectionTopic;
  readonly code: string;
  readonly message: string;
}

/** A record that cannot be used: it goes to the dead letters (or to the late or the overflow topic) with its original bytes. */
export interface RejectedRecord {
  readonly record: InboundRecord;
  readonly to: RejectionTopic;
  /** Stable error code. */
  readonly code: string;
  /** What was wrong and what would be right. */
  readonly message: string;
  /** Further headers beside the reason. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** `dueUs` null clears the key's timer. */
export interface TimerChange {
  readonly slot: number;
  readonly key: string;
  readonly dueUs: number | null;
}

/** Everything a batch wants done. Nothing has happened yet; the stage commits all of it or none. */
export interface StageEffects {
  readonly messages: readonly OutboundMessage[];
  readonly timers: readonly TimerChange[];
  readonly rejected: readonly RejectedRecord[];
  /** Writes the changed state, in bulk, inside the batch's transaction. Absent: no state changed. */
  readonly write?: (tx: StageWriting) => Promise<void> | void;
}

/**
 * One service's part of a stage.
 *
 * `handle` may keep a cache per partition between `acquire` and `release` and may change it before the commit: whenever a
 * commit fails or its outcome is unknown, the stage calls `release` and then `acquire` again before the next `handle`.
 * `handle` is called with no inputs only after {@link Stage.prompt}.
 * `handle` of a partition is never called concurrently with itself. It may be called while the messages of the previous
 * batch are still being published; its own commit waits for that.
 *
 * @throws an error with `retryable = true` (the world's trouble, or "not known yet") pauses the partition and tries the same
 * inputs again with backoff; any other error is our mistake and stops the process.
 */
export interface StageHandler {
  acquire(partition: number): Promise<void>;
  release(partition: number): void;
  handle(batch: StageBatch, tx: StageTransaction): Promise<StageEffects>;
  /**
   * How many records of a topic the handler would take with the partition's next batch; what is more stays in the topic. Asked anew before each
   * batch: it may change with batches of the partition alone. No such method: any number.
   */
  roomFor?(partition: number, topic: string): number;
  /**
   * Whether records of a topic, though there is room for them, are no reason for a batch: they come with the next one that has a reason.
   * Asked as `roomFor` is. No such method: they are one.
   */
  canWait?(partition: number, topic: string): boolean;
  /**
   * Whether a record is of no use to this stage, by its key and headers alone: it is passed over without being decoded. No such
   * method: every record is decoded and handled.
   */
  passesOver?(record: InboundRecord): boolean;
  /**
   * Where a record goes without being decoded or handled, by its key and headers alone; undefined: it is handled. Called in order, after
   * the commit of the batch before.
   */
  diverts?(record: UndecodedRecord): Diversion | undefined;
  /**
   * The value that stands for a record whose own cannot be decoded: the record goes to the dead letters all the same, and is
   * handled with this value, so that whoever waits for it learns from its headers that it came. Undefined, or no such method: only
   * the dead letter.
   */
  standIn?(record: InboundRecord, problem: { readonly code: string; readonly message: string }): unknown;
}
