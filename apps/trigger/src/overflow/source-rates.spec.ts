import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SourceRates } from './source-rates.ts';

const SECOND = 1_000_000;

describe('the rate of a source', () => {
  it('gives its burst at once, and says how the source sent that wants more', () => {
    const rates = new SourceRates({ perSecond: 3, burst: 5 });
    for (let sent = 0; sent < 5; sent++) expect(rates.take('pump-1', 7 * SECOND)).toBeUndefined();
    expect(rates.take('pump-2', 7 * SECOND)).toBeUndefined();
    expect(rates.take('pump-1', 7.125 * SECOND)).toEqual({ signals: 6, spanUs: SECOND / 8 });
  });

  it('never refuses who keeps to it, whatever its steps are in microseconds', () => {
    const perSecond = fc.integer({ min: 1, max: 5_000 });
    fc.assert(
      fc.property(perSecond, fc.integer({ min: 1, max: 10 }), (rate, burst) => {
        const rates = new SourceRates({ perSecond: rate, burst });
        for (let sent = 0; sent < 2_000; sent++)
          expect(rates.take('pump-1', Math.ceil((sent * SECOND) / rate))).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it('refuses, sooner or later, who sends more', () => {
    const rates = new SourceRates({ perSecond: 10, burst: 20 });
    let sent = 0;
    while (!rates.take('pump-1', (sent * SECOND) / 11)) sent += 1;
    expect(sent).toBeGreaterThanOrEqual(200);
    expect(sent).toBeLessThan(240);
  });

  it('counts a signal that goes back in time as of the last', () => {
    const rates = new SourceRates({ perSecond: 1, burst: 2 });
    expect(rates.take('pump-1', 100 * SECOND)).toBeUndefined();
    expect(rates.take('pump-1', 10 * SECOND)).toBeUndefined();
    expect(rates.take('pump-1', 101 * SECOND)).toBeUndefined();
    expect(rates.take('pump-1', 101 * SECOND)).toBeDefined();
  });

  it('forgets full buckets only', () => {
    const rates = new SourceRates({ perSecond: 1, burst: 2 });
    const all = Array.from({ length: 15_000 }, (_, n) => `pump-${n}`);
    for (const source of all) rates.take(source, 0);
    for (const source of all) rates.take(source, 0);
    expect(all.every((source) => rates.take(source, 0) !== undefined)).toBe(true);
  });
});
