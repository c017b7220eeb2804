import { Worker } from 'node:worker_threads';
import type { Job } from './executor.ts';
import { Journal } from './journal.ts';
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts';

const isSource = import.meta.url.endsWith('.ts');
const ENTRY = new URL(`./worker-main.${isSource ? 'ts' : 'js'}`, import.meta.url);
/** From sources (in this repository) the thread needs what resolves the workspace's packages to theirs. */
const SOURCE_OPTIONS = { execArgv: ['--conditions=windlass-source', '--disable-warning=ExperimentalWarning'] };

export interface WorkerEvents {
  onMessage(thread: WorkerThread, message: FromWorker): void;
  /** The thread has ended by itself: an uncaught error, memory, `process.exit`. */
  onEnd(thread: WorkerThread, error: Error | undefined): void;
}

/** One worker thread and the job it runs. */
export class WorkerThread {
  job: Job | undefined;
  /** Items of a chain so far that did not fit the journal. */
  partial: Buffer | undefined;
  readonly journal = new Journal();
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

  post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  start(job: Job): void {
    this.job = job;
    this.partial = undefined;
    this.post({ kind: 'job', job });
  }

  /** Ends it whatever it does; resolves when nothing of it runs any more. `onEnd` is not called. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#worker.terminate();
  }
}
