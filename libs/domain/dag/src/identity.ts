import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

const encoder = new TextEncoder();

/**
 * The id of something that is named by `parts`: the first 16 bytes, as 32 hex digits, of SHA-256 over the parts, each as
 * UTF-8 behind its length in bytes (4 bytes, big-endian). The lengths keep `['ab', 'c']` and `['a', 'bc']` apart.
 *
 * The same parts give the same id in every service, run and version of the hub: ids are stored and compared across them.
 */
export function hashedId(parts: readonly string[]): string {
  const encoded = parts.map((part) => encoder.encode(part));
  const bytes = new Uint8Array(encoded.reduce((sum, part) => sum + 4 + part.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of encoded) {
    view.setUint32(at, part.length);
    bytes.set(part, at + 4);
    at += 4 + part.length;
  }
  return bytesToHex(sha256(bytes).subarray(0, 16));
}
