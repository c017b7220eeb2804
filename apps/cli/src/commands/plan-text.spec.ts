import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { describeHints, describeResolved } from './plan-text.ts';

describe('a plan', () => {
  it('tells what ranges stand for, and what might be taken instead', () => {
    const path = 'algorithms[rul@1].dependencies[0]';
    expect(
      stripVTControlCharacters(describeResolved([{ path, asked: 'indicator@^1.2', ref: 'indicator@1.4.0' }])),
    ).toBe('  indicator@^1.2 → indicator@1.4.0  (algorithms[rul@1].dependencies[0])\n');
    expect(stripVTControlCharacters(describeHints([{ code: 'NEWER_VERSION', path, message: 'one fits too' }]))).toBe(
      '  NEWER_VERSION algorithms[rul@1].dependencies[0]: one fits too\n',
    );
  });
});
