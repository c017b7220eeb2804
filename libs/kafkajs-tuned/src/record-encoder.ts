import { CopiedHeaders } from './copied-headers.ts';
import { putBytes, putVarint, sizeOf, varintBytes, type Bytes } from './record-bytes.ts';

/** What kafkajs asks of an encoded part: it checks for `buf` and copies `buffer`. */
export interface EncodedPart {
  readonly buf: Buffer;
  readonly buffer: Buffer;
  size(): number;
}

export const encodedPart = (buffer: Buffer): EncodedPart => ({ buf: buffer, buffer, size: () => buffer.length });

/** One message of a record batch, as kafkajs hands it over. */
export interface RecordFields {
  readonly offsetDelta?: number;
  /** Milliseconds after the batch's first. */
  readonly timestampDelta?: number;
  readonly key?: Bytes;
  readonly value?: Bytes;
  readonly headers?: Readonly<Record<string, Bytes | readonly Bytes[]>> | CopiedHeaders;
}

/** A varint of five bytes holds this much, zigzag included. */
const largestDelta = 2 ** 30;

/** Whether {@link encodeRecord} writes it; else the record is left to kafkajs. */
export const canEncode = ({ timestampDelta = 0, offsetDelta = 0, headers }: RecordFields): boolean =>
  Number.isInteger(timestampDelta) &&
  timestampDelta >= 0 &&
  timestampDelta < largestDelta &&
  offsetDelta < largestDelta &&
  (headers === undefined || headers instanceof CopiedHeaders || areSingle(headers));

/**
 * A record of Kafka's message format v2 (KIP-98), the same bytes that kafkajs writes, into one buffer of the right size. kafkajs makes
 * a zeroed 512-byte encoder for every record and every header, which is most of what a busy producer does.
 */
export function encodeRecord(fields: RecordFields): EncodedPart {
  const body = bodyBytes(fields);
  const buffer = Buffer.allocUnsafe(varintBytes(body) + body);
  putRecord(buffer, 0, fields, body);
  return encodedPart(buffer);
}

/** Of a record, without the length before it. */
export function bodyBytes({ offsetDelta = 0, timestampDelta = 0, key, value, headers = {} }: RecordFields): number {
  const bytes = 1 + varintBytes(timestampDelta) + varintBytes(offsetDelta) + sizeOf(key) + sizeOf(value);
  if (headers instanceof CopiedHeaders) return bytes + varintBytes(headers.count) + headers.byteLength;
  let count = 0;
  let headerBytes = 0;
  for (const name of Object.keys(headers)) {
    count += 1;
    headerBytes += sizeOf(name) + sizeOf(headers[name] as Bytes);
  }
  return bytes + varintBytes(count) + headerBytes;
}

/** Writes a record whose body has so many bytes. @returns the place after it. */
export function putRecord(
  target: Buffer,
  at: number,
  { offsetDelta = 0, timestampDelta = 0, key, value, headers = {} }: RecordFields,
  body: number,
): number {
  let next = putVarint(target, at, body);
  target[next++] = 0;
  next = putVarint(target, next, timestampDelta);
  next = putVarint(target, next, offsetDelta);
  next = putBytes(target, next, key);
  next = putBytes(target, next, value);
  if (headers instanceof CopiedHeaders) {
    next = putVarint(target, next, headers.count);
    for (const { bytes } of headers.parts) next += bytes.copy(target, next);
    return next;
  }
  const names = Object.keys(headers);
  next = putVarint(target, next, names.length);
  for (const name of names) next = putBytes(target, putBytes(target, next, name), headers[name] as Bytes);
  return next;
}

function areSingle(headers: Readonly<Record<string, unknown>>): boolean {
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value === null || value === undefined || Array.isArray(value)) return false;
  }
  return true;
}
