import { crc32c } from './crc32c.ts';
import { putString, stringBytes } from './protocol-text.ts';
import { bodyBytes, canEncode, encodedPart, putRecord, type EncodedPart, type RecordFields } from './record-encoder.ts';
import { varintBytes } from './record-bytes.ts';

/** A number, or kafkajs's Long. */
type Int64 = { toString(): string };

interface Message extends RecordFields {
  readonly timestamp?: unknown;
}

export interface ProducedPartition {
  readonly partition: number;
  readonly messages: readonly Message[];
  readonly firstSequence?: number;
}

/** What kafkajs makes a produce request of, from version 3 on. */
export interface ProduceFields {
  readonly acks: number;
  readonly timeout: number;
  readonly transactionalId?: string | null;
  readonly producerId?: Int64;
  readonly producerEpoch?: number;
  readonly compression?: number;
  readonly topicData: readonly { readonly topic: string; readonly partitions: readonly ProducedPartition[] }[];
}

/** From the length of a record batch to its records: what comes before the sum, and what it is of. */
const UNSUMMED_BYTES = 9;
const SUMMED_BYTES = 40;
const BATCH_BYTES = 12 + UNSUMMED_BYTES + SUMMED_BYTES;
const MAGIC = 2;
const TRANSACTIONAL = 16;

/** Whether {@link encodeProduce} writes it; else it is left to kafkajs. */
export const canEncodeProduce = ({ compression = 0, topicData }: ProduceFields): boolean =>
  compression === 0 &&
  topicData.every(({ partitions }) =>
    partitions.every(({ messages }) =>
      messages.every((message) => (message.timestamp ?? undefined) === undefined && canEncode(message)),
    ),
  );

/**
 * The body of a produce request (versions 3 to 7), the same bytes that kafkajs writes, into one buffer of the right size. kafkajs copies
 * each record into the batch, that into the partition, the topic and the request, each a zeroed buffer that is doubled as it fills.
 */
export function encodeProduce(fields: ProduceFields): EncodedPart {
  const { acks, timeout, transactionalId = null, topicData } = fields;
  const bodies = topicData.map(({ partitions }) =>
    partitions.map(({ messages }) =>
      messages.map((message, offsetDelta) => bodyBytes({ ...of(message), offsetDelta })),
    ),
  );
  let bytes = stringBytes(transactionalId) + 10;
  topicData.forEach(({ topic }, t) => {
    bytes += stringBytes(topic) + 4;
    for (const records of bodies[t]!) bytes += 8 + BATCH_BYTES + recordBytes(records);
  });
  const buffer = Buffer.allocUnsafe(bytes);
  let at = putString(buffer, 0, transactionalId);
  at = buffer.writeInt16BE(acks, at);
  at = buffer.writeInt32BE(timeout, at);
  at = buffer.writeInt32BE(topicData.length, at);
  topicData.forEach(({ topic, partitions }, t) => {
    at = putString(buffer, at, topic);
    at = buffer.writeInt32BE(partitions.length, at);
    partitions.forEach(
      (partition, p) => (at = putPartition(buffer, at, partition, { ...fields, bodies: bodies[t]![p]! })),
    );
  });
  return encodedPart(buffer);
}

function putPartition(
  buffer: Buffer,
  from: number,
  { partition, messages, firstSequence = 0 }: ProducedPartition,
  {
    bodies,
    transactionalId,
    producerId = -1,
    producerEpoch = 0,
  }: ProduceFields & { readonly bodies: readonly number[] },
): number {
  const length = UNSUMMED_BYTES + SUMMED_BYTES + recordBytes(bodies);
  const now = BigInt(Date.now());
  let at = buffer.writeInt32BE(partition, from);
  at = buffer.writeInt32BE(length + 12, at);
  at = buffer.writeBigInt64BE(0n, at);
  at = buffer.writeInt32BE(length, at);
  at = buffer.writeInt32BE(0, at);
  at = buffer.writeInt8(MAGIC, at);
  const sumAt = at;
  at = buffer.writeInt16BE(transactionalId ? TRANSACTIONAL : 0, at + 4);
  at = buffer.writeInt32BE(messages.length - 1, at);
  at = buffer.writeBigInt64BE(now, at);
  at = buffer.writeBigInt64BE(now, at);
  at = buffer.writeBigInt64BE(BigInt(producerId.toString()), at);
  at = buffer.writeInt16BE(producerEpoch, at);
  at = buffer.writeInt32BE(firstSequence, at);
  at = buffer.writeInt32BE(messages.length, at);
  messages.forEach((message, offsetDelta) => {
    at = putRecord(buffer, at, { ...of(message), offsetDelta }, bodies[offsetDelta]!);
  });
  buffer.writeUInt32BE(crc32c(buffer, sumAt + 4, at), sumAt);
  return at;
}

const of = ({ key, value, headers }: Message): RecordFields => ({ key, value, headers });

function recordBytes(bodies: readonly number[]): number {
  let bytes = 0;
  for (const body of bodies) bytes += varintBytes(body) + body;
  return bytes;
}

interface RequestFields {
  readonly correlationId: number;
  readonly clientId: string | null;
  readonly request: { readonly apiKey: number; readonly apiVersion: number; encode(): Promise<EncodedPart> };
}

/** Any request with its head, as kafkajs writes it, into one buffer of the right size. */
export async function encodeRequest({ correlationId, clientId, request }: RequestFields): Promise<EncodedPart> {
  const { buffer: body } = await request.encode();
  const name = clientId ?? null;
  const size = 8 + stringBytes(name) + body.length;
  const buffer = Buffer.allocUnsafe(4 + size);
  let at = buffer.writeInt32BE(size, 0);
  at = buffer.writeInt16BE(request.apiKey, at);
  at = buffer.writeInt16BE(request.apiVersion, at);
  at = buffer.writeInt32BE(correlationId, at);
  at = putString(buffer, at, name);
  body.copy(buffer, at);
  return encodedPart(buffer);
}
