import { describe, expect, it } from '@jest/globals';
import { checkName, isName, isSourceName } from './names.ts';

describe('names', () => {
  it.each(['a', 'heap-growth', 'a1-', 'a'.repeat(100)])('%s is one', (name) => {
    expect(isName(name)).toBe(true);
  });

  it.each(['', 'A', '1a', '-a', 'a_b', 'a.b', 'ä', 'a b', 'a\n', 'a'.repeat(101)])('%j is none', (name) => {
    expect(isName(name)).toBe(false);
    expect(() => checkName({ what: 'team', text: name })).toThrow(expect.objectContaining({ code: 'BAD_NAME' }));
  });
});

describe('source names', () => {
  it.each(['7', 'Pumpe 7', 'WVWZZZ1JZXW000001', 'plant/line-2:pump', 'насос', 'a'.repeat(100)])('%s is one', (name) => {
    expect(isSourceName(name)).toBe(true);
  });

  it.each(['', ' a', 'a ', 'a\u0000b', 'a\n', '\u007f', 'a'.repeat(101)])('%j is none', (name) => {
    expect(isSourceName(name)).toBe(false);
  });
});
