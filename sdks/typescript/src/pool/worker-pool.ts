import type { AlgorithmError, Task, TaskExecution } from '@windlass/contracts';
import { answerError, thrownError } from '../execution/algorithm-error.ts';
import { AnswerCodec, type Identity } from '../execution/answer.ts';
import { errorFields, type Logger } from '../log.ts';
import type { ResultCollectorAddress } from '../result-collector.ts';
import type { Cancellation } from '../scheduling/recently-cancelled.ts';
import { answerOfEnded } from './ended-job.ts';
import type { Executor, Job, JobOutcome, ProgressNote } from './executor.ts';
import { JOB_SLOTS, type JournalEntry } from './journal.ts';
import type { FromWorker, Threaded } from './messages.ts';
import { fromThread } from './thread-bytes.ts';
import { TaskReader } from './task-reader.ts';
import { concerns } from './task-worker.ts';
import { WorkerThread } from './worker-thread.ts';

/** How often limits are looked at while work runs: work ends at most this much after its limit. */
const LIMIT_CHECK_MS = 20;
/** Cancelled work that has not ended after so long is ended with its thread. */
const CANCEL_GRACE_MS = 1_000;
/** A thread that could not start is started again after so long. */
const RESTART_DELAY_MS = 1_000;
/** A job whose thread dies each time before it begins is failed after so many. */
const MAX_STARTS = 3;

export interface WorkerPoolOptions {
  readonly size: number;
  readonly moduleUrl: string;
  readonly identity: Identity;
  readonly resultSchemaId: number;
  readonly resultCollector: ResultCollectorAddress;
  readonly log: Logger;
  readonly onProgress: (note: ProgressNote) => void;
}

interface Pending {
  job: Job;
  /** Threads that took it up and died before it began. */
  starts: number;
  readonly resolve: (outcome: JobOutcome) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Worker threads, each running one job at a time while a few wait in it; a thread without work takes from one that has some, so
 * no job waits behind another while a thread is free. A job over its limit ends its thread, which is replaced; the others go on.
 * A thread that dies by itself fails the job it ran, as WORKER_DIED; jobs it had not begun are given to others.
 */
export class WorkerPool implements Executor {
  readonly slots: number;
  readonly #options: WorkerPoolOptions;
  readonly #reader = new TaskReader();
  readonly #codec: AnswerCodec;
  readonly #schemas = new Map<number, string>();
  readonly #threads = new Set<WorkerThread>();
  readonly #waiting: Pending[] = [];
  /** Jobs that threads hold. */
  readonly #given = new Map<number, Pending>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #watch: NodeJS.Timeout | undefined;
  #closed = false;
  #firstReady: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  private constructor(options: WorkerPoolOptions) {
    this.slots = options.size * JOB_SLOTS;
    this.#options = options;
    this.#codec = new AnswerCodec(options.identity, options.resultSchemaId);
  }

