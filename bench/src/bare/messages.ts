import { randomUUID } from 'node:crypto';
import {
  avroContentType,
  cloudEventType,
  headerNames,
  partitionOf,
  slotOf,
  type SchemaFamily,
} from '@windlass/contracts';

export interface BareMessage {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Record<string, string>;
}

export const PARTITIONS = Number(process.env['WINDLASS_PARTITIONS'] ?? 8);
export const partitionOfKey = (key: string): number => partitionOf(slotOf(key), PARTITIONS);
export const randomId = (): string => randomUUID().replaceAll('-', '');

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** The headers that the hub's records have, of the same size. */
export const headersOf = (
  family: SchemaFamily,
  id: string,
  more: Record<string, string> = {},
): Record<string, string> => ({
  ...more,
  [headerNames.id]: id,
  [headerNames.traceParent]: TRACE,
  [headerNames.cloudEventSpecVersion]: '1.0',
  [headerNames.cloudEventId]: id,
  [headerNames.cloudEventType]: cloudEventType(family),
  [headerNames.cloudEventSource]: '/windlass/bare',
  [headerNames.cloudEventTime]: new Date().toISOString(),
  [headerNames.contentType]: avroContentType,
});

/** Bytes of messages for the outbox row: as many as the hub's. */
export function outboxBytes(messages: readonly BareMessage[]): Buffer | null {
  if (messages.length === 0) return null;
  const parts: Buffer[] = [];
  for (const { key, value, headers } of messages) parts.push(Buffer.from(key + Object.values(headers).join('')), value);
  return Buffer.concat(parts);
}
