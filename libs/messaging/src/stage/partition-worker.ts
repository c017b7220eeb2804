import type { Batch } from 'kafkajs';
import { backoffMs, pause } from '../backoff.ts';
import { hasCode, isRetryable, MessagingError } from '../errors.ts';
import type { StageContext } from './context.ts';
import type { EncodedMessage, SendableMessage } from './encoded-message.ts';
import type { StageEffects } from './handler.ts';
import { Inbox } from './inbox.ts';
import { addIntake, emptyIntake, isEmpty, takeIn, type Intake } from './intake.ts';
import { countParked, parkedOf } from './parking.ts';
import { countCommit, settle, type Work } from './settle.ts';
import { StageRecord } from './stage-record.ts';
import type { StageCommit, StageLease, StagePosition, StageUnitOfWork, StoredTimer } from './store.ts';
import { takeOver } from './take-over.ts';
import { TimerQueue } from './timer-queue.ts';
import { PostponedPositions } from './postponed-positions.ts';
import { slotsOfPartition } from './slots.ts';
import { Wakeup } from './wakeup.ts';

export type PartitionState = 'taking' | 'running' | 'waiting' | 'stopped';

/**
 * One partition of the stage, from the moment Kafka assigns it until it is taken away.
 *
 * Redelivery: positions are part of each commit, so nothing is applied twice; what was committed but perhaps not published is
 * published again by whoever takes the partition next. What is diverted is published before the commit, behind what was committed
 * before: after a crash some of it comes twice, but never before what was diverted earlier. Rebalance: `revoke` gives up at once; the fence judges what was under way.
 * Poison: see `takeIn`. Back-pressure: the inbox pauses its topic-partitions.
 */
export class PartitionWorker {
  readonly partition: number;
  private readonly context: StageContext;
  private readonly inbox: Inbox<StageRecord>;
  private readonly timers: TimerQueue;
  private readonly wakeup: Wakeup;
  /** Aborts when the partition is no longer ours, or the stage gives up waiting. */
  private readonly abort = new AbortController();
  private readonly committed = new Map<string, bigint>();
  private readonly postponed: PostponedPositions;
  private lease: StageLease | undefined;
  private acquired = false;
  private stopping = false;
  private prompted = false;
  private failures = 0;
  private fault: unknown;
  private currentState: PartitionState = 'taking';
  private lastError: unknown;
  /** While the same thing is tried again. */
  private waitingFor: unknown;
  private readonly done: Promise<void>;

  /** `after`: the end of an earlier worker of the same partition. */
  constructor(context: StageContext, partition: number, after: Promise<void> = Promise.resolve()) {
    this.context = context;
    this.partition = partition;
    this.wakeup = new Wakeup(context.clock);
    this.timers = new TimerQueue(context.limits.timersInMemory);
    this.postponed = new PostponedPositions(context.limits.offsetCommitMs * 1000);
    this.inbox = new Inbox({
      topics: context.sources.map(({ topic }) => topic),
      limitBytes: context.limits.inboxBytes,
      onFull: (topic) => context.consumer.pause(topic, partition),
      onRoom: (topic) => context.consumer.resume(topic, partition),
    });
    this.pauseAll();
    this.done = after.then(() => this.live());
  }

  get state(): PartitionState {
    return this.currentState;
  }

  /** Why it makes no progress; undefined while it does. */
  get trouble(): unknown {
    return this.waitingFor ?? (this.currentState === 'running' ? undefined : this.lastError);
  }

  get epoch(): bigint | undefined {
    return this.lease?.epoch;
  }

  get inboxBytes(): number {
    return this.inbox.bytes;
  }

  lag(topic: string): number {
    return this.inbox.backlog(topic);
  }

  /** Positions committed since the last call, for Kafka's own offsets. */
  takeCommitted(): StagePosition[] {
    const positions = [...this.committed].map(([topic, nextOffset]) => ({ topic, nextOffset }));
    this.committed.clear();
    return positions;
  }

  /** Takes what a fetch brought. A fetch that begins elsewhere than it should means that positions were lost: taken over anew. */
  offer(batch: Batch & { readonly fetchedOffset?: string }): void {
    if (this.currentState !== 'running') return;
    const family = this.context.sources.find(({ topic }) => topic === batch.topic)!.family;
    const source = { family, topic: batch.topic, partition: this.partition };
    const fits = this.inbox.add(batch.topic, {
      fetchedOffset: BigInt(batch.fetchedOffset ?? batch.firstOffset() ?? batch.lastOffset()),
      lastOffset: BigInt(batch.lastOffset()),
      highWatermark: BigInt(batch.highWatermark),
      records: batch.messages.map((message) => new StageRecord(source, message)),
    });
    if (fits) this.wakeup.wake();
    else this.fail(positionLost(batch.topic, this.partition));
  }

