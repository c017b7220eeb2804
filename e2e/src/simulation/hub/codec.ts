import { splitWireFormat, wireHeaderBytes } from '@windlass/contracts';
import type { StageCodec } from '@windlass/messaging/stage-parts';
import { deserialize, serialize } from 'node:v8';

const SCHEMA_ID = 1;

/** Values as the engine itself writes them, in the wire format: Avro has tests of its own, and would be most of the time. */
export const v8Codec = {
  encode: (_family: string, value: unknown) => v8Bytes(value),
  readerOf: () => v8Value,
  loadReader: () => Promise.resolve(v8Value),
} as unknown as StageCodec;

export function v8Bytes(value: unknown): Buffer {
  const body = serialize(value);
  const bytes = Buffer.alloc(wireHeaderBytes + body.length);
  bytes.writeInt32BE(SCHEMA_ID, 1);
  body.copy(bytes, wireHeaderBytes);
  return bytes;
}

export const v8Value = (body: Buffer): unknown => deserialize(body);

export const valueOf = (bytes: Buffer): unknown => v8Value(splitWireFormat(bytes).body);
