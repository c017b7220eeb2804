import { ContractError, type ResultItem, type Task, type TaskExecution } from '@windlass/contracts';
import type { AnyAlgorithm } from '../definition/algorithm.ts';
import type { AnswerCodec } from '../execution/answer.ts';
import { failedItem } from '../execution/answer.ts';
import type { ReferredResults } from '../execution/fetch-inputs.ts';
import { runTask, type TaskSurroundings } from '../execution/run-task.ts';
import type { Logger } from '../log.ts';
import type { Job, JobOutcome, ProgressNote } from './executor.ts';
import type { Cancellation } from '../scheduling/recently-cancelled.ts';
import type { TaskReader } from './task-reader.ts';

/** Progress of one task is told at most this often. */
export const PROGRESS_INTERVAL_MS = 1_000;

export const nowUs = (): number => Math.round((performance.timeOrigin + performance.now()) * 1_000);

/** What differs between a worker thread and the main thread. */
export interface Host {
  readonly algorithms: ReadonlyMap<string, AnyAlgorithm>;
  readonly reader: TaskReader;
  readonly codec: AnswerCodec;
  readonly referred: ReferredResults;
  readonly log: Logger;
  cpuMs(): number | null;
  starting(job: Job, execution: TaskExecution, index: number, task: Task, done: readonly ResultItem[]): void;
  ended(job: Job): void;
  progress(note: ProgressNote): void;
}

/** Runs jobs from bytes to bytes, and keeps what is needed to cancel them. */
export class TaskWorker {
  readonly #host: Host;
  readonly #running = new Map<number, Running>();

  constructor(host: Host) {
    this.#host = host;
  }

  async run(job: Job): Promise<JobOutcome> {
    const { codec, algorithms, reader } = this.#host;
    let task: Task;
    try {
      task = reader.read(job.value);
    } catch (error) {
      if (error instanceof ContractError) return { kind: 'unreadable', message: error.message };
      throw error;
    }
    const running: Running = { abort: new AbortController(), cancelled: job.cancellation, current: undefined };
    this.#running.set(job.id, running);
    try {
      const items = await runTask(task, algorithms, this.#surroundings(job, task, running));
      const { taskId, homePartition } = task;
      return { kind: 'answered', taskId, homePartition, record: codec.encode(taskId, items) };
    } finally {
      this.#running.delete(job.id);
    }
  }

  cancel(jobId: number, cancellation: Cancellation): void {
    const running = this.#running.get(jobId);
    if (!running) return;
    running.cancelled = cancellation;
    if (running.current !== undefined && concerns(cancellation, running.current)) {
      running.abort.abort(cancellation.reason);
    }
  }

  #surroundings(job: Job, task: Task, running: Running): TaskSurroundings {
    const host = this.#host;
    let toldMs = -Infinity;
    return {
      nowUs,
      cpuMs: () => host.cpuMs(),
      starting: (execution, index, done) => {
        running.current = execution.executionId;
        host.starting(job, execution, index, task, done);
      },
      ended: () => {
        running.current = undefined;
        host.ended(job);
      },
      progress: ({ executionId, attempt }) => {
        const nowMs = performance.now();
        if (nowMs - toldMs < PROGRESS_INTERVAL_MS) return;
        toldMs = nowMs;
        const { taskId, homePartition } = task;
        const item = failedItem({ executionId, attempt, startedAtUs: nowUs(), endedAtUs: nowUs() }, null);
        host.progress({ job: job.id, taskId, homePartition, record: host.codec.encode(taskId, [item], 'PROGRESS') });
      },
      cancelled: (executionId) =>
        running.cancelled && concerns(running.cancelled, executionId) ? running.cancelled.reason : undefined,
      signal: running.abort.signal,
      referred: host.referred,
      trace: job.trace ?? null,
      log: host.log,
    };
  }
}

interface Running {
  readonly abort: AbortController;
  cancelled: Cancellation | undefined;
  /** Execution that runs now. */
  current: string | undefined;
}

export const concerns = ({ executionIds }: Pick<Cancellation, 'executionIds'>, executionId: string): boolean =>
  executionIds.length === 0 || executionIds.includes(executionId);
