import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { checkWhich, roundsOf, type Settled } from './dlq.ts';
import { deadLetterText, describeDeadLetter, type DeadLetter } from './dlq-text.ts';
import { describeLate, describeRow } from './late.ts';

const position = { topic: 't.signals.v1', partition: 1, offset: '7' };
const letter: DeadLetter = {
  ...{ id: 'abc', kept: { topic: 't.dlq.v1', partition: 1, offset: '3' }, origin: { topic: 't.signals.v1', position } },
  ...{ stage: 'trigger', code: 'BAD_SIGNAL', message: 'no name', rejectedAtUs: 0, source: 'pump-1', valueBytes: 40 },
  ...{ state: 'REDRIVEN', settlements: [{ kind: 'REDRIVEN', by: 'eva', why: null, atUs: 2_000_000 }], redriveCount: 1 },
  history: [{ deadLetter: 'old', code: 'BAD_SIGNAL', from: 't.dlq.v1/1/0', by: 'ada', why: 'mended', atUs: 1_000_000 }],
  cameBackAs: 'def',
};

describe('windlass dlq', () => {
  it('shows a line each, and one whole with its history and bytes that spoil no terminal', () => {
    expect(stripVTControlCharacters(describeDeadLetter(letter))).toBe(
      'abc  1970-01-01T00:00:00.000Z  REDRIVEN  BAD_SIGNAL  pump-1  t.signals.v1  failed again, sent once  no name',
    );
    const value = 'ab'.repeat(40);
    const undecodable = { code: 'BAD_WIRE_FORMAT', message: 'too short' };
    const bytes = { key: '70', value, headers: { own: 'a\u001b[2Jb' }, decoded: null, undecodable };
    expect(stripVTControlCharacters(deadLetterText({ ...letter, ...bytes })).split('\n')).toEqual([
      'abc  REDRIVEN',
      'BAD_SIGNAL: no name',
      'refused 1970-01-01T00:00:00.000Z; key pump-1',
      'from t.signals.v1/1/7, refused by trigger',
      'lies at t.dlq.v1/1/3',
      'history: sent again once before',
      '  1970-01-01T00:00:01.000Z by ada: mended; then BAD_SIGNAL, from t.dlq.v1/1/0 (old)',
      'sent again 1970-01-01T00:00:02.000Z by eva',
      'it failed again: def',
      'headers:',
      '  own: a\uFFFD[2Jb',
      'value, as it is (BAD_WIRE_FORMAT: too short):',
      'ab'.repeat(32),
      'ab'.repeat(8),
    ]);
  });

  it('asks a round after the other, each where the one before ended', async () => {
    const asked: unknown[] = [];
    const rounds: Settled[] = [
      { deadLetters: [letter], refused: [], nextCursor: 'next' },
      { deadLetters: [], refused: [], nextCursor: null },
    ];
    const ask = (path: string, body: unknown) => {
      asked.push([path, body]);
      return Promise.resolve(rounds[asked.length - 1]!);
    };
    const found = [];
    for await (const round of roundsOf('redrive', { reason: 'X' }, ask)) found.push(round);
    expect(found).toEqual(rounds);
    expect(asked).toEqual([
      ['/v1/dead-letters/redrive', { reason: 'X' }],
      ['/v1/dead-letters/redrive', { reason: 'X', cursor: 'next' }],
    ]);
  });

  it('wants either one, or all of something', () => {
    const zone = 'UTC';
    checkWhich('abc', { zone });
    checkWhich('abc', { zone, again: true });
    checkWhich(undefined, { zone, all: true, reason: 'X' });
    for (const [id, options] of [
      [undefined, {}],
      [undefined, { all: true }],
      [undefined, { reason: 'X' }],
      [undefined, { all: true, reason: 'X', again: true }],
      ['abc', { all: true }],
      ['abc', { reason: 'X' }],
    ] as const)
      expect(() => checkWhich(id, { zone, ...options })).toThrow(
        expect.objectContaining({ code: 'WHICH_DEAD_LETTERS' }),
      );
  });
});

describe('windlass late', () => {
  it('says of one for which window types and by how much, and of many how far behind', () => {
    const late = {
      ...{ ...letter, eventTimeUs: 5_000_000 },
      lateFor: [{ windowType: 'cycle@1', finalUpToUs: 65_000_000, behindUs: 60_000_000 }],
    };
    expect(stripVTControlCharacters(describeLate(late))).toBe(
      'abc  pump-1  of 1970-01-01T00:00:05.000Z  came 1970-01-01T00:00:00.000Z  cycle@1 1m behind (final up to 1970-01-01T00:01:05.000Z)',
    );
    const behindUs = { p50: 1_000_000, p90: 2_000_000, p99: 60_000_000, max: 90_000_000 };
    expect(describeRow({ windowType: 'cycle@1', source: null, elements: 9, sources: 2, behindUs })).toBe(
      `${'cycle@1'.padEnd(24)}  9 too late of 2 sources  behind by 1s (half), 2s (90 %), 1m (99 %), 1m30s (all)`,
    );
  });
});
