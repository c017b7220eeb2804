import type { Cancellation } from '../scheduling/recently-cancelled.ts';
import type { Identity } from '../execution/answer.ts';
import type { LogLevel } from '../log.ts';
import type { Job, JobOutcome, ProgressNote } from './executor.ts';

/** What a worker thread is given at its start. */
export interface WorkerStart {
  readonly windlassWorker: true;
  readonly moduleUrl: string;
  readonly identity: Identity;
  readonly resultSchemaId: number;
  readonly schemas: ReadonlyMap<number, string>;
  readonly journal: SharedArrayBuffer;
}

export type ToWorker =
  | { readonly kind: 'job'; readonly job: Job }
  | { readonly kind: 'schema'; readonly id: number; readonly schema: string }
  | { readonly kind: 'cancel'; readonly job: number; readonly cancellation: Cancellation };

export type FromWorker =
  | { readonly kind: 'ready'; readonly algorithms: readonly string[] }
  | { readonly kind: 'done'; readonly job: number; readonly outcome: JobOutcome }
  /** The items of a chain so far, when they do not fit the journal. */
  | { readonly kind: 'partial'; readonly job: number; readonly record: Buffer }
  | { readonly kind: 'progress'; readonly note: ProgressNote }
  | {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly message: string;
      readonly fields: Record<string, unknown> | undefined;
    };
