import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { about, describeSilence, silencesOf, type Silence } from './silences.ts';

const SECOND = 1_000_000;
const silence = (source: string, rest: Partial<Silence> = {}): Silence => ({
  source,
  windowType: 'cycle@1',
  owner: 'reliability',
  sinceUs: Date.UTC(2026, 0, 31, 12) * 1000,
  expectedByUs: Date.UTC(2026, 0, 31, 12, 1) * 1000,
  usualStepUs: 10 * SECOND,
  toldAtUs: Date.UTC(2026, 0, 31, 12, 1) * 1000,
  ...rest,
});

describe('windlass silences', () => {
  it('reads page after page, with the filter', async () => {
    const asked: string[] = [];
    const found: string[] = [];
    const pages = [
      { silences: [silence('pump-1'), silence('pump-2')], nextCursor: 'next=' },
      { silences: [silence('pump-3')], nextCursor: null },
    ];
    const ask = (path: string) => {
      asked.push(path);
      return Promise.resolve(pages[asked.length - 1]!);
    };
    for await (const { source } of silencesOf({ type: 'cycle@1' }, ask)) found.push(source);
    expect(found).toEqual(['pump-1', 'pump-2', 'pump-3']);
    expect(asked).toEqual([
      '/v1/silences?type=cycle%401&limit=1000',
      '/v1/silences?type=cycle%401&limit=1000&cursor=next%3D',
    ]);
  });

  it('says of each how long it is overdue and what is usual, on one line', () => {
    const nowUs = Date.UTC(2026, 0, 31, 15, 21, 30) * 1000;
    const lines = [silence('pump-1'), silence('pump-2', { usualStepUs: null })].map((one) =>
      stripVTControlCharacters(describeSilence(one, nowUs)),
    );
    expect(lines).toEqual([
      `${'pump-1'.padEnd(24)}  ${'cycle@1'.padEnd(24)}  3h20m overdue  (not since 2026-01-31T12:00:00Z, expected by 2026-01-31T12:01:00Z, fires every 10s as a rule; reliability)`,
      `${'pump-2'.padEnd(24)}  ${'cycle@1'.padEnd(24)}  3h20m overdue  (not since 2026-01-31T12:00:00Z, expected by 2026-01-31T12:01:00Z; reliability)`,
    ]);
    expect([0, 1.5, 61, 3_600, 90_061].map((seconds) => about(seconds * SECOND))).toEqual([
      '<1s',
      '1s',
      '1m1s',
      '1h',
      '1d1h',
    ]);
  });
});
