import { FetchedRecord, readHeaders } from './fetched-record.ts';
import { putBytes, sizeOf } from './record-bytes.ts';

/** Some headers, encoded as they stand in a record. */
export interface HeaderBytes {
  readonly count: number;
  readonly bytes: Buffer;
}

/** Headers of a message that are encoded already: what stands for its `headers`, and is written as it is. */
export class CopiedHeaders {
  readonly parts: readonly HeaderBytes[];
  readonly count: number;
  readonly byteLength: number;

  constructor(...parts: readonly HeaderBytes[]) {
    this.parts = parts;
    let count = 0;
    let byteLength = 0;
    for (const part of parts) {
      count += part.count;
      byteLength += part.bytes.length;
    }
    this.count = count;
    this.byteLength = byteLength;
  }

  /** By name; of a name that came twice, the last. */
  read(): Record<string, Buffer> {
    const read: Record<string, Buffer> = {};
    for (const { bytes, count } of this.parts)
      for (const [name, value] of Object.entries(readHeaders(bytes, count)))
        read[name] = Array.isArray(value) ? value.at(-1)! : value;
    return read;
  }
}

interface MessageWithHeaders {
  readonly headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
}

/** The headers of a fetched record as they stand in it; undefined: kafkajs has read them already (message formats before v2). */
export const headerBytesOf = (message: object): HeaderBytes | undefined =>
  message instanceof FetchedRecord ? message.headerBytes : undefined;

/** The last header of this name; the others are not read, unless kafkajs has. */
export function headerOf(message: MessageWithHeaders, name: string): Buffer | string | undefined {
  if (message instanceof FetchedRecord) return message.header(name);
  const value = message.headers?.[name];
  return Array.isArray(value) ? value.at(-1) : value;
}

export function encodeHeaders(headers: Readonly<Record<string, string>>): HeaderBytes {
  const entries = Object.entries(headers);
  const bytes = Buffer.allocUnsafe(entries.reduce((sum, [name, value]) => sum + sizeOf(name) + sizeOf(value), 0));
  let at = 0;
  for (const [name, value] of entries) at = putBytes(bytes, putBytes(bytes, at, name), value);
  return { count: entries.length, bytes };
}