  /** Kafka moved on over records it does not show (transaction markers). */
  skip(topic: string, firstOffset: bigint, lastOffset: bigint): void {
    if (this.currentState !== 'running') return;
    const highWatermark = lastOffset + 1n;
    if (this.inbox.expected(topic) !== firstOffset) return;
    this.inbox.add(topic, { fetchedOffset: firstOffset, lastOffset, highWatermark, records: [] });
  }

  /** The group was joined anew and this partition stayed: kafkajs has forgotten where it was and what is paused. */
  rejoined(): void {
    if (this.currentState !== 'running') return this.pauseAll();
    for (const { topic } of this.context.sources) {
      this.context.consumer.seek(topic, this.partition, this.inbox.expected(topic));
      if (this.inbox.isFull(topic)) this.context.consumer.pause(topic, this.partition);
    }
  }

  /** Has the handler called soon, with nothing when nothing has come. */
  prompt(): void {
    this.prompted = true;
    this.wakeup.wake();
  }

  /** Something outside says that it cannot go on like this: it stops as after an error of its own. */
  interrupt(error: unknown): void {
    if (this.currentState === 'running') this.fail(error);
  }

  /** The partition is no longer ours: gives up at once. */
  async revoke(): Promise<void> {
    this.stopping = true;
    this.abort.abort();
    this.wakeup.wake();
    await this.done;
  }

  /** Finishes the batch under way, publishes it, and leaves nothing behind; gives up after `graceMs`. */
  async drain(graceMs: number): Promise<void> {
    this.stopping = true;
    this.wakeup.wake();
    const ms = this.currentState === 'running' ? graceMs : 0;
    const cancel = this.context.clock.after(ms, () => this.abort.abort());
    await this.done;
    cancel();
  }

  private async live(): Promise<void> {
    while (!this.stopping) {
      try {
        await this.take();
        await this.process();
      } catch (error) {
        if (this.abort.signal.aborted) break;
        if (!isPassing(error)) {
          this.context.onFatal(error);
          this.lastError = error;
          break;
        }
        await this.recover(error);
      }
    }
    this.release();
    this.currentState = 'stopped';
    this.inbox.reset(new Map());
  }

  private async take(): Promise<void> {
    this.fault = undefined;
    const { lease, positions } = await takeOver(this.context, this.partition, (lease, messages) =>
      this.publish(lease, messages),
    );
    this.lease = lease;
    await this.acquire();
    if (this.stopping)
      throw new MessagingError('STOPPED', 'the partition moved while it was being taken', { retryable: true });
    this.timers.clear();
    this.postponed.clear();
    this.inbox.reset(positions);
    this.currentState = 'running';
    for (const [topic, offset] of positions) {
      this.committed.set(topic, offset);
      this.context.consumer.seek(topic, this.partition, offset);
      this.context.consumer.resume(topic, this.partition);
    }
    this.context.log.debug({ partition: this.partition, epoch: lease.epoch }, 'partition taken');
  }

  private async acquire(): Promise<void> {
    this.acquired = true;
    await this.context.handler.acquire(this.partition);
  }

  private release(): void {
    if (this.acquired) this.context.handler.release(this.partition);
    this.acquired = false;
  }

  private async recover(error: unknown): Promise<void> {
    this.currentState = 'waiting';
    this.waitingFor = undefined;
    this.lastError = error;
    this.pauseAll();
    this.release();
    const code = error instanceof MessagingError ? error.code : ((error as { code?: string }).code ?? 'UNKNOWN');
    this.context.metrics.count('stage_retries_total', { code }, 1);
    this.context.log.warn({ partition: this.partition, code, err: error }, 'partition waits, then is taken again');
    if (hasCode(error, 'FENCED')) this.context.metrics.count('stage_fenced_total', {}, 1);
    await this.pause(this.failures++);
    // Whoever was away for long has lost the partition without having heard of it, and would take it from its heir.
    await this.context.consumer.confirmMembership(this.abort.signal);
  }

