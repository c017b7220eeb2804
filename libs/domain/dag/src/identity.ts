import { hash } from 'node:crypto';

const encoder = new TextEncoder();

/**
 * The id of something that is named by `parts`: the first 16 bytes, as 32 hex digits, of SHA-256 over the parts, each as
 * UTF-8 behind its length in bytes (4 bytes, big-endian). The lengths keep `['ab', 'c']` and `['a', 'bc']` apart.
 *
 * The same parts give the same id in every service, run and version of the hub: ids are stored and compared across them.
 */
export const hashedId = (parts: readonly string[]): string =>
  hash('sha256', asciiBytes(parts) ?? utf8Bytes(parts), 'hex').slice(0, 32);

/** Written again by each call: ids are made for every execution, and short ASCII names are the rule. */
const scratch = new Uint8Array(1024);

/** Undefined: a part is not ASCII, or they do not fit. */
function asciiBytes(parts: readonly string[]): Uint8Array | undefined {
  let at = 0;
  for (const part of parts) {
    const { length } = part;
    if (at + 4 + length > scratch.length) return undefined;
    scratch[at] = 0;
    scratch[at + 1] = 0;
    scratch[at + 2] = length >>> 8;
    scratch[at + 3] = length & 0xff;
    at += 4;
    for (let i = 0; i < length; i++) {
      const code = part.charCodeAt(i);
      if (code > 0x7f) return undefined;
      scratch[at++] = code;
    }
  }
  return scratch.subarray(0, at);
}

function utf8Bytes(parts: readonly string[]): Uint8Array {
  const encoded = parts.map((part) => encoder.encode(part));
  const bytes = new Uint8Array(encoded.reduce((sum, part) => sum + 4 + part.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of encoded) {
    view.setUint32(at, part.length);
    bytes.set(part, at + 4);
    at += 4 + part.length;
  }
  return bytes;
}
