import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { describeParked, parkedSources, type Parked } from './overflow.ts';

const parked = (source: string, rest: Partial<Parked> = {}): Parked => ({
  source,
  sinceUs: 1_000_000,
  signals: 6_001,
  spanUs: 12_000_000,
  perSecond: 100,
  burst: 6_000,
  firstOffset: '70',
  releasedOffset: '69',
  ...rest,
});

describe('windlass overflow list', () => {
  it('reads page after page', async () => {
    const asked: string[] = [];
    const pages = [
      { sources: [parked('pump-1')], nextCursor: 'next=' },
      { sources: [parked('pump-2')], nextCursor: null },
    ];
    const ask = (path: string) => {
      asked.push(path);
      return Promise.resolve(pages[asked.length - 1]!);
    };
    const found: string[] = [];
    for await (const { source } of parkedSources(ask)) found.push(source);
    expect(found).toEqual(['pump-1', 'pump-2']);
    expect(asked).toEqual(['/v1/overflow?limit=1000', '/v1/overflow?limit=1000&cursor=next%3D']);
  });

  it('says of each since when, how it sent, and how far it is back', () => {
    const lines = [parked('pump-1'), parked('pump-2', { spanUs: 3_000, releasedOffset: '70' })].map((one) =>
      stripVTControlCharacters(describeParked(one, 61_000_000)),
    );
    expect(lines).toEqual([
      `${'pump-1'.padEnd(24)}  parked for 1m  it sent 6001 signals in 12s, may 100 a second and 6000 at once`,
      `${'pump-2'.padEnd(24)}  parked for 1m  it sent 6001 signals in less than 1s, may 100 a second and 6000 at once  (back up to offset 70 of the signals topic)`,
    ]);
  });
});
