import { randomUUID } from 'node:crypto';
import { avroContentType, cloudEventType, errorHeaderNames, headerNames, type SchemaFamily } from '@windlass/contracts';
import type { IHeaders, KafkaMessage } from 'kafkajs';

/** CloudEvents headers of what an instance writes, and the trace context of what caused it. */
export function eventHeaders(family: SchemaFamily, source: string, causedBy?: IHeaders): IHeaders {
  const headers: IHeaders = {
    [headerNames.cloudEventSpecVersion]: '1.0',
    [headerNames.cloudEventId]: randomUUID(),
    [headerNames.cloudEventType]: cloudEventType(family),
    [headerNames.cloudEventSource]: source,
    [headerNames.cloudEventTime]: new Date().toISOString(),
    [headerNames.contentType]: avroContentType,
  };
  for (const name of [headerNames.traceParent, headerNames.traceState, headerNames.attempt]) {
    const value = causedBy?.[name];
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}

/** What a record that nobody can use carries to the dead letters, beside what it had. */
export const deadLetterHeaders = (
  { headers, offset }: KafkaMessage,
  {
    code,
    message,
    topic,
    partition,
    stage,
  }: { code: string; message: string; topic: string; partition: number; stage: string },
): IHeaders => ({
  ...headers,
  [errorHeaderNames.code]: code,
  [errorHeaderNames.message]: message,
  [errorHeaderNames.topic]: topic,
  [errorHeaderNames.partition]: String(partition),
  [errorHeaderNames.offset]: offset,
  [errorHeaderNames.stage]: stage,
  [errorHeaderNames.time]: new Date().toISOString(),
});
