import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { indicator } from './indicator.ts';
import type { Sample } from './sample.ts';

const sample = (sampledAtUs: number, heapUsedBytes: number, more: Partial<Sample> = {}): Sample => ({
  sampledAtUs,
  heapUsedBytes,
  eventLoopDelayMs: 0,
  ...more,
});

describe('the indicator of a cycle', () => {
  it('is null without samples', () => expect(indicator([])).toBeNull());

  it('takes the floor, the peak and the middle of the samples', () => {
    const found = indicator([sample(100, 30), sample(300, 10), sample(200, 20)]);
    expect(found).toMatchObject({ samples: 3, atUs: 200, floorBytes: 10, meanBytes: 20, peakBytes: 30 });
  });

  it('leaves null what was never measured, and averages only what was', () => {
    const found = indicator([
      sample(1, 1, { cpuPercent: 4 }),
      sample(2, 1),
      sample(3, 1, { cpuPercent: 8, gcPauseMs: 2 }),
    ]);
    expect(found).toMatchObject({ cpuPercent: 6, gcPauseMs: 2, rssBytes: null, afterMajorGcBytes: null });
  });

  it('takes the last major collection by time, not by arrival', () => {
    const found = indicator([
      sample(9, 1, { heapAfterMajorGcBytes: 900 }),
      sample(5, 1, { heapAfterMajorGcBytes: 500 }),
    ]);
    expect(found?.afterMajorGcBytes).toBe(900);
  });

  it('is the same to the bit in any order of arrival', () => {
    const measured = fc.record({
      sampledAtUs: fc.integer({ min: 0, max: 2_000_000 }),
      heapUsedBytes: fc.integer({ min: 1, max: 1e9 }),
      eventLoopDelayMs: fc.double({ min: 0, max: 500, noNaN: true }),
      cpuPercent: fc.double({ min: 0, max: 400, noNaN: true }),
    });
    const samples = fc.uniqueArray(measured, { selector: (one) => one.sampledAtUs, minLength: 1, maxLength: 25 });
    fc.assert(fc.property(samples, (all) => expect(indicator([...all].reverse())).toEqual(indicator(all))));
  });
});
