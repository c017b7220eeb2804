import type { AnyAlgorithm } from '../definition/algorithm.ts';
import { answerError } from '../execution/algorithm-error.ts';
import { AnswerCodec, failedItem, type Identity } from '../execution/answer.ts';
import type { Logger } from '../log.ts';
import { ResultCollector, type ResultCollectorAddress } from '../result-collector.ts';
import type { Cancellation } from '../scheduling/recently-cancelled.ts';
import type { Executor, Job, JobOutcome, ProgressNote } from './executor.ts';
import { TaskReader } from './task-reader.ts';
import { TaskWorker, nowUs, type Host } from './task-worker.ts';

/** Async work beside each other; plain functions run one after the other anyway. */
const SLOTS = 16;

export interface InlineOptions {
  readonly algorithms: ReadonlyMap<string, AnyAlgorithm>;
  readonly identity: Identity;
  readonly resultSchemaId: number;
  readonly resultCollector: ResultCollectorAddress;
  readonly log: Logger;
  readonly onProgress: (note: ProgressNote) => void;
}

/**
 * Runs algorithms on the main thread (`workers: 0`): for trusted ones that answer at once. Limits hold for work that awaits; a
 * busy loop holds up everything, heartbeats included. Work over its limit is answered and its signal aborted, but what
 * it started cannot be ended.
 */
export class InlineExecutor implements Executor {
  readonly slots = SLOTS;
  readonly #reader = new TaskReader();
  readonly #worker: TaskWorker;
  readonly #limits = new Map<number, { timer: NodeJS.Timeout | undefined; expire: (outcome: JobOutcome) => void }>();

  constructor({ algorithms, identity, resultSchemaId, resultCollector, log, onProgress }: InlineOptions) {
    const codec = new AnswerCodec(identity, resultSchemaId);
    const host: Host = {
      algorithms,
      reader: this.#reader,
      codec,
      referred: new ResultCollector(resultCollector),
      log,
      cpuMs: () => null,
      progress: onProgress,
      starting: (job, execution, _index, task, done) => {
        const limit = this.#limits.get(job.id);
        if (!limit) return;
        const before = [...done];
        const startedAtUs = nowUs();
        limit.timer = setTimeout(() => {
          const error = answerError('TIMEOUT', `start-to-close limit of ${execution.timeoutMs} ms exceeded`);
          const item = failedItem({ ...execution, startedAtUs, endedAtUs: nowUs() }, error);
          const { taskId, homePartition } = task;
          this.#worker.cancel(job.id, { executionIds: [], reason: error.message });
          limit.expire({ kind: 'answered', taskId, homePartition, record: codec.encode(taskId, [...before, item]) });
        }, execution.timeoutMs);
      },
      ended: (job) => clearTimeout(this.#limits.get(job.id)?.timer),
    };
    this.#worker = new TaskWorker(host);
  }

  addSchema(id: number, schema: string): void {
    this.#reader.add(id, schema);
  }

  run(job: Job): Promise<JobOutcome> {
    return new Promise((resolve, reject) => {
      this.#limits.set(job.id, { timer: undefined, expire: resolve });
      this.#worker
        .run(job)
        .finally(() => this.#limits.delete(job.id))
        .then(resolve, reject);
    });
  }

  cancel(job: number, cancellation: Cancellation): void {
    this.#worker.cancel(job, cancellation);
  }

  async close(): Promise<void> {
    for (const { timer } of this.#limits.values()) clearTimeout(timer);
  }
}
