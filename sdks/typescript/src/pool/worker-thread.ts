import { Worker } from 'node:worker_threads';
import type { Job } from './executor.ts';
import { JOB_SLOTS, Journal } from './journal.ts';
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts';
import { toThread } from './thread-bytes.ts';

const isSource = import.meta.url.endsWith('.ts');
const ENTRY = new URL(`./worker-main.${isSource ? 'ts' : 'js'}`, import.meta.url);
/** From sources (in this repository) the thread needs what resolves the workspace's packages to theirs. */
const SOURCE_OPTIONS = { execArgv: ['--conditions=windlass-source', '--disable-warning=ExperimentalWarning'] };

export interface WorkerEvents {
  onMessage(thread: WorkerThread, message: FromWorker): void;
  /** The thread has ended by itself: an uncaught error, memory, `process.exit`. */
  onEnd(thread: WorkerThread, error: Error | undefined): void;
}

/** One worker thread, the job it runs and those that wait in it. */
export class WorkerThread {
  /** It has imported the module. */
  ready = false;
  /** Items of the running chain so far that did not fit the journal. */
  partial: { readonly job: number; readonly record: Buffer } | undefined;
  readonly journal = new Journal();
  /** Jobs it holds and their slots, in the order it runs them. */
  readonly #held = new Map<number, number>();
  readonly #freeSlots = Array.from({ length: JOB_SLOTS }, (_, slot) => slot);
  readonly #worker: Worker;
  #ended = false;

  constructor(start: Omit<WorkerStart, 'journal' | 'windlassWorker'>, events: WorkerEvents) {
    const workerData: WorkerStart = { ...start, windlassWorker: true, journal: this.journal.memory };
    this.#worker = new Worker(ENTRY, { workerData, name: 'windlass', ...(isSource ? SOURCE_OPTIONS : {}) });
    let failure: Error | undefined;
    this.#worker.on('message', (message: FromWorker) => events.onMessage(this, message));
    this.#worker.on('error', (error: Error) => {
      failure = error;
    });
    this.#worker.on('exit', () => {
      if (this.#ended) return;
      this.#ended = true;
      events.onEnd(this, failure);
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Ids of the jobs it holds, in the order it runs them. */
  get jobs(): readonly number[] {
    return [...this.#held.keys()];
  }

  get load(): number {
    return this.#held.size;
  }

  get hasRoom(): boolean {
    return this.ready && !this.#ended && this.#freeSlots.length > 0;
  }

  holds(jobId: number): boolean {
    return this.#held.has(jobId);
  }

  post(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  give(job: Job): void {
    const slot = this.#freeSlots.pop()!;
    this.#held.set(job.id, slot);
    this.journal.fill(slot);
    const { bytes, transfer } = toThread(job.value);
    this.post({ kind: 'job', job: { ...job, value: bytes }, slot }, transfer);
  }

  done(jobId: number): void {
    const slot = this.#held.get(jobId);
    if (slot === undefined) return;
    this.#held.delete(jobId);
    this.#freeSlots.push(slot);
  }

  skipped(slot: number): void {
    this.#freeSlots.push(slot);
  }

  /** Takes a job back that it has not taken up yet. */
  recall(jobId: number): boolean {
    const slot = this.#held.get(jobId);
    if (slot === undefined || !this.journal.recall(slot)) return false;
    this.#held.delete(jobId);
    return true;
  }

  /** Takes back the last of the jobs that wait in it. */
  recallLast(): number | undefined {
    if (this.#held.size < 2) return undefined;
    const last = this.jobs.at(-1)!;
    return this.recall(last) ? last : undefined;
  }

  /** Ends it whatever it does; resolves when nothing of it runs any more. `onEnd` is not called. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#worker.terminate();
  }
}
