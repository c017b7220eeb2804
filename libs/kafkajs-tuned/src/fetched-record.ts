/** What kafkajs tells of the batch that a record came in. */
export interface BatchContext {
  /** Of the batch; a decimal string, or kafkajs's Long. */
  readonly firstOffset: { toString(): string };
  readonly firstTimestamp: { toString(): string };
  readonly maxTimestamp?: { toString(): string };
  readonly timestampType?: number;
  readonly magicByte?: number;
  readonly isControlBatch?: boolean;
}

type Headers = Record<string, Buffer | Buffer[]>;

const logAppendTime = 1;

/**
 * A fetched record of Kafka's message format v2 (KIP-98) with the fields that kafkajs gives it. Headers and timestamp are read when
 * they are asked for; key, value and header values are views of the fetched bytes.
 */
export class FetchedRecord {
  readonly magicByte: number | undefined;
  readonly attributes: number;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly isControlRecord: boolean;
  readonly batchContext: BatchContext;
  readonly #timestampDelta: number;
  readonly #bytes: Buffer;
  readonly #headersAt: number;
  #headers: Headers | undefined;

  /** @param bytes the record without its length */
  constructor(bytes: Buffer, batch: BatchContext) {
    const reader = new Reader(bytes);
    this.magicByte = batch.magicByte;
    this.batchContext = batch;
    this.isControlRecord = batch.isControlBatch ?? false;
    this.attributes = reader.int8();
    this.#timestampDelta = reader.varint();
    this.offset = sum(batch.firstOffset, reader.varint());
    this.key = reader.bytes();
    this.value = reader.bytes();
    this.#bytes = bytes;
    this.#headersAt = reader.position;
  }

  get timestamp(): string {
    const { firstTimestamp, maxTimestamp, timestampType } = this.batchContext;
    const isAppendTime = timestampType === logAppendTime && maxTimestamp;
    return isAppendTime ? maxTimestamp.toString() : sum(firstTimestamp, this.#timestampDelta);
  }

  /** A name that came more than once has a list. */
  get headers(): Headers {
    if (!this.#headers) {
      const reader = new Reader(this.#bytes, this.#headersAt);
      this.#headers = headersFrom(reader, reader.varint());
    }
    return this.#headers;
  }

  /** The last header of this name, an ASCII text; the others are not read. */
  header(name: string): Buffer | undefined {
    const reader = new Reader(this.#bytes, this.#headersAt);
    let found: Buffer | undefined;
    for (let left = reader.varint(); left > 0; left--)
      if (reader.isText(name)) found = reader.bytes()!;
      else reader.skip();
    return found;
  }

  /** Its headers as they stand in the record: how many, and their bytes. */
  get headerBytes(): { readonly count: number; readonly bytes: Buffer } {
    const reader = new Reader(this.#bytes, this.#headersAt);
    const count = reader.varint();
    return { count, bytes: this.#bytes.subarray(reader.position) };
  }
}

/** So many headers, as they stand in a record. */
export const readHeaders = (bytes: Buffer, count: number): Headers => headersFrom(new Reader(bytes), count);

function headersFrom(reader: Reader, count: number): Headers {
  const headers: Headers = {};
  for (let left = count; left > 0; left--) {
    const name = reader.bytes()?.toString('utf8') ?? '';
    const value = reader.bytes()!;
    if (!Object.hasOwn(headers, name)) set(headers, name, value);
    else set(headers, name, [headers[name]!, value].flat());
  }
  return headers;
}

/** A header may be called `__proto__`. */
function set(headers: Headers, name: string, value: Buffer | Buffer[]): void {
  if (name === '__proto__')
    Object.defineProperty(headers, name, { value, enumerable: true, configurable: true, writable: true });
  else headers[name] = value;
}

/** Numbers serve as long as they are exact. */
function sum(first: { toString(): string }, delta: number): string {
  const text = first.toString();
  const total = Number(text) + delta;
  return Number.isSafeInteger(total) ? String(total) : String(BigInt(text) + BigInt(delta));
}

class Reader {
  private readonly buffer: Buffer;
  private at: number;

  constructor(buffer: Buffer, at = 0) {
    this.buffer = buffer;
    this.at = at;
  }

  get position(): number {
    return this.at;
  }

  int8(): number {
    return this.buffer.readInt8(this.at++);
  }

  /** Zigzag, up to ten bytes; exact up to 2^53. */
  varint(): number {
    const first = this.buffer[this.at]!;
    if (first < 0x80) {
      this.at++;
      return (first >>> 1) ^ -(first & 1);
    }
    let bits = 0;
    let scale = 1;
    for (;;) {
      const byte = this.buffer[this.at++]!;
      bits += (byte & 0x7f) * scale;
      scale *= 0x80;
      if (byte < 0x80) break;
    }
    const half = Math.floor(bits / 2);
    return bits % 2 === 0 ? half : -half - 1;
  }

  bytes(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    this.at += length;
    return this.buffer.subarray(this.at - length, this.at);
  }
  /** Moves over a text, and says whether it is this one, of ASCII characters. */
  isText(text: string): boolean {
    const length = this.varint();
    const from = this.at;
    this.at += Math.max(0, length);
    if (length !== text.length) return false;
    for (let i = 0; i < length; i++) if (this.buffer[from + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  /** Moves over bytes. */
  skip(): void {
    const length = this.varint();
    this.at += Math.max(0, length);
  }
}
