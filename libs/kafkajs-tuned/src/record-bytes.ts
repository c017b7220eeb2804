/** What a key, a value or a header may be before it is bytes. */
export type Bytes = Buffer | string | null | undefined;

const none = -1;

/** With its length before it; of nothing, the length −1. */
export function sizeOf(bytes: Bytes): number {
  if (bytes === null || bytes === undefined) return 1;
  const length = typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length;
  return varintBytes(length) + length;
}

export function putBytes(target: Buffer, at: number, bytes: Bytes): number {
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

export function varintBytes(value: number): number {
  const bits = zigzag(value);
  return bits < 0x80 ? 1 : bits < 0x4000 ? 2 : bits < 0x200000 ? 3 : bits < 0x10000000 ? 4 : 5;
}

export function putVarint(target: Buffer, at: number, value: number): number {
  let bits = zigzag(value);
  let next = at;
  for (; bits > 0x7f; bits >>>= 7) target[next++] = (bits & 0x7f) | 0x80;
  target[next++] = bits;
  return next;
}