  /** Until the stage stops: a batch is computed while the messages of the one before are on their way. */
  private async process(): Promise<void> {
    const lease = this.lease!;
    let publishing: Promise<void> = Promise.resolve();
    try {
      for (;;) {
        const work = await this.nextWork();
        if (!work) break;
        publishing = this.watched(publishing.then(() => this.divert(lease, work.intake)));
        const messages = await this.commitWork(lease, work, publishing);
        publishing = this.watched(this.publish(lease, messages));
      }
    } finally {
      await publishing.catch(() => undefined);
    }
    await publishing;
    await this.context.store.clearPending(lease);
  }

  private watched(publishing: Promise<void>): Promise<void> {
    publishing.catch((error) => this.fail(error));
    return publishing;
  }

  private async nextWork(): Promise<Work | undefined> {
    const { limits, clock } = this.context;
    for (;;) {
      if (this.fault) throw this.fault;
      if (this.stopping) return this.postponed.isEmpty ? undefined : this.workOf(clock.nowUs(), [], emptyIntake());
      const takenUs = clock.nowUs();
      if (takenUs >= this.timers.loadedUntilUs) await this.loadTimers(takenUs);
      const due = this.timers.due(takenUs, limits.batchTimers);
      if (
        due.length === 0 &&
        this.inbox.isEmpty(this.urgentRoomFor) &&
        takenUs < this.postponed.dueUs &&
        !this.prompted
      ) {
        await this.wakeup.wait(
          Math.max(0, (Math.min(this.timers.nextUs, this.postponed.dueUs) - clock.nowUs()) / 1000),
        );
        continue;
      }
      const intake = await this.gather(takenUs);
      const nothing = due.length === 0 && isEmpty(intake);
      if (nothing && takenUs < this.postponed.dueUs && !this.prompted) this.countPassedOver(intake);
      else return this.workOf(takenUs, due, intake);
    }
  }

  /** Takes from the inbox until the handler has its fill: what it never sees takes no room in its batch, so nobody else's waits longer. */
  private async gather(takenUs: number): Promise<Intake> {
    const { limits } = this.context;
    const gathered = emptyIntake();
    let { batchAsideRecords: asideRecords, batchRecords: records, batchBytes: bytes } = limits;
    const counted = new Map<string, number>();
    const roomFor = (topic: string) => this.roomFor(topic) - (counted.get(topic) ?? 0);
    while (records > 0 && asideRecords > 0 && bytes > 0) {
      const taken = this.inbox.take({ records, bytes }, roomFor);
      if (taken.length === 0) break;
      const fetched = taken.flatMap((topic) => topic.records);
      for (const { topic, records } of taken) counted.set(topic, (counted.get(topic) ?? 0) + records.length);
      const intake = await this.persist(() => takeIn(this.context, fetched, takenUs));
      this.postponed.add(taken, takenUs);
      addIntake(gathered, intake);
      const aside = intake.diverted.length + intake.passedOver;
      asideRecords -= aside;
      records -= fetched.length - aside;
      for (const { valueBytes } of fetched) bytes -= valueBytes;
    }
    return gathered;
  }

  private readonly roomFor = (topic: string): number =>
    this.context.handler.roomFor?.(this.partition, topic) ?? Number.POSITIVE_INFINITY;
  private readonly urgentRoomFor = (topic: string): number =>
    this.context.handler.canWait?.(this.partition, topic) ? 0 : this.roomFor(topic);

  private workOf(takenUs: number, due: readonly StoredTimer[], intake: Intake): Work {
    const timers = due.map((timer) => ({ kind: 'timer', ...timer }) as const);
    const inputs = [...intake.inputs, ...timers];
    this.context.metrics.observe('stage_batch_records', {}, intake.inputs.length);
    this.countPassedOver(intake);
    const batch = { partition: this.partition, nowUs: takenUs, inputs, backlogRecords: this.inbox.backlog() };
    const { prompted } = this;
    this.prompted = false;
    return { intake, batch, positions: this.postponed.take(), prompted };
  }

  private countPassedOver({ passedOver }: Intake): void {
    if (passedOver > 0) this.context.metrics.count('stage_passed_over_total', {}, passedOver);
  }

