/** A growing buffer of small integers, texts and ids. What is packed is read back in the same order by {@link Unpacker}. */
export class Packer {
  private buffer = Buffer.allocUnsafe(512);
  private at = 0;

  /** ≥ 0, a safe integer. 1 byte below 128. */
  count(value: number): void {
    this.room(8);
    let rest = value;
    while (rest > 0x7f) {
      this.buffer[this.at++] = (rest & 0x7f) | 0x80;
      rest = rest > 0x7fffffff ? Math.floor(rest / 128) : rest >>> 7;
    }
    this.buffer[this.at++] = rest;
  }

  /** A safe integer of either sign: the sign in the first byte's lowest bit, so small ones stay short. */
  integer(value: number): void {
    const size = Math.abs(value);
    this.room(9);
    const low = size % 64;
    const rest = (size - low) / 64;
    this.buffer[this.at++] = (low << 1) | (value < 0 ? 1 : 0) | (rest > 0 ? 0x80 : 0);
    if (rest > 0) this.count(rest);
  }

  double(value: number): void {
    this.room(8);
    this.at = this.buffer.writeDoubleLE(value, this.at);
  }

  /** A 53-bit hash: always 7 bytes, for it would not get shorter. */
  hash(value: number): void {
    this.room(7);
    this.at = this.buffer.writeUInt32LE(value % 0x100000000, this.at);
    this.at = this.buffer.writeUIntLE(Math.floor(value / 0x100000000), this.at, 3);
  }

  flags(...values: readonly boolean[]): void {
    this.count(values.reduce((bits, value, i) => (value ? bits | (1 << i) : bits), 0));
  }

  text(value: string): void {
    const bytes = Buffer.byteLength(value);
    this.count(bytes);
    this.room(bytes);
    this.at += this.buffer.write(value, this.at);
  }

  /** 32 hex digits as 16 bytes. */
  id(value: string): void {
    this.room(16);
    this.at += this.buffer.write(value, this.at, 'hex');
  }

  nullable<T>(value: T | null, pack: (value: T) => void): void {
    this.count(value === null ? 0 : 1);
    if (value !== null) pack(value);
  }

  list<T>(values: readonly T[], pack: (value: T) => void): void {
    this.count(values.length);
    for (const value of values) pack(value);
  }

  finish(): Buffer {
    return Buffer.from(this.buffer.subarray(0, this.at));
  }

  private room(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.at + bytes));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }
}

/** Reads what {@link Packer} wrote. @throws RangeError when the bytes end too early: they are not ours. */
export class Unpacker {
  private readonly buffer: Buffer;
  private at = 0;

  constructor(buffer: Buffer) {
    this.buffer = buffer;
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
    this.at += 7;
    return this.buffer.readUIntLE(this.at - 3, 3) * 0x100000000 + this.buffer.readUInt32LE(this.at - 7);
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
    return Array.from({ length: this.count() }, unpack);
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
