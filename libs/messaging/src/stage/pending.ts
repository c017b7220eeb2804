import type { EncodedMessage } from './encoded-message.ts';

/**
 * Layout, version 1, big-endian: version u8; count u32; a table of words (topics and header names): count u16, each u16 length and
 * UTF-8; then each message: topic u16 (word), partition i32, key i32 length (-1: none) and bytes, value likewise, headers u16
 * count, each name u16 (word) and value i32 length and bytes.
 */
const version = 1;
const none = -1;

/** One message's bytes for the outbox row; null when there is nothing to publish. */
export function encodePending(messages: readonly EncodedMessage[]): Buffer | null {
  if (messages.length === 0) return null;
  const words = new Map<string, number>();
  const wordOf = (word: string): number => {
    let index = words.get(word);
    if (index === undefined) words.set(word, (index = words.size));
    return index;
  };
  const body = new Writer();
  for (const { topic, partition, key, value, headers } of messages) {
    body.u16(wordOf(topic));
    body.i32(partition);
    body.bytes(key);
    body.bytes(value);
    const names = Object.keys(headers);
    body.u16(names.length);
    for (const name of names) {
      body.u16(wordOf(name));
      body.bytes(headers[name]!);
    }
  }
  const head = new Writer(256);
  head.u8(version);
  head.i32(messages.length);
  head.u16(words.size);
  for (const word of words.keys()) head.text(word);
  return Buffer.concat([head.written(), body.written()]);
}

/** @throws RangeError or Error when the bytes are not what `encodePending` wrote: the store is corrupt, which is for a person. */
export function decodePending(bytes: Buffer): EncodedMessage[] {
  const reader = new Reader(bytes);
  const found = reader.u8();
  if (found !== version) throw new Error(`pending messages have layout ${found}; this program reads ${version}`);
  const count = reader.i32();
  const words = Array.from({ length: reader.u16() }, () => reader.text());
  return Array.from({ length: count }, () => {
    const topic = words[reader.u16()]!;
    const partition = reader.i32();
    const key = reader.bytes();
    const value = reader.bytes();
    const headers: Record<string, Buffer> = {};
    for (let left = reader.u16(); left > 0; left--) headers[words[reader.u16()]!] = reader.bytes() ?? Buffer.alloc(0);
    return { topic, partition, key, value, headers };
  });
}

class Writer {
  private buffer: Buffer;
  private at = 0;

  constructor(initialBytes = 64 * 1024) {
    this.buffer = Buffer.allocUnsafe(initialBytes);
  }

  u8(value: number): void {
    this.room(1);
    this.at = this.buffer.writeUInt8(value, this.at);
  }

  u16(value: number): void {
    this.room(2);
    this.at = this.buffer.writeUInt16BE(value, this.at);
  }

  i32(value: number): void {
    this.room(4);
    this.at = this.buffer.writeInt32BE(value, this.at);
  }

  text(value: string): void {
    const length = Buffer.byteLength(value);
    this.u16(length);
    this.room(length);
    this.at += this.buffer.write(value, this.at, 'utf8');
  }

  bytes(value: string | Buffer | null): void {
    if (value === null) return this.i32(none);
    if (typeof value === 'string') {
      const length = Buffer.byteLength(value);
      this.i32(length);
      this.room(length);
      this.at += this.buffer.write(value, this.at, 'utf8');
      return;
    }
    this.i32(value.length);
    this.room(value.length);
    this.at += value.copy(this.buffer, this.at);
  }

  written(): Buffer {
    return this.buffer.subarray(0, this.at);
  }

  private room(bytes: number): void {
    const needed = this.at + bytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }
}

class Reader {
  private readonly buffer: Buffer;
  private at = 0;

  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  u8(): number {
    return this.buffer.readUInt8(this.move(1));
  }

  u16(): number {
    return this.buffer.readUInt16BE(this.move(2));
  }

  i32(): number {
    return this.buffer.readInt32BE(this.move(4));
  }

  text(): string {
    const length = this.u16();
    const from = this.move(length);
    return this.buffer.toString('utf8', from, from + length);
  }

  bytes(): Buffer | null {
    const length = this.i32();
    if (length === none) return null;
    const from = this.move(length);
    return this.buffer.subarray(from, from + length);
  }

  private move(bytes: number): number {
    const from = this.at;
    this.at += bytes;
    if (this.at > this.buffer.length) throw new RangeError('pending messages are cut off');
    return from;
  }
}
