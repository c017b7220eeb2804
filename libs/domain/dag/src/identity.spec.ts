import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hashedId } from './identity.ts';

/** The definition of DESIGN section 4a, written a second time with another implementation of SHA-256. */
function reference(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(part, 'utf8'));
    hash.update(length).update(part, 'utf8');
  }
  return hash.digest('hex').slice(0, 32);
}

describe('hashedId', () => {
  it('is stable: this id is in stores already', () => {
    expect(hashedId(['cycle@1', 'pump-7', '', '0:2000000'])).toBe(reference(['cycle@1', 'pump-7', '', '0:2000000']));
    expect(hashedId([])).toBe('e3b0c44298fc1c149afbf4c8996fb924');
  });

  it('agrees with the definition for any text', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' })), (parts) => hashedId(parts) === reference(parts)));
  });

  it('keeps apart parts that read the same when joined', () => {
    expect(hashedId(['ab', 'c'])).not.toBe(hashedId(['a', 'bc']));
    expect(hashedId(['', 'a'])).not.toBe(hashedId(['a', '']));
  });
});
