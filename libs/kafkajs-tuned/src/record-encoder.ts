/** What kafkajs asks of an encoded part: it checks for `buf` and copies `buffer`. */
export interface EncodedPart {
  readonly buf: Buffer;
  readonly buffer: Buffer;
  size(): number;
}

type Bytes = Buffer | string | null | undefined;

/** One message of a record batch, as kafkajs hands it over. */
export interface RecordFields {
  readonly offsetDelta?: number;
  /** Milliseconds after the batch's first. */
  readonly timestampDelta?: number;
  readonly key?: Bytes;
  readonly value?: Bytes;
  readonly headers?: Readonly<Record<string, Bytes | readonly Bytes[]>>;
}

/** A varint of five bytes holds this much, zigzag included. */
const largestDelta = 2 ** 30;

/** Whether {@link encodeRecord} writes it; else the record is left to kafkajs. */
export const canEncode = ({ timestampDelta = 0, offsetDelta = 0, headers }: RecordFields): boolean =>
  Number.isInteger(timestampDelta) &&
  timestampDelta >= 0 &&
  timestampDelta < largestDelta &&
  offsetDelta < largestDelta &&
  !Object.values(headers ?? {}).some((value) => value === null || value === undefined || Array.isArray(value));

/**
 * A record of Kafka's message format v2 (KIP-98), the same bytes that kafkajs writes, into one buffer of the right size. kafkajs makes
 * a zeroed 512-byte encoder for every record and every header, which is most of what a busy producer does.
 */
export function encodeRecord({
  offsetDelta = 0,
  timestampDelta = 0,
  key,
  value,
  headers = {},
}: RecordFields): EncodedPart {
  const names = Object.keys(headers);
  let bodyBytes = 1 + varintBytes(timestampDelta) + varintBytes(offsetDelta) + sizeOf(key) + sizeOf(value);
  bodyBytes += varintBytes(names.length);
  for (const name of names) bodyBytes += sizeOf(name) + sizeOf(headers[name] as Bytes);

  const buffer = Buffer.allocUnsafe(varintBytes(bodyBytes) + bodyBytes);
  let at = putVarint(buffer, 0, bodyBytes);
  buffer[at++] = 0;
  at = putVarint(buffer, at, timestampDelta);
  at = putVarint(buffer, at, offsetDelta);
  at = putBytes(buffer, at, key);
  at = putBytes(buffer, at, value);
  at = putVarint(buffer, at, names.length);
  for (const name of names) {
    at = putBytes(buffer, at, name);
    at = putBytes(buffer, at, headers[name] as Bytes);
  }
  return { buf: buffer, buffer, size: () => buffer.length };
}

const none = -1;

function sizeOf(bytes: Bytes): number {
  if (bytes === null || bytes === undefined) return 1;
  const length = typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length;
  return varintBytes(length) + length;
}

function putBytes(target: Buffer, at: number, bytes: Bytes): number {
  if (bytes === null || bytes === undefined) return putVarint(target, at, none);
  if (typeof bytes !== 'string') {
    const next = putVarint(target, at, bytes.length);
    return next + bytes.copy(target, next);
  }
  const length = Buffer.byteLength(bytes);
  const next = putVarint(target, at, length);
  return next + target.write(bytes, next, length, 'utf8');
}

const zigzag = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0;

function varintBytes(value: number): number {
  const bits = zigzag(value);
  return bits < 0x80 ? 1 : bits < 0x4000 ? 2 : bits < 0x200000 ? 3 : bits < 0x10000000 ? 4 : 5;
}

function putVarint(target: Buffer, at: number, value: number): number {
  let bits = zigzag(value);
  let next = at;
  for (; bits > 0x7f; bits >>>= 7) target[next++] = (bits & 0x7f) | 0x80;
  target[next++] = bits;
  return next;
}