  private async commitWork(lease: StageLease, work: Work, publishing: Promise<void>): Promise<EncodedMessage[]> {
    const { context, partition } = this;
    const { unit, effects } = await this.handle(work);
    try {
      await context.probe.reached('handled', partition);
      const { messages, change } = settle(context, lease, work, effects);
      await effects.write?.(unit);
      await publishing;
      if (this.abort.signal.aborted) throw new MessagingError('STOPPED', 'the partition moved');
      await context.probe.reached('before-commit', partition);
      const startedMs = performance.now();
      const committing = unit.commit(lease, change);
      await context.probe.reached('committing', partition);
      await committing;
      context.metrics.observe('stage_commit_ms', {}, performance.now() - startedMs);
      await context.probe.reached('committed', partition);
      this.committedNow(work, change);
      countCommit(context, work, effects);
      return messages;
    } catch (error) {
      await unit.rollback();
      throw error;
    }
  }

  /** Calls the handler until it does not ask for patience any more. */
  private async handle({ batch, prompted }: Work): Promise<{ unit: StageUnitOfWork; effects: StageEffects }> {
    const { handler, store, metrics, log } = this.context;
    for (let attempt = 0; ; attempt++) {
      const unit = await store.begin();
      try {
        const startedMs = performance.now();
        const effects = batch.inputs.length > 0 || prompted ? await handler.handle(batch, unit) : noEffects;
        metrics.observe('stage_handle_ms', {}, performance.now() - startedMs);
        return { unit, effects };
      } catch (error) {
        await unit.rollback();
        if (!isRetryable(error) || this.abort.signal.aborted) throw error;
        log.warn({ partition: this.partition, err: error, attempt }, 'the handler asks for patience');
        metrics.count('stage_retries_total', { code: 'HANDLER' }, 1);
        this.release();
        this.waitingFor = error;
        await this.pause(attempt);
        await this.persist(() => this.acquire());
      }
    }
  }

  private committedNow(work: Work, change: StageCommit): void {
    this.failures = 0;
    for (const { topic, nextOffset } of work.positions) this.committed.set(topic, nextOffset);
    for (const timer of change.timers) this.timers.apply(timer);
  }

  private async divert(lease: StageLease, { diverted }: Intake): Promise<void> {
    if (diverted.length === 0) return;
    await this.publish(lease, diverted);
    await this.context.probe.reached('diverted', this.partition);
  }

  private async publish(lease: StageLease, messages: readonly SendableMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const { context, partition } = this;
    const startedMs = performance.now();
    const refused = await context.sender.send(messages, this.abort.signal);
    if (refused.length > 0) {
      const parked = refused.map(parkedOf);
      countParked(context, partition, parked);
      await this.persist(() => context.store.park(lease, parked));
    }
    context.metrics.observe('stage_publish_ms', {}, performance.now() - startedMs);
    await context.probe.reached('published', partition);
  }

  private async loadTimers(fromUs: number): Promise<void> {
    const { store, limits, name, topics } = this.context;
    const untilUs = fromUs + limits.timerHorizonMs * 1000;
    const slots = slotsOfPartition(this.partition, topics.hub.partitions);
    this.timers.load(await store.timers({ stage: name, slots, untilUs, limit: limits.timersInMemory }), untilUs);
  }

  /** Tries again while it is the world's trouble. */
  private async persist<T>(attempt: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures++) {
      try {
        const result = await attempt();
        this.waitingFor = undefined;
        return result;
      } catch (error) {
        if (!isRetryable(error) || this.abort.signal.aborted) throw error;
        this.waitingFor = error;
        this.context.log.warn({ partition: this.partition, err: error, failures }, 'waiting for the world');
        await this.pause(failures);
      }
    }
  }

  private pause(attempt: number): Promise<void> {
    const { clock, limits } = this.context;
    return pause(backoffMs(attempt, limits.backoff, clock), this.abort.signal, clock);
  }

  private fail(error: unknown): void {
    this.fault ??= error;
    this.wakeup.wake();
  }

  private pauseAll(): void {
    for (const { topic } of this.context.sources) this.context.consumer.pause(topic, this.partition);
  }
}

const noEffects: StageEffects = { messages: [], timers: [], rejected: [] };

const positionLost = (topic: string, partition: number) =>
  new MessagingError(
    'BROKER_UNAVAILABLE',
    `${topic}/${partition}: a fetch began elsewhere than where the last one ended`,
    {
      retryable: true,
    },
  );

/** Taking the partition again mends it, now or when a person has acted. */
const isPassing = (error: unknown): boolean =>
  isRetryable(error) ||
  hasCode(error, 'FENCED') ||
  hasCode(error, 'OUTCOME_UNKNOWN') ||
  hasCode(error, 'TOPIC_RECREATED') ||
  hasCode(error, 'OTHER_CLUSTER');
