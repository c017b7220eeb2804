import { randomUUID } from 'node:crypto';
import { ContractError, splitWireFormat, type FamilyValues, type SchemaFamily } from '@windlass/contracts';
import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { RecordCodec } from './avro/record-codec.ts';
import { backoffMs, pause } from './backoff.ts';
import { hasCode } from './errors.ts';
import { callRetries, createKafka } from './kafka/client.ts';
import type { KafkaConnection } from './kafka/connection.ts';
import { silentLog, type Log } from './log.ts';

export interface FollowOptions<F extends SchemaFamily> {
  readonly kafka: KafkaConnection;
  readonly registryUrl: string;
  readonly prefix: string;
  readonly topic: string;
  readonly family: F;
  /**
   * Called for each record in order, from the topic's beginning and again from there after a reconnect that lost the place: applying a
   * record twice must change nothing. `value` is null for a deleted key.
   */
  readonly apply: (entry: {
    readonly key: string;
    readonly value: FamilyValues[F] | null;
    readonly offset: bigint;
  }) => void;
  /** Told of a record that cannot be decoded; it is passed over. */
  readonly onBadRecord?: (record: { readonly offset: bigint; readonly code: string; readonly message: string }) => void;
  readonly log?: Log;
}

export interface Following {
  /** Resolves when everything that was in the topic at the start has been applied. */
  readonly caughtUp: Promise<void>;
  stop(): Promise<void>;
}

const maxWaitMs = 250;

/**
 * Reads a whole compacted topic and keeps following it. Every program reads all of it: the group is the program's own and leaves nothing
 * behind. Whatever ends the consumer is followed by a new one that goes on where the last one was.
 */
export function followCompacted<F extends SchemaFamily>(options: FollowOptions<F>): Following {
  const follower = new Follower(options);
  return { caughtUp: follower.caughtUp.promise, stop: () => follower.stop() };
}

class Follower<F extends SchemaFamily> {
  readonly caughtUp = Promise.withResolvers<void>();
  private readonly options: FollowOptions<F>;
  private readonly log: Log;
  private readonly kafka: Kafka;
  private readonly codec: RecordCodec;
  private readonly stopped = new AbortController();
  private readonly running: Promise<void>;
  /** Next offset to apply, by partition. */
  private readonly next = new Map<number, bigint>();
  /** What was there at the start, by partition: exclusive ends. */
  private ends: Map<number, bigint> | undefined;

  constructor(options: FollowOptions<F>) {
    this.options = options;
    this.log = options.log ?? silentLog;
    this.kafka = createKafka(options.kafka, this.log);
    this.codec = new RecordCodec({ registryUrl: options.registryUrl, prefix: options.prefix });
    this.running = this.supervise();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async supervise(): Promise<void> {
    for (let failures = 0; !this.stopped.signal.aborted; failures++) {
      try {
        await this.readEnds();
        // Who has caught up with an empty topic may have stopped by now.
        if (this.stopped.signal.aborted) return;
        await this.consume();
      } catch (error) {
        if (this.stopped.signal.aborted) return;
        this.log.warn({ topic: this.options.topic, err: error, failures }, 'following a topic is interrupted');
        await pause(backoffMs(failures), this.stopped.signal);
      }
    }
  }

  private async readEnds(): Promise<void> {
    if (this.ends) return;
    const admin: Admin = this.kafka.admin();
    await admin.connect();
    try {
      const offsets = await admin.fetchTopicOffsets(this.options.topic);
      this.ends = new Map(offsets.map(({ partition, high }) => [partition, BigInt(high)]));
      for (const { partition, low } of offsets) this.next.set(partition, BigInt(low));
      this.checkCaughtUp();
    } finally {
      await admin.disconnect();
    }
  }

  private async consume(): Promise<void> {
    const consumer = this.kafka.consumer({
      groupId: `${this.options.prefix}.follow.${randomUUID()}`,
      maxWaitTimeInMs: maxWaitMs,
      retry: { ...callRetries, restartOnFailure: async () => false },
    });
    const ended = Promise.withResolvers<void>();
    const end = () => ended.resolve();
    this.stopped.signal.addEventListener('abort', end, { once: true });
    consumer.on(consumer.events.CRASH, ({ payload }) => ended.reject(payload.error));
    consumer.on(consumer.events.GROUP_JOIN, () => this.seek(consumer));
    ended.promise.catch(() => undefined);
    try {
      await consumer.connect();
      await consumer.subscribe({ topic: this.options.topic, fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatch: (payload) => this.each(payload) });
      await ended.promise;
    } finally {
      this.stopped.signal.removeEventListener('abort', end);
      await consumer.disconnect().catch((error) => this.log.debug({ err: error }, 'consumer did not disconnect'));
    }
  }

  private seek(consumer: Consumer): void {
    const { topic } = this.options;
    for (const [partition, offset] of this.next) consumer.seek({ topic, partition, offset: String(offset) });
  }

  private async each({ batch, isStale }: EachBatchPayload): Promise<void> {
    for (const { offset, key, value } of batch.messages) {
      if (isStale()) return;
      if (BigInt(offset) < (this.next.get(batch.partition) ?? 0n)) continue;
      await this.applyOne({ key: key?.toString('utf8') ?? '', value, offset: BigInt(offset) });
      this.next.set(batch.partition, BigInt(offset) + 1n);
    }
    this.next.set(batch.partition, BigInt(batch.lastOffset()) + 1n);
    this.checkCaughtUp();
  }

  private async applyOne({ key, value, offset }: { key: string; value: Buffer | null; offset: bigint }): Promise<void> {
    const { family, apply, onBadRecord } = this.options;
    let decoded: FamilyValues[F] | null = null;
    try {
      if (value !== null) {
        const { schemaId, body } = splitWireFormat(value);
        const reader = this.codec.readerOf(family, schemaId) ?? (await this.codec.loadReader(family, schemaId));
        decoded = reader(body) as FamilyValues[F];
      }
    } catch (error) {
      if (!(error instanceof ContractError) && !hasCode(error, 'UNKNOWN_SCHEMA_ID')) throw error;
      const { code, message } = error as ContractError;
      this.log.error({ topic: this.options.topic, offset, code }, message);
      onBadRecord?.({ offset, code, message });
      return;
    }
    apply({ key, value: decoded, offset });
  }

  private checkCaughtUp(): void {
    if (this.ends && [...this.ends].every(([partition, end]) => this.next.get(partition)! >= end))
      this.caughtUp.resolve();
  }
}
