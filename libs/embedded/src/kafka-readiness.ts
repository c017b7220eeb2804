import { askKafka, encodeInt32, encodeString } from './kafka-request.ts';

const NO_ERROR = 0;

/**
 * True when a client would get what it needs: the broker is listed (only a live, unfenced one is), of the given cluster if
 * one is given; and the group coordinator is there and has loaded its groups. Rejects when nothing answers.
 */
export async function kafkaAnswers(port: number, clusterId?: string): Promise<boolean> {
  const cluster = await askMetadata(port);
  if (cluster.brokers === 0 || (clusterId !== undefined && cluster.id !== clusterId)) return false;
  return (await findCoordinator(port)) === NO_ERROR && (await listGroups(port)) === NO_ERROR;
}

/** Metadata, version 2, for no topics. */
async function askMetadata(port: number): Promise<{ id: string; brokers: number }> {
  const reader = await askKafka(port, { apiKey: 3, apiVersion: 2, body: encodeInt32(0) });
  const brokers = reader.int32();
  for (let at = 0; at < brokers; at += 1) {
    reader.int32();
    reader.string();
    reader.int32();
    reader.string();
  }
  return { id: reader.string(), brokers };
}

/** FindCoordinator, version 0: the error code. Asking makes Kafka create the topic of the groups' offsets if it is new. */
async function findCoordinator(port: number): Promise<number> {
  const body = encodeString('windlass-readiness');
  return (await askKafka(port, { apiKey: 10, apiVersion: 0, body })).int16();
}

/** ListGroups, version 0: the error code, which is COORDINATOR_LOAD_IN_PROGRESS while any part of the groups loads. */
async function listGroups(port: number): Promise<number> {
  return (await askKafka(port, { apiKey: 16, apiVersion: 0, body: Buffer.alloc(0) })).int16();
}
