import type { TraceContext } from '../definition/algorithm.ts';
import type { Cancellation } from '../scheduling/recently-cancelled.ts';

/** A task to run, as it came from Kafka. */
export interface Job {
  /** Unique in this process, positive, below 2^31. */
  readonly id: number;
  /** In the Confluent wire format. */
  readonly value: Buffer;
  /** The hub has cancelled (part of) it before it began. */
  readonly cancellation?: Cancellation | undefined;
  /** Of the record. */
  readonly trace?: TraceContext | undefined;
}

/** What became of a job. */
export type JobOutcome =
  | {
      readonly kind: 'answered';
      readonly taskId: string;
      readonly homePartition: number;
      /** Encoded result record. */
      readonly record: Buffer;
    }
  /** The bytes are no task; it can be answered from the headers at most. */
  | { readonly kind: 'unreadable'; readonly message: string };

export interface ProgressNote {
  readonly job: number;
  readonly homePartition: number;
  readonly taskId: string;
  readonly record: Buffer;
}

/** Where algorithms run. */
export interface Executor {
  /** Jobs it runs at a time; more wait. */
  readonly slots: number;
  /** Tells it the schema behind an id; before the first job that is written with it. */
  addSchema(id: number, schema: string): void;
  /** Resolves with the answer, also when the work failed; rejects only when closed. */
  run(job: Job): Promise<JobOutcome>;
  /** Cancels these executions of a job, all when none are named. Nothing happens when it is done already. */
  cancel(job: number, cancellation: Cancellation): void;
  close(): Promise<void>;
}
