import type { Batch, Consumer, Kafka } from 'kafkajs';

/** A consumer whose batches are only handed on; what takes them commits. */
export async function consume({
  kafka,
  groupId,
  topics,
  onBatch,
}: {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly onBatch: (batch: Batch) => void;
}): Promise<Consumer> {
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: 10_000,
    heartbeatInterval: 1_000,
    maxWaitTimeInMs: 250,
    maxBytesPerPartition: 1024 * 1024,
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  await consumer.run({ autoCommit: false, eachBatch: async ({ batch }) => onBatch(batch) });
  return consumer;
}
