import { leaveForPredecessors } from '@windlass/kafkajs-tuned';
import type { Batch, Cluster, Consumer, Kafka } from 'kafkajs';
import type { GroupMember } from '../assigner/co-partition.ts';
import { coPartitionAssigner } from '../assigner/kafka-assigner.ts';
import { backoffMs, pause } from '../backoff.ts';
import { MessagingError } from '../errors.ts';
import { callRetries } from '../kafka/client.ts';
import type { Log } from '../log.ts';
import type { ConsumerControl } from './context.ts';
import type { StageLimits } from './limits.ts';
import type { StageMetrics } from './metrics.ts';

export interface GroupConsumerOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  /** Client id of `kafka`, where no other living process has it: members of this id are dead, and are not waited for. */
  readonly soleClientId: string | undefined;
  readonly topics: readonly string[];
  readonly partitions: number;
  readonly limits: StageLimits;
  readonly log: Log;
  readonly metrics: StageMetrics;
  readonly owned: () => GroupMember['owned'];
  /** The partitions of all topics that this member has from now on; called before the next fetch. */
  readonly onAssigned: (partitions: readonly number[]) => void;
  /** Must not throw. */
  readonly onBatch: (batch: Batch) => void;
  /** Kafka moved on over records that it does not show. */
  readonly onSkipped: (skipped: { topic: string; partition: number; firstOffset: bigint; lastOffset: bigint }) => void;
}

/**
 * A kafkajs consumer that stays: whatever ends one (a crash, an error, a stall) is told and followed by a new one, for as long as the
 * stage runs. It commits nothing of itself.
 */
export class GroupConsumer implements ConsumerControl {
  private readonly options: GroupConsumerOptions;
  private readonly stopped = new AbortController();
  private consumer: Consumer | undefined;
  private kafkaCluster: Cluster | undefined;
  private joined = false;
  private lastFetchMs = 0;
  private confirmations: (() => void)[] = [];
  private running: Promise<void> | undefined;

  constructor(options: GroupConsumerOptions) {
    this.options = options;
  }

  get cluster(): Cluster {
    if (!this.kafkaCluster) throw new MessagingError('BROKER_UNAVAILABLE', 'no consumer yet', { retryable: true });
    return this.kafkaCluster;
  }

  get connected(): boolean {
    return this.joined;
  }

  /** Resolves when the group has been joined for the first time. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.running = this.supervise(resolve);
      void this.running.then(resolve);
    });
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  pause(topic: string, partition: number): void {
    if (this.joined) this.consumer?.pause([{ topic, partitions: [partition] }]);
  }

  resume(topic: string, partition: number): void {
    if (this.joined) this.consumer?.resume([{ topic, partitions: [partition] }]);
  }

  seek(topic: string, partition: number, offset: bigint): void {
    if (this.joined) this.consumer?.seek({ topic, partition, offset: String(offset) });
  }

  /** Kafka's own offsets, which only lag tools read: a failure is told and forgotten. */
  async commitOffsets(offsets: { topic: string; partition: number; offset: string }[]): Promise<void> {
    if (!this.joined || offsets.length === 0) return;
    await this.consumer
      ?.commitOffsets(offsets)
      .catch((error) => this.options.log.debug({ err: error }, 'offsets for lag tools'));
  }

