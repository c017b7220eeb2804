import type { Cancellation } from '../scheduling/recently-cancelled.ts';
import type { Identity } from '../execution/answer.ts';
import type { LogLevel } from '../log.ts';
import type { ResultCollectorAddress } from '../result-collector.ts';
import type { Job, JobOutcome, ProgressNote } from './executor.ts';

/** What a worker thread is given at its start. */
export interface WorkerStart {
  readonly windlassWorker: true;
  readonly moduleUrl: string;
  readonly identity: Identity;
  readonly resultSchemaId: number;
  readonly resultCollector: ResultCollectorAddress;
  readonly schemas: ReadonlyMap<number, string>;
  readonly journal: SharedArrayBuffer;
}

/** Between threads a Buffer arrives as a plain Uint8Array. */
export type Threaded<T> = { readonly [K in keyof T]: T[K] extends Buffer ? Uint8Array : T[K] };

export type ToWorker =
  | { readonly kind: 'job'; readonly job: Threaded<Job>; readonly slot: number }
  | { readonly kind: 'schema'; readonly id: number; readonly schema: string }
  | { readonly kind: 'cancel'; readonly job: number; readonly cancellation: Cancellation };

export type FromWorker =
  | { readonly kind: 'ready'; readonly algorithms: readonly string[] }
  | { readonly kind: 'done'; readonly job: number; readonly outcome: Threaded<JobOutcome> }
  /** A recalled job has been passed over: its slot is free. */
  | { readonly kind: 'skipped'; readonly slot: number }
  /** The items of a chain so far, when they do not fit the journal. */
  | { readonly kind: 'partial'; readonly job: number; readonly record: Uint8Array }
  | { readonly kind: 'progress'; readonly note: Threaded<ProgressNote> }
  | {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly message: string;
      readonly fields: Record<string, unknown> | undefined;
    };