  /**
   * Starts the threads and waits until one has imported the processor's module.
   * @throws what the module throws.
   */
  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    const ready = new Promise<void>((resolve, reject) => (pool.#firstReady = { resolve, reject }));
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
    const thread = [...this.#threads].find((one) => one.holds(jobId));
    if (thread?.recall(jobId)) this.#takeBack(jobId);
    const waiting = this.#waiting.find(({ job }) => job.id === jobId);
    if (waiting) waiting.job = { ...waiting.job, cancellation };
    if (waiting) return this.#assign();
    thread?.post({ kind: 'cancel', job: jobId, cancellation });
    if (thread) this.#later(CANCEL_GRACE_MS, () => this.#endCancelled(thread, jobId, cancellation));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#watch);
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all([...this.#threads].map((thread) => thread.end()));
    const error = new Error('the pool is closed');
    for (const { reject } of [...this.#waiting.splice(0), ...this.#given.values()]) reject(error);
    this.#given.clear();
  }

  #spawn(): void {
    if (this.#closed) return;
    const { moduleUrl, identity, resultSchemaId, resultCollector } = this.#options;
    const thread = new WorkerThread(
      { moduleUrl, identity, resultSchemaId, resultCollector, schemas: this.#schemas },
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
        this.#firstReady?.resolve();
        this.#firstReady = undefined;
        thread.ready = true;
        this.#assign();
        break;
      case 'done':
        thread.done(message.job);
        this.#settle(message.job, withBuffer(message.outcome));
        this.#assign();
        break;
      case 'skipped':
        thread.skipped(message.slot);
        this.#assign();
        break;
      case 'partial':
        thread.partial = { job: message.job, record: fromThread(message.record) };
        break;
      case 'progress':
        this.#options.onProgress({ ...message.note, record: fromThread(message.note.record) });
        break;
      case 'log':
        this.#options.log[message.level](message.message, message.fields);
        break;
      default:
        message satisfies never;
    }
  }

  /** Gives waiting jobs to the threads that hold least; then lets threads without work take from others. */
  #assign(): void {
    for (let thread = this.#leastLoaded(); thread && this.#waiting.length > 0; thread = this.#leastLoaded()) {
      const pending = this.#waiting.shift()!;
      this.#given.set(pending.job.id, pending);
      thread.give(pending.job);
    }
    for (const idle of this.#threads) {
      if (idle.load > 0 || !idle.hasRoom) continue;
      const recalled = this.#mostLoaded()?.recallLast();
      if (recalled === undefined) break;
      idle.give(this.#given.get(recalled)!.job);
    }
    if (this.#given.size > 0) this.#watch ??= setInterval(() => this.#checkLimits(), LIMIT_CHECK_MS);
    else {
      clearInterval(this.#watch);
      this.#watch = undefined;
    }
  }

  #leastLoaded(): WorkerThread | undefined {
    let least: WorkerThread | undefined;
    for (const thread of this.#threads) if (thread.hasRoom && thread.load < (least?.load ?? Infinity)) least = thread;
    return least;
  }

  #mostLoaded(): WorkerThread | undefined {
    let most: WorkerThread | undefined;
    for (const thread of this.#threads) if (!thread.ended && thread.load > (most?.load ?? 1)) most = thread;
    return most;
  }

  #takeBack(jobId: number): void {
    const pending = this.#given.get(jobId)!;
    this.#given.delete(jobId);
    this.#waiting.unshift(pending);
  }

  #checkLimits(): void {
    const now = process.hrtime.bigint();
    for (const thread of this.#threads) {
      if (!thread.ended && thread.journal.isOver(now)) {
        void this.#end(thread, 'TIMEOUT', ({ timeoutMs }) => `start-to-close limit of ${timeoutMs} ms exceeded`);
      }
    }
  }

  #endCancelled(thread: WorkerThread, jobId: number, cancellation: Cancellation): void {
    const pending = this.#given.get(jobId);
    const entry = thread.journal.read();
    if (!pending || thread.ended || entry?.job !== jobId) return;
    const current = this.#taskOf(pending.job)?.executions[entry.execution];
    if (current && concerns(cancellation, current.executionId)) {
      void this.#end(thread, 'CANCELLED', () => cancellation.reason);
    }
  }

  /** Ends a thread for what it runs now, answers that, and puts a new thread in its place. */
  async #end(
    thread: WorkerThread,
    code: 'TIMEOUT' | 'CANCELLED',
    message: (execution: TaskExecution) => string,
  ): Promise<void> {
    await thread.end();
    this.#threads.delete(thread);
    this.#spawn();
    // It may have gone on to the next execution in the meantime, which has its own limit.
    const holds = code === 'CANCELLED' || thread.journal.isOver(process.hrtime.bigint());
    this.#bury(thread, holds ? (execution) => answerError(code, message(execution)) : undefined);
  }

  #onEnd(thread: WorkerThread, failure: Error | undefined): void {
    const first = this.#firstReady;
    this.#firstReady = undefined;
    if (first) return first.reject(failure ?? new Error('the worker thread ended before it was ready'));
    this.#options.log.error('a worker thread died', { error: errorFields(failure ?? 'it exited') });
    this.#threads.delete(thread);
    if (thread.ready) this.#spawn();
    else this.#later(RESTART_DELAY_MS, () => this.#spawn());
    const { message, stack } = thrownError(failure ?? 'the algorithm ended its thread');
    this.#bury(thread, () => answerError('WORKER_DIED', message, stack));
  }

  /** The job that an ended thread ran is answered with the error; those that waited in it go to others. */
  #bury(thread: WorkerThread, error: ((execution: TaskExecution) => AlgorithmError) | undefined): void {
    const entry = thread.journal.read();
    for (const jobId of thread.jobs.toReversed()) {
      const begun = entry?.job === jobId ? entry : undefined;
      const pending = this.#given.get(jobId);
      if (!pending) continue;
      const taken = !thread.recall(jobId);
      if (error && taken && (begun || ++pending.starts >= MAX_STARTS)) this.#answer(pending, thread, begun, error);
      else this.#takeBack(jobId);
    }
    this.#assign();
  }

  /** What the ended thread had done of the job, then the error. */
  #answer(
    pending: Pending,
    { partial }: WorkerThread,
    begun: JournalEntry | undefined,
    error: (execution: TaskExecution) => AlgorithmError,
  ): void {
    const { job } = pending;
    const task = this.#taskOf(job);
    if (!task) return this.#settle(job.id, { kind: 'unreadable', message: 'a worker thread died reading it' });
    const part = partial?.job === job.id ? partial.record : begun?.record;
    this.#settle(job.id, answerOfEnded({ task, begun, part, error, codec: this.#codec }));
  }

  #settle(jobId: number, outcome: JobOutcome): void {
    const pending = this.#given.get(jobId);
    this.#given.delete(jobId);
    pending?.resolve(outcome);
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

const withBuffer = (outcome: Threaded<JobOutcome>): JobOutcome =>
  outcome.kind === 'answered' ? { ...outcome, record: fromThread(outcome.record) } : outcome;