  async confirmMembership(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      this.confirmations.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  private confirm(): void {
    for (const resolve of this.confirmations.splice(0)) resolve();
  }

  private async supervise(onFirstJoin: () => void): Promise<void> {
    const { log, metrics, limits } = this.options;
    for (let failures = 0; !this.stopped.signal.aborted;) {
      const sinceMs = Date.now();
      const error = await this.runOne(onFirstJoin);
      if (this.stopped.signal.aborted) return;
      if (Date.now() - sinceMs > limits.stalledMs) failures = 0;
      metrics.count('stage_consumer_restarts_total', {}, 1);
      log.error({ err: error, failures }, 'the consumer ended; a new one follows');
      await pause(backoffMs(failures++, limits.backoff), this.stopped.signal);
    }
  }

  /** From connecting until the end, whatever that is. */
  private async runOne(onFirstJoin: () => void): Promise<unknown> {
    const ended = Promise.withResolvers<unknown>();
    const onStop = () => ended.resolve(undefined);
    this.stopped.signal.addEventListener('abort', onStop, { once: true });
    const consumer = this.makeConsumer((error) => ended.resolve(error), onFirstJoin);
    this.consumer = consumer;
    this.lastFetchMs = Date.now();
    const watchdog = setInterval(() => {
      const { stalledMs } = this.options.limits;
      if (Date.now() - this.lastFetchMs > stalledMs) ended.resolve(new Error(`no fetch for ${stalledMs} ms`));
    }, 1_000);
    try {
      await consumer.connect();
      await this.leaveForPredecessors();
      await consumer.subscribe({ topics: [...this.options.topics], fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatch: (payload) => this.each(payload) });
      return await ended.promise;
    } catch (error) {
      return error;
    } finally {
      clearInterval(watchdog);
      this.stopped.signal.removeEventListener('abort', onStop);
      this.joined = false;
      await consumer
        .disconnect()
        .catch((error) => this.options.log.debug({ err: error }, 'consumer did not disconnect'));
    }
  }

  /** Only saves time: without it they are waited for. @throws what joining would meet, too: the coordinator is not there yet. */
  private async leaveForPredecessors(): Promise<void> {
    const { groupId, soleClientId: clientId, log } = this.options;
    if (clientId === undefined) return;
    try {
      const left = await leaveForPredecessors(this.cluster, { groupId, isOurs: (one) => one === clientId });
      if (left > 0) log.info({ groupId, clientId, left }, 'took leave of the group for a process that had died here');
    } catch (error) {
      if (isRetriable(error)) throw error;
      log.debug({ err: error }, 'no leave was taken for who may have died here');
    }
  }

  private makeConsumer(onEnd: (error: unknown) => void, onFirstJoin: () => void): Consumer {
    const { kafka, groupId, limits, partitions, owned } = this.options;
    const consumer = kafka.consumer({
      groupId,
      partitionAssigners: [
        coPartitionAssigner({ partitions, owned, onCluster: (cluster) => (this.kafkaCluster = cluster) }),
      ],
      sessionTimeout: limits.sessionTimeoutMs,
      rebalanceTimeout: limits.sessionTimeoutMs,
      heartbeatInterval: limits.heartbeatMs,
      maxWaitTimeInMs: limits.maxWaitMs,
      maxBytes: limits.fetchBytes,
      maxBytesPerPartition: limits.fetchPartitionBytes,
      retry: { ...callRetries, restartOnFailure: async () => false },
    });
    const { GROUP_JOIN, HEARTBEAT, CRASH, FETCH, FETCH_START, START_BATCH_PROCESS } = consumer.events;
    const fetched = () => void (this.lastFetchMs = Date.now());
    consumer.on(FETCH_START, fetched);
    consumer.on(FETCH, fetched);
    consumer.on(HEARTBEAT, () => this.confirm());
    consumer.on(CRASH, ({ payload }) => onEnd(payload.error));
    consumer.on(START_BATCH_PROCESS, ({ payload }) => {
      const { topic, partition, batchSize, firstOffset, lastOffset } = payload;
      if (batchSize === 0 && firstOffset !== null) {
        this.options.onSkipped({ topic, partition, firstOffset: BigInt(firstOffset), lastOffset: BigInt(lastOffset) });
      }
    });
    consumer.on(GROUP_JOIN, ({ payload }) => {
      this.joined = true;
      this.options.onAssigned(inAllTopics(payload.memberAssignment, this.options.topics));
      this.confirm();
      onFirstJoin();
    });
    return consumer;
  }

  private async each({
    batch,
    isStale,
    isRunning,
  }: {
    batch: Batch;
    isStale(): boolean;
    isRunning(): boolean;
  }): Promise<void> {
    if (!isRunning() || isStale()) return;
    this.options.onBatch(batch);
    // The next fetch follows when all batches of this one have been handed over, so this is waited for once.
    const gatherMs = this.lastFetchMs + this.options.limits.gatherMs - Date.now();
    if (gatherMs > 0) await pause(gatherMs, this.stopped.signal);
  }
}

/** By kafkajs's own word. */
const isRetriable = (error: unknown): boolean => (error as { readonly retriable?: boolean }).retriable === true;

function inAllTopics(assignment: Readonly<Record<string, readonly number[]>>, topics: readonly string[]): number[] {
  const [first, ...others] = topics.map((topic) => assignment[topic] ?? []);
  return (first ?? []).filter((partition) => others.every((partitions) => partitions.includes(partition)));
}
