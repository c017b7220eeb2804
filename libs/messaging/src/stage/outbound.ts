import {
  avroContentType,
  cloudEventType,
  ContractError,
  errorHeaderNames,
  headerNames,
  type Family,
  type SchemaFamily,
} from '@windlass/contracts';
import type { HubTopicMap } from '../hub-topics.ts';
import type { StageCodec } from './context.ts';
import type { EncodedMessage } from './encoded-message.ts';
import type { OutboundMessage, RejectionTopic } from './handler.ts';
import type { StageRecord } from './stage-record.ts';
import type { ParkedMessage } from './store.ts';
import { nextTraceParent } from './trace.ts';

export interface Origin {
  /** `ce_source`: `/windlass/<stage>`. */
  readonly source: string;
  /** Time of the event: when the batch was taken, microseconds. */
  readonly nowUs: number;
  /** Begins the id of messages that have none of their own; unique per commit. */
  readonly idPrefix: string;
}

export interface Encoded {
  readonly messages: EncodedMessage[];
  readonly parked: ParkedMessage[];
}

/**
 * Encodes what a batch wants sent. A message that is larger than its topic allows is parked instead, in the same commit.
 * @throws {ContractError} INVALID_MESSAGE: the handler made a message that does not fit its schema, which is our mistake.
 */
export function encodeOutbound(
  { codec, topics }: { readonly codec: StageCodec; readonly topics: HubTopicMap },
  messages: readonly OutboundMessage[],
  origin: Origin,
): Encoded {
  const encoded: Encoded = { messages: [], parked: [] };
  const time = new Date(origin.nowUs / 1000).toISOString();
  messages.forEach((message, index) => {
    const family = message.family as SchemaFamily;
    const partition = message.partition ?? topics.partitionOfKey(family, message.key);
    const traced = message.causedBy?.headers[headerNames.traceParent];
    const traceState = message.causedBy?.headers[headerNames.traceState];
    const headers: Record<string, string> = {
      ...message.headers,
      [headerNames.traceParent]: nextTraceParent(traced),
      ...(traceState !== undefined && { [headerNames.traceState]: traceState }),
      [headerNames.cloudEventSpecVersion]: '1.0',
      [headerNames.cloudEventId]: message.headers?.[headerNames.id] ?? `${origin.idPrefix}-${index}`,
      [headerNames.cloudEventType]: cloudEventType(family),
      [headerNames.cloudEventSource]: origin.source,
      [headerNames.cloudEventTime]: time,
      [headerNames.contentType]: avroContentType,
    };
    const { topic, key } = message;
    const limitBytes = topics.maxRecordBytesOf(family);
    const value = encodeValue(codec, family, message.value);
    if (value !== null && value.length <= limitBytes) encoded.messages.push({ topic, partition, key, value, headers });
    else {
      const reason = `${family}: ${value?.length ?? 'too many'} bytes, limit maxRecordBytes is ${limitBytes}`;
      encoded.parked.push({ topic, partition, key, value, headers, code: 'PAYLOAD_TOO_LARGE', reason });
    }
  });
  return encoded;
}

function encodeValue(codec: StageCodec, family: SchemaFamily, value: unknown): Buffer | null {
  try {
    return codec.encode(family, value as never);
  } catch (error) {
    if (error instanceof ContractError && error.code === 'VALUE_TOO_LARGE') return null;
    throw error;
  }
}

const errorMessageLength = 1_000;

export interface Refusal {
  readonly to: RejectionTopic;
  readonly code: string;
  readonly message: string;
  readonly stage: string;
  readonly nowUs: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The record as it was, with what was wrong in its headers. */
export function asRejected(topics: HubTopicMap, record: StageRecord, refusal: Refusal): EncodedMessage {
  const family: Family = refusal.to;
  return {
    topic: topics.names[refusal.to],
    partition: record.partition % topics.partitionsOf(family),
    key: record.keyBytes,
    value: record.valueBuffer,
    headers: { ...record.rawHeaders(), ...refusal.headers, ...reasonHeaders(record, refusal) },
  };
}

/** What was wrong, and where the record lay. */
export const reasonHeaders = (record: StageRecord, refusal: Refusal): Record<string, string> => ({
  [errorHeaderNames.code]: refusal.code,
  [errorHeaderNames.message]: refusal.message.slice(0, errorMessageLength),
  [errorHeaderNames.topic]: record.topic,
  [errorHeaderNames.partition]: String(record.partition),
  [errorHeaderNames.offset]: record.message.offset,
  [errorHeaderNames.stage]: refusal.stage,
  [errorHeaderNames.time]: new Date(refusal.nowUs / 1000).toISOString(),
});

/** The same record for the partition of its key. */
export function asForwarded(record: StageRecord, partition: number): EncodedMessage {
  return {
    topic: record.topic,
    partition,
    key: record.keyBytes,
    value: record.valueBuffer,
    headers: { ...record.rawHeaders(), [headerNames.forwardedFrom]: String(record.partition) },
  };
}
