/** Handed from one packer to the next, so that a row is allocated once, at its size. */
let spare: Buffer | null = null;
const FIRST_BYTES = 16 * 1024;
/** A larger one is not kept. */
const SPARE_BYTES = 1024 * 1024;

/** A growing buffer of small integers, texts and ids. What is packed is read back in the same order by {@link Unpacker}. */
export class Packer {
  private buffer = spare ?? Buffer.allocUnsafeSlow(FIRST_BYTES);
  private at = 0;

  constructor() {
    spare = null;
  }

  /** ≥ 0, a safe integer. 1 byte below 128. */
  count(value: number): void {
    if (this.at + 8 > this.buffer.length) this.grow(8);
    let rest = value;
    while (rest > 0x7f) {
      this.buffer[this.at++] = (rest & 0x7f) | 0x80;
      rest = rest > 0x7fffffff ? Math.floor(rest / 128) : rest >>> 7;
    }
    this.buffer[this.at++] = rest;
  }

  /** A safe integer of either sign: the sign in the first byte's lowest bit, so small ones stay short. */
  integer(value: number): void {
    if (this.at + 9 > this.buffer.length) this.grow(9);
    const size = Math.abs(value);
    const low = size & 0x3f;
    const rest = (size - low) / 64;
    this.buffer[this.at++] = (low << 1) | (value < 0 ? 1 : 0) | (rest > 0 ? 0x80 : 0);
    if (rest > 0) this.count(rest);
  }

  double(value: number): void {
    if (this.at + 8 > this.buffer.length) this.grow(8);
    this.at = this.buffer.writeDoubleLE(value, this.at);
  }

  /** A 53-bit hash: always 7 bytes, for it would not get shorter. */
  hash(value: number): void {
    if (this.at + 7 > this.buffer.length) this.grow(7);
    const { buffer, at } = this;
    const low = value >>> 0;
    const high = (value - low) / 0x100000000;
    buffer[at] = low;
    buffer[at + 1] = low >>> 8;
    buffer[at + 2] = low >>> 16;
    buffer[at + 3] = low >>> 24;
    buffer[at + 4] = high;
    buffer[at + 5] = high >>> 8;
    buffer[at + 6] = high >>> 16;
    this.at = at + 7;
  }

  flags(...values: readonly boolean[]): void {
    this.count(values.reduce((bits, value, i) => (value ? bits | (1 << i) : bits), 0));
  }

  text(value: string): void {
    const bytes = Buffer.byteLength(value);
    this.count(bytes);
    if (this.at + bytes > this.buffer.length) this.grow(bytes);
    this.at += this.buffer.write(value, this.at);
  }

  /** 32 hex digits as 16 bytes. */
  id(value: string): void {
    if (this.at + 16 > this.buffer.length) this.grow(16);
    this.at += this.buffer.write(value, this.at, 'hex');
  }

  /** What is packed already. */
  copy(bytes: Buffer, from: number, to: number): void {
    if (from === to) return;
    if (this.at + to - from > this.buffer.length) this.grow(to - from);
    this.at += bytes.copy(this.buffer, this.at, from, to);
  }

  /** What `pack` packs, behind its length in bytes. 1 byte more if that is below 128. */
  sized(pack: () => void): void {
    const from = this.at;
    this.count(0);
    pack();
    const bytes = this.at - from - 1;
    const lengthBytes = countBytes(bytes);
    if (lengthBytes > 1) {
      if (this.at + lengthBytes > this.buffer.length) this.grow(lengthBytes);
      this.buffer.copyWithin(from + lengthBytes, from + 1, this.at);
    }
    this.at = from;
    this.count(bytes);
    this.at += bytes;
  }

  nullable<T>(value: T | null, pack: (value: T) => void): void {
    this.count(value === null ? 0 : 1);
    if (value !== null) pack(value);
  }

  list<T>(values: readonly T[], pack: (value: T) => void): void {
    this.count(values.length);
    for (const value of values) pack(value);
  }

  /** The packed bytes. Nothing may be packed after. */
  finish(): Buffer {
    const packed = Buffer.from(this.buffer.subarray(0, this.at));
    if (this.buffer.length <= SPARE_BYTES) spare = this.buffer;
    return packed;
  }

  private grow(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.at + bytes));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }
}

/** What {@link Packer.count} takes for it. */
const countBytes = (value: number): number => (value > 0x7f ? 1 + countBytes(Math.floor(value / 128)) : 1);

/** Reads what {@link Packer} wrote. @throws RangeError when the bytes end too early: they are not ours. */
export class Unpacker {
  private readonly buffer: Buffer;
  private at = 0;

  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  get bytes(): Buffer {
    return this.buffer;
  }

  count(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  }

  integer(): number {
    const first = this.byte();
    const low = (first & 0x7f) >>> 1;
    const size = first >= 0x80 ? this.count() * 64 + low : low;
    return (first & 1) === 1 && size !== 0 ? -size : size;
  }

  double(): number {
    this.at += 8;
    return this.buffer.readDoubleLE(this.at - 8);
  }

  hash(): number {
    const { buffer, at } = this;
    this.at = at + 7;
    if (this.at > buffer.length) throw new RangeError('packed state ends too early');
    const low = (buffer[at]! | (buffer[at + 1]! << 8) | (buffer[at + 2]! << 16) | (buffer[at + 3]! << 24)) >>> 0;
    return (buffer[at + 4]! | (buffer[at + 5]! << 8) | (buffer[at + 6]! << 16)) * 0x100000000 + low;
  }

  flags(): number {
    return this.count();
  }

  text(): string {
    const bytes = this.count();
    this.at += bytes;
    if (this.at > this.buffer.length) throw new RangeError('packed state ends too early');
    return this.buffer.toString('utf8', this.at - bytes, this.at);
  }

  id(): string {
    this.at += 16;
    return this.buffer.toString('hex', this.at - 16, this.at);
  }

  nullable<T>(unpack: () => T): T | null {
    return this.count() === 0 ? null : unpack();
  }

  list<T>(unpack: () => T): T[] {
    const values: T[] = [];
    for (let left = this.count(); left > 0; left--) values.push(unpack());
    return values;
  }

  /** @throws RangeError when fewer bytes are left than these. */
  expect(bytes: number): void {
    if (this.at + bytes > this.buffer.length) throw new RangeError('packed state ends too early');
  }

  /** Where the next value begins. */
  get position(): number {
    return this.at;
  }

  /** The next value is the one that begins there. */
  moveTo(position: number): void {
    this.at = position;
  }

  /** Everything has been read. */
  get isAtEnd(): boolean {
    return this.at >= this.buffer.length;
  }

  private byte(): number {
    const byte = this.buffer[this.at++];
    if (byte === undefined) throw new RangeError('packed state ends too early');
    return byte;
  }
}
