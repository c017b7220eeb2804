/**
 * From tasks on the window topic to answers on the result topic. Redelivery: a task runs again and is answered again, which
 * the hub drops. A crash repeats what was not committed. A poison record is answered from its headers or dead-lettered.
 * Back-pressure: partitions pause while too much is unfinished.
 */
import { ContractError, headerNames, splitWireFormat, type Control } from '@windlass/contracts';
import type { KafkaMessage } from 'kafkajs';
import { answerError } from '../execution/algorithm-error.ts';
import { headerText, traceOf } from '../kafka/task-headers.ts';
import type { Position, TaskReceiver } from '../kafka/task-source.ts';
import { errorFields, type Logger } from '../log.ts';
import type { Executor, JobOutcome, ProgressNote } from '../pool/executor.ts';
import { retrying } from '../retrying.ts';
import { UnknownSchema, type SchemaRegistry } from '../schema-registry.ts';
import { Intake, type Entry, type Turn } from '../scheduling/intake.ts';
import { RecentlyCancelled } from '../scheduling/recently-cancelled.ts';
import { POISON_DEATHS, type TakeOver } from '../scheduling/take-over.ts';
import type { Answers } from './answers.ts';

const LIMITS = { openPerPartition: 1_000, openBytes: 64 * 1024 * 1024 };
const REMEMBERED_CANCELLATIONS = 10_000;
const COMMIT_INTERVAL_MS = 100;
const MAX_JOB_ID = 2 ** 31 - 1;

interface TaskEntry extends Entry {
  readonly message: KafkaMessage;
  readonly taskId: string | undefined;
  /** While it runs. */
  job: number | undefined;
}

/** The part of the window topic's consumer that the loop steers. */
export interface Steering {
  pause(partitions: readonly number[]): void;
  resume(partitions: readonly number[]): void;
  commit(positions: readonly Position[]): Promise<void>;
}

export interface TaskLoopOptions {
  readonly executor: Executor;
  readonly answers: Answers;
  readonly registry: SchemaRegistry;
  /** This process, as its group knows it. */
  readonly member: string;
  readonly log: Logger;
}

export class TaskLoop implements TaskReceiver {
  readonly #options: TaskLoopOptions;
  readonly #intake = new Intake<TaskEntry>(LIMITS);
  readonly #byTask = new Map<string, TaskEntry>();
  readonly #byJob = new Map<number, TaskEntry>();
  readonly #cancelled = new RecentlyCancelled(REMEMBERED_CANCELLATIONS);
  readonly #ended = new AbortController();
  /** Ids the executor knows. */
  readonly #schemas = new Set<number>();
  #steering: Steering | undefined;
  #lastJob = 0;
  #draining = false;
  #idle: (() => void) | undefined;
  #commitTimer: NodeJS.Timeout | undefined;
  #committing: Promise<void> = Promise.resolve();

  constructor(options: TaskLoopOptions) {
    this.#options = options;
  }

  /** Before the first task. */
  steer(steering: Steering): void {
    this.#steering = steering;
  }

  get inFlight(): number {
    return this.#intake.running;
  }

  get lag(): number | null {
    return this.#intake.lag;
  }

  taken(partition: number, takeOver: TakeOver): void {
    this.#intake.take(partition, takeOver);
  }

