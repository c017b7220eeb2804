import type { AlgorithmError, Task, TaskExecution } from '@windlass/contracts';
import { answerError, thrownError } from '../execution/algorithm-error.ts';
import { AnswerCodec, failedItem, type Identity } from '../execution/answer.ts';
import { errorFields, type Logger } from '../log.ts';
import type { Cancellation } from '../scheduling/recently-cancelled.ts';
import type { Executor, Job, JobOutcome, ProgressNote } from './executor.ts';
import type { FromWorker } from './messages.ts';
import { TaskReader } from './task-reader.ts';
import { concerns, nowUs } from './task-worker.ts';
import { WorkerThread } from './worker-thread.ts';

/** How often limits are looked at while work runs: work ends at most this much after its limit. */
const LIMIT_CHECK_MS = 20;
/** Cancelled work that has not ended after so long is ended with its thread. */
export const CANCEL_GRACE_MS = 1_000;
/** A thread that could not start is started again after so long. */
const RESTART_DELAY_MS = 1_000;
const NOTHING_DONE = Buffer.alloc(0);

export interface WorkerPoolOptions {
  readonly size: number;
  readonly moduleUrl: string;
  readonly identity: Identity;
  readonly resultSchemaId: number;
  readonly log: Logger;
  readonly onProgress: (note: ProgressNote) => void;
}

/** A job whose thread dies each time before it begins is failed after so many. */
const MAX_STARTS = 3;

interface Pending {
  job: Job;
  /** Threads it was given to. */
  starts: number;
  readonly resolve: (outcome: JobOutcome) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Worker threads, each running one job at a time. A job over its limit ends its thread, which is replaced; the others go on.
 * A thread that dies by itself fails the job it ran, as WORKER_DIED; a job it had not begun is given to another.
 */
export class WorkerPool implements Executor {
  readonly slots: number;
  readonly #options: WorkerPoolOptions;
  readonly #reader = new TaskReader();
  readonly #codec: AnswerCodec;
  readonly #schemas = new Map<number, string>();
  readonly #threads = new Set<WorkerThread>();
  readonly #idle: WorkerThread[] = [];
  readonly #waiting: Pending[] = [];
  readonly #running = new Map<number, Pending>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #watch: NodeJS.Timeout | undefined;
  #closed = false;
  #firstReady: { resolve: (algorithms: readonly string[]) => void; reject: (error: unknown) => void } | undefined;

  private constructor(options: WorkerPoolOptions) {
    this.slots = options.size;
    this.#options = options;
    this.#codec = new AnswerCodec(options.identity, options.resultSchemaId);
  }

