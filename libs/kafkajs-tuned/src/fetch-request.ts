import type { SessionFetch } from './fetch-session.ts';
import { putString, stringBytes } from './protocol-text.ts';
import { encodedPart, type EncodedPart } from './record-encoder.ts';

/** What kafkajs makes a fetch request of. */
export interface FetchFields extends SessionFetch {
  readonly replicaId?: number;
  readonly isolationLevel?: number;
  readonly maxWaitTime: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly rackId?: string;
}

const CONSUMER = -1;
const READ_COMMITTED = 1;
const UNKNOWN = -1;
const HEAD_BYTES = 25;
const PARTITION_BYTES = 28;

/** The body of a fetch request of version 11, the same bytes that kafkajs writes, into one buffer of the right size. */
export function encodeFetch(fields: FetchFields): EncodedPart {
  const {
    replicaId = CONSUMER,
    isolationLevel = READ_COMMITTED,
    maxWaitTime,
    minBytes,
    maxBytes,
    rackId = '',
  } = fields;
  const { sessionId, sessionEpoch, topics, forgottenTopics } = fields;
  let bytes = HEAD_BYTES + 8 + stringBytes(rackId);
  for (const { topic, partitions } of topics) bytes += stringBytes(topic) + 4 + partitions.length * PARTITION_BYTES;
  for (const { topic, partitions } of forgottenTopics) bytes += stringBytes(topic) + 4 + partitions.length * 4;
  const buffer = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const number of [replicaId, maxWaitTime, minBytes, maxBytes]) at = buffer.writeInt32BE(number, at);
  at = buffer.writeInt8(isolationLevel, at);
  for (const number of [sessionId, sessionEpoch, topics.length]) at = buffer.writeInt32BE(number, at);
  for (const { topic, partitions } of topics) {
    at = putString(buffer, at, topic);
    at = buffer.writeInt32BE(partitions.length, at);
    for (const { partition, fetchOffset, maxBytes } of partitions) {
      at = buffer.writeInt32BE(partition, at);
      at = buffer.writeInt32BE(UNKNOWN, at);
      at = buffer.writeBigInt64BE(BigInt(fetchOffset), at);
      at = buffer.writeBigInt64BE(BigInt(UNKNOWN), at);
      at = buffer.writeInt32BE(maxBytes, at);
    }
  }
  at = buffer.writeInt32BE(forgottenTopics.length, at);
  for (const { topic, partitions } of forgottenTopics) {
    at = putString(buffer, at, topic);
    at = buffer.writeInt32BE(partitions.length, at);
    for (const partition of partitions) at = buffer.writeInt32BE(partition, at);
  }
  putString(buffer, at, rackId);
  return encodedPart(buffer);
}