  lost(partition: number): void {
    for (const entry of this.#intake.lose(partition)) this.#forget(entry);
  }

  received(partition: number, messages: readonly KafkaMessage[], endOffset: number): void {
    if (this.#draining) return;
    const entries = messages.map((message): TaskEntry => ({
      partition,
      offset: Number(message.offset),
      key: message.key?.toString() ?? '',
      bytes: message.value?.length ?? 0,
      message,
      taskId: headerText(message.headers, headerNames.id),
      job: undefined,
    }));
    for (const entry of this.#intake.add(partition, entries, endOffset)) {
      if (entry.taskId !== undefined) this.#byTask.set(entry.taskId, entry);
    }
    this.#steerFlow();
    this.#pump();
  }

  cancel({ taskId, executionIds, reason }: Control): void {
    const cancellation = { executionIds, reason };
    this.#cancelled.add(taskId, cancellation);
    const job = this.#byTask.get(taskId)?.job;
    if (job !== undefined) this.#options.executor.cancel(job, cancellation);
  }

  /** Long work is alive: told to the hub, with the task's own address. */
  progress({ job, taskId, homePartition, record }: ProgressNote): void {
    const entry = this.#byJob.get(job);
    if (entry) this.#options.answers.send(entry, { taskId, homePartition, record });
  }

  /** Starts nothing more; resolves when what runs is answered, or at the deadline. What has not run stays uncommitted. */
  async drain(deadlineMs: number): Promise<void> {
    this.#draining = true;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => (timer = setTimeout(resolve, deadlineMs)));
    if (this.#intake.running > 0)
      await Promise.race([new Promise<void>((resolve) => (this.#idle = resolve)), deadline]);
    await Promise.race([this.#options.answers.flush(), deadline]);
    clearTimeout(timer);
    await this.#commitNow(this.#intake.positions().map((progress) => ({ ...progress, holder: '' })));
  }

  /** Gives up what waits for the world to mend. */
  close(): void {
    this.#ended.abort(new Error('the processor is stopped'));
    clearTimeout(this.#commitTimer);
  }

  #pump(): void {
    while (!this.#draining) {
      const turn = this.#intake.next(this.#options.executor.slots);
      if (!turn) return;
      this.#run(turn).catch((error: unknown) => {
        if (!this.#ended.signal.aborted)
          this.#options.log.error('a task could not be handled', { error: errorFields(error) });
      });
    }
  }

  async #run(turn: Turn<TaskEntry>): Promise<void> {
    const { entry } = turn;
    entry.job = this.#lastJob = (this.#lastJob % MAX_JOB_ID) + 1;
    this.#byJob.set(entry.job, entry);
    try {
      this.#answer(turn, await this.#outcome(turn, entry.job));
    } finally {
      this.#byJob.delete(entry.job);
      this.#intake.ran(turn);
      if (this.#intake.running === 0) this.#idle?.();
      this.#pump();
    }
  }

  async #outcome({ entry, alone, deaths }: Turn<TaskEntry>, id: number): Promise<JobOutcome | 'poisoned'> {
    if (deaths >= POISON_DEATHS) return 'poisoned';
    if (alone) await this.#announce(entry, deaths);
    const { executor, registry, log } = this.#options;
    const { value } = entry.message;
    const unreadable = (message: string): JobOutcome => ({ kind: 'unreadable', message });
    if (value === null) return unreadable('the record has no value');
    try {
      const { schemaId } = splitWireFormat(value);
      if (!this.#schemas.has(schemaId)) {
        const schema = await retrying(() => registry.schema(schemaId), {
          signal: this.#ended.signal,
          onRetry: (error) => log.warn('cannot read a schema, trying again', { schemaId, error: errorFields(error) }),
        });
        executor.addSchema(schemaId, schema);
        this.#schemas.add(schemaId);
      }
    } catch (error) {
      if (error instanceof UnknownSchema || error instanceof ContractError) return unreadable(error.message);
      throw error;
    }
    const cancellation = entry.taskId === undefined ? undefined : this.#cancelled.of(entry.taskId);
    const trace = traceOf(entry.message.headers);
    return executor.run({ id, value, ...(cancellation && { cancellation }), ...(trace && { trace }) });
  }

  /** Kafka knows that this task is run alone before it is: its next death is its own. */
  async #announce({ partition, offset }: TaskEntry, deaths: number): Promise<void> {
    const { log, member } = this.#options;
    const claim = { holder: member, deaths, alone: true };
    await retrying(() => this.#inTurn(() => this.#steering!.commit([{ partition, offset, claim }])), {
      signal: this.#ended.signal,
      onRetry: (error) => log.warn('cannot commit, trying again', { partition, error: errorFields(error) }),
    });
  }

  #answer(turn: Turn<TaskEntry>, outcome: JobOutcome | 'poisoned'): void {
    const { partition, offset } = turn.entry;
    const acknowledged = () => this.#finish(turn);
    const { answers, log } = this.#options;
    if (outcome !== 'poisoned' && outcome.kind === 'answered') return answers.send(turn.entry, outcome, acknowledged);
    const error =
      outcome === 'poisoned'
        ? answerError('POISONED', `the task has ended its process ${POISON_DEATHS} times`)
        : answerError('BAD_TASK', outcome.message);
    log.error('a task cannot be run', { partition, offset, code: error.code, reason: error.message });
    answers.sendError(turn.entry, error, acknowledged);
  }

  #finish(turn: Turn<TaskEntry>): void {
    this.#forget(turn.entry);
    if (this.#intake.finish(turn)) this.#commitTimer ??= setTimeout(() => void this.#commitSoon(), COMMIT_INTERVAL_MS);
    this.#steerFlow();
    if (turn.alone) this.#pump();
  }

  #forget(entry: TaskEntry): void {
    if (entry.taskId !== undefined && this.#byTask.get(entry.taskId) === entry) this.#byTask.delete(entry.taskId);
  }

  #steerFlow(): void {
    const { pause, resume } = this.#intake.flow();
    if (pause.length > 0) this.#steering?.pause(pause);
    if (resume.length > 0) this.#steering?.resume(resume);
  }

  async #commitSoon(): Promise<void> {
    this.#commitTimer = undefined;
    if (this.#draining) return;
    const { member } = this.#options;
    const committed = await this.#commitNow(
      this.#intake.uncommitted().map((progress) => ({ ...progress, holder: member })),
    );
    if (!committed) this.#commitTimer ??= setTimeout(() => void this.#commitSoon(), COMMIT_INTERVAL_MS);
  }

  /** False: it failed, which a rebalance also does; the positions are committed with the next. */
  async #commitNow(
    progress: readonly { partition: number; offset: number; deaths: number; holder: string }[],
  ): Promise<boolean> {
    if (progress.length === 0) return true;
    try {
      await this.#inTurn(() =>
        this.#steering!.commit(
          progress.map(({ partition, offset, deaths, holder }) => ({
            partition,
            offset,
            claim: { holder, deaths, alone: false },
          })),
        ),
      );
      this.#intake.committed(progress);
      return true;
    } catch (error) {
      this.#options.log.debug('positions are not committed yet', { error: errorFields(error) });
      return false;
    }
  }

  /** One commit after the other: an older position must not overtake a newer one. */
  #inTurn(commit: () => Promise<void>): Promise<void> {
    const turn = this.#committing.then(commit);
    this.#committing = turn.catch(() => {});
    return turn;
  }
}
