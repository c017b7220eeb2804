import { createProducer } from './producer.ts';
import { consume } from './consumer.ts';
import { kafkaOf, poolOf, PREFIX, untilStopped } from './environment.ts';
import { PARTITIONS } from './messages.ts';
import { PartitionLoop, type BareEffects, type BareRecord } from './partition-loop.ts';

/** Kafka's own offsets: where the stage goes on when it is started for the next scenario. */
const OFFSET_COMMIT_MS = 5_000;

/** Runs a bare stage until it is stopped: a loop a partition, over all topics of the stage. */
export async function runStage(
  stage: string,
  topics: readonly string[],
  handle: (records: readonly BareRecord[]) => BareEffects,
): Promise<void> {
  const kafka = kafkaOf(stage);
  const pool = poolOf();
  const producer = createProducer(kafka);
  await producer.connect();
  const loops = Array.from(
    { length: PARTITIONS },
    (_, partition) => new PartitionLoop({ stage, partition, pool, producer, handle }),
  );
  const consumer = await consume({
    kafka,
    groupId: `${PREFIX}.${stage}`,
    topics,
    onBatch: (batch) => loops[batch.partition]!.offer(batch),
  });
  const commit = async (): Promise<void> => {
    const offsets = loops.flatMap((loop) => loop.takeCommitted());
    if (offsets.length > 0) await consumer.commitOffsets(offsets);
  };
  const committing = setInterval(() => void commit().catch(() => undefined), OFFSET_COMMIT_MS);
  untilStopped(async () => {
    clearInterval(committing);
    await Promise.all(loops.map((loop) => loop.drained()));
    await commit();
    await consumer.disconnect();
    await producer.disconnect();
    await pool.end();
  });
}