  /**
   * Starts the threads and waits until one has imported the processor's module.
   * @throws what the module throws.
   */
  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    const ready = new Promise<readonly string[]>((resolve, reject) => (pool.#firstReady = { resolve, reject }));
    for (let i = 0; i < options.size; i++) pool.#spawn();
    try {
      await ready;
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  addSchema(id: number, schema: string): void {
    if (this.#schemas.has(id)) return;
    this.#schemas.set(id, schema);
    this.#reader.add(id, schema);
    for (const thread of this.#threads) thread.post({ kind: 'schema', id, schema });
  }

  run(job: Job): Promise<JobOutcome> {
    if (this.#closed) return Promise.reject(new Error('the pool is closed'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, starts: 0, resolve, reject });
      this.#assign();
    });
  }

  cancel(jobId: number, cancellation: Cancellation): void {
    const waiting = this.#waiting.find(({ job }) => job.id === jobId);
    if (waiting) waiting.job = { ...waiting.job, cancellation };
    const thread = this.#threadOf(jobId);
    if (!thread) return;
    thread.post({ kind: 'cancel', job: jobId, cancellation });
    this.#later(CANCEL_GRACE_MS, () => {
      const pending = this.#running.get(jobId);
      if (!pending || thread.job?.id !== jobId || thread.ended) return;
      const current = this.#taskOf(pending.job)?.executions[thread.journal.read()?.execution ?? 0];
      if (current && concerns(cancellation, current.executionId)) {
        void this.#end(thread, 'CANCELLED', () => cancellation.reason);
      }
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#watch);
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all([...this.#threads].map((thread) => thread.end()));
    const error = new Error('the pool is closed');
    for (const { reject } of [...this.#waiting.splice(0), ...this.#running.values()]) reject(error);
    this.#running.clear();
  }

  #spawn(): void {
    if (this.#closed) return;
    const { moduleUrl, identity, resultSchemaId } = this.#options;
    const thread = new WorkerThread(
      { moduleUrl, identity, resultSchemaId, schemas: this.#schemas },
      {
        onMessage: (from, message) => this.#onMessage(from, message),
        onEnd: (from, error) => this.#onEnd(from, error),
      },
    );
    this.#threads.add(thread);
  }

  #onMessage(thread: WorkerThread, message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        this.#firstReady?.resolve(message.algorithms);
        this.#firstReady = undefined;
        this.#idle.push(thread);
        this.#assign();
        break;
      case 'done':
        this.#settle(message.job, withBuffer(message.outcome));
        if (thread.job?.id === message.job && !thread.ended) {
          thread.job = undefined;
          this.#idle.push(thread);
          this.#assign();
        }
        break;
      case 'partial':
        if (thread.job?.id === message.job) thread.partial = asBuffer(message.record);
        break;
      case 'progress':
        this.#options.onProgress({ ...message.note, record: asBuffer(message.note.record) });
        break;
      case 'log':
        this.#options.log[message.level](message.message, message.fields);
        break;
      default:
        message satisfies never;
    }
  }

  #assign(): void {
    while (this.#idle.length > 0 && this.#waiting.length > 0) {
      const thread = this.#idle.pop()!;
      const pending = this.#waiting.shift()!;
      this.#running.set(pending.job.id, pending);
      pending.starts++;
      thread.start(pending.job);
    }
    this.#watch ??= setInterval(() => this.#checkLimits(), LIMIT_CHECK_MS);
    if (this.#running.size === 0) {
      clearInterval(this.#watch);
      this.#watch = undefined;
    }
  }

  #checkLimits(): void {
    const now = process.hrtime.bigint();
    for (const thread of this.#threads) {
      if (thread.job && !thread.ended && thread.journal.isOver(now)) {
        void this.#end(thread, 'TIMEOUT', ({ timeoutMs }) => `start-to-close limit of ${timeoutMs} ms exceeded`);
      }
    }
  }

  /** Ends a thread for what it runs now, answers that, and puts a new thread in its place. */
  async #end(
    thread: WorkerThread,
    code: 'TIMEOUT' | 'CANCELLED',
    message: (execution: TaskExecution) => string,
  ): Promise<void> {
    await thread.end();
    this.#replace(thread, 0);
    const pending = thread.job && this.#running.get(thread.job.id);
    if (!pending) return;
    // It may have gone on to the next execution in the meantime, which has its own limit.
    if (code === 'TIMEOUT' && !thread.journal.isOver(process.hrtime.bigint())) return this.#again(pending);
    this.#answer(pending, thread, (execution) => answerError(code, message(execution)));
  }

  #onEnd(thread: WorkerThread, failure: Error | undefined): void {
    const first = this.#firstReady;
    this.#firstReady = undefined;
    if (first) return first.reject(failure ?? new Error('the worker thread ended before it was ready'));
    this.#options.log.error('a worker thread died', { error: errorFields(failure ?? 'it exited') });
    this.#replace(thread, thread.job ? 0 : RESTART_DELAY_MS);
    const pending = thread.job && this.#running.get(thread.job.id);
    if (!pending) return;
    const { message, stack } = thrownError(failure ?? 'the algorithm ended its thread');
    this.#answer(pending, thread, () => answerError('WORKER_DIED', message, stack));
  }

  /** What the ended thread had done of the job, then the error. */
  #answer(pending: Pending, thread: WorkerThread, error: (execution: TaskExecution) => AlgorithmError): void {
    const task = this.#taskOf(pending.job);
    const entry = thread.journal.read();
    const begun = entry?.job === pending.job.id ? entry : undefined;
    const execution = task?.executions[begun?.execution ?? 0];
    if (!task || !execution || (!begun && pending.starts < MAX_STARTS)) return this.#again(pending);
    const record = thread.partial ?? begun?.record ?? NOTHING_DONE;
    const done = record.length === 0 ? [] : this.#codec.decode(record).items;
    const times = { startedAtUs: begun?.startedAtUs ?? nowUs(), endedAtUs: nowUs() };
    const failed = failedItem({ ...execution, ...times }, error(execution));
    const { taskId, homePartition } = task;
    const answer = this.#codec.encode(taskId, [...done, failed]);
    this.#settle(pending.job.id, { kind: 'answered', taskId, homePartition, record: answer });
  }

  /** A job that its thread had not begun goes to another. */
  #again(pending: Pending): void {
    this.#running.delete(pending.job.id);
    this.#waiting.unshift(pending);
    this.#assign();
  }

  #settle(jobId: number, outcome: JobOutcome): void {
    const pending = this.#running.get(jobId);
    this.#running.delete(jobId);
    pending?.resolve(outcome);
  }

  #replace(thread: WorkerThread, delayMs: number): void {
    this.#threads.delete(thread);
    const at = this.#idle.indexOf(thread);
    if (at >= 0) this.#idle.splice(at, 1);
    if (delayMs === 0) this.#spawn();
    else this.#later(delayMs, () => this.#spawn());
  }

  #threadOf(jobId: number): WorkerThread | undefined {
    for (const thread of this.#threads) if (thread.job?.id === jobId) return thread;
    return undefined;
  }

  #taskOf(job: Job): Task | undefined {
    try {
      return this.#reader.read(job.value);
    } catch {
      return undefined;
    }
  }

  #later(delayMs: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, delayMs);
    this.#timers.add(timer);
  }
}

/** Structured clone makes plain Uint8Arrays of Buffers. */
const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

const withBuffer = (outcome: JobOutcome): JobOutcome =>
  outcome.kind === 'answered' ? { ...outcome, record: asBuffer(outcome.record) } : outcome;
