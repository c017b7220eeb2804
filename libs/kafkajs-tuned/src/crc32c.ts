/** Castagnoli's polynomial, reflected. */
const POLYNOMIAL = 0x82f63b78;
/** Bytes that are taken at once. */
const SLICES = 8;
const tables = tablesOf();

/** CRC-32C of a part of a buffer, eight bytes at a time ("slicing by 8", Kounavis and Berry). */
export function crc32c(buffer: Buffer, from: number, to: number): number {
  const t = tables;
  let crc = -1;
  let at = from;
  for (const end = to - SLICES; at <= end; at += SLICES) {
    crc ^= buffer[at]! | (buffer[at + 1]! << 8) | (buffer[at + 2]! << 16) | (buffer[at + 3]! << 24);
    crc =
      t[0x700 | (crc & 0xff)]! ^
      t[0x600 | ((crc >>> 8) & 0xff)]! ^
      t[0x500 | ((crc >>> 16) & 0xff)]! ^
      t[0x400 | (crc >>> 24)]! ^
      t[0x300 | buffer[at + 4]!]! ^
      t[0x200 | buffer[at + 5]!]! ^
      t[0x100 | buffer[at + 6]!]! ^
      t[buffer[at + 7]!]!;
  }
  for (; at < to; at++) crc = t[(crc ^ buffer[at]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Of table n: what a byte does to the sum when n others follow. */
function tablesOf(): Int32Array {
  const made = new Int32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    made[byte] = crc;
  }
  for (let at = 256; at < made.length; at++) made[at] = made[made[at - 256]! & 0xff]! ^ (made[at - 256]! >>> 8);
  return made;
}
