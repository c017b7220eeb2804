import { describe, expect, it } from '@jest/globals';
import { namespaceOf } from './namespace.ts';

describe('namespaceOf', () => {
  it('is a valid name, the same for the same test and different for another', () => {
    expect(namespaceOf('a')).toMatch(/^t-[0-9a-f]{6}-[0-9a-f]{8}$/);
    expect(namespaceOf('a')).toBe(namespaceOf('a'));
    expect(namespaceOf('a')).not.toBe(namespaceOf('b'));
  });
});
