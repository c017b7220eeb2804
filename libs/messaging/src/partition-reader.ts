import { randomUUID } from 'node:crypto';
import type { Consumer, IHeaders, Kafka } from 'kafkajs';
import { callRetries, createKafka } from './kafka/client.ts';
import type { KafkaConnection } from './kafka/connection.ts';
import { silentLog, type Log } from './log.ts';

/** A record as it lies on a topic. */
export interface StoredRecord {
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string | Buffer>>;
}

export interface PartitionRead {
  readonly kafka: KafkaConnection;
  /** Group ids of readers begin with it. */
  readonly prefix: string;
  readonly topic: string;
  readonly partition: number;
  /** Where to begin: an offset, or the first record that Kafka took at this time or later. */
  readonly from: { readonly offset: bigint } | { readonly timestampMs: number };
  /** Called with some records, in order; the next are read when it has resolved. */
  readonly each: (records: readonly StoredRecord[]) => Promise<void>;
  readonly signal: AbortSignal;
  readonly log?: Log;
}

const maxWaitMs = 100;

/**
 * Reads one partition from some record to what is its end when the call begins, in a group of its own that leaves nothing behind.
 * @returns the offset after the last record.
 * @throws what `each` throws; what kafkajs throws; the signal's reason.
 */
export async function readPartition(read: PartitionRead): Promise<bigint> {
  const kafka = createKafka(read.kafka, read.log ?? silentLog);
  const { start, end } = await bounds(kafka, read);
  if (start < end) await consume(kafka, read, { start, end });
  return end;
}

interface Bounds {
  readonly start: bigint;
  readonly end: bigint;
}

async function bounds(kafka: Kafka, { topic, partition, from }: PartitionRead): Promise<Bounds> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const found = (await admin.fetchTopicOffsets(topic)).find((one) => one.partition === partition);
    if (!found) throw new Error(`${topic} has no partition ${partition}`);
    const [low, end] = [BigInt(found.low), BigInt(found.high)];
    if ('offset' in from) return { start: from.offset > low ? from.offset : low, end };
    const since = (await admin.fetchTopicOffsetsByTimestamp(topic, from.timestampMs)).find(
      (one) => one.partition === partition,
    );
    // Nothing so new: -1, or the end.
    const at = since ? BigInt(since.offset) : end;
    return { start: at < 0n ? end : at, end };
  } finally {
    await admin.disconnect();
  }
}

async function consume(kafka: Kafka, read: PartitionRead, { start, end }: Bounds): Promise<void> {
  const { prefix, topic, partition, signal, each } = read;
  const consumer = kafka.consumer({
    groupId: `${prefix}.read.${randomUUID()}`,
    maxWaitTimeInMs: maxWaitMs,
    retry: { ...callRetries, restartOnFailure: async () => false },
  });
  const ended = Promise.withResolvers<void>();
  const stop = () => ended.reject(signal.reason as Error);
  let next = start;
  signal.addEventListener('abort', stop, { once: true });
  consumer.on(consumer.events.CRASH, ({ payload }) => ended.reject(payload.error));
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => only(consumer, payload.memberAssignment, read, next));
  try {
    signal.throwIfAborted();
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        if (batch.partition !== partition || next >= end) return;
        const records = batch.messages.flatMap(({ offset, key, value, headers }) =>
          BigInt(offset) >= next && BigInt(offset) < end
            ? [{ offset: BigInt(offset), key, value, headers: lastOfEach(headers) }]
            : [],
        );
        try {
          if (records.length > 0) await each(records);
        } catch (error) {
          return ended.reject(error as Error);
        }
        next = BigInt(batch.lastOffset()) + 1n;
        if (next >= end) ended.resolve();
      },
    });
    await ended.promise;
  } finally {
    ended.promise.catch(() => undefined);
    signal.removeEventListener('abort', stop);
    await consumer.disconnect().catch(() => undefined);
  }
}

/** The group's only member is given all partitions; the others are of no use. */
function only(
  consumer: Consumer,
  assignment: Readonly<Record<string, readonly number[]>>,
  { topic, partition }: PartitionRead,
  next: bigint,
): void {
  const others = (assignment[topic] ?? []).filter((one) => one !== partition);
  if (others.length > 0) consumer.pause([{ topic, partitions: others }]);
  consumer.seek({ topic, partition, offset: String(next) });
}

/** Of a name that came twice, the last. */
function lastOfEach(headers: IHeaders | undefined): Record<string, string | Buffer> {
  const last: Record<string, string | Buffer> = {};
  for (const [name, value] of Object.entries(headers ?? {}))
    last[name] = (Array.isArray(value) ? value.at(-1) : value) ?? '';
  return last;
}
