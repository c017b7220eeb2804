import { describe, expect, it } from '@jest/globals';
import type { Deviation } from './deviation.ts';
import { LEAST_TREND_CYCLES, trendOf } from './trend.ts';

const LIMIT = 64e6;
const options = { bytesLeft: (floorBytes: number) => LIMIT - floorBytes, evidenceShare: 1, requestsPerSecond: 10 };

interface Step {
  readonly requestsPerSecond?: number;
  readonly collected?: boolean;
}

/** A course of 2 s cycles; second 0 is the last. */
function courseOf(
  floorAt: (seconds: number, index: number) => number,
  step: (index: number) => Step = () => ({}),
  count = 21,
): Deviation[] {
  return Array.from({ length: count }, (_, index) => {
    const seconds = (index - count + 1) * 2;
    const { requestsPerSecond = 10, collected = false } = step(index);
    const floorBytes = floorAt(seconds, index);
    return {
      score: 20,
      alarm: true,
      changeAtUs: 0,
      atUs: 1e9 + seconds * 1e6,
      floorBytes,
      afterMajorGcBytes: collected ? floorBytes : null,
      requestsPerSecond,
    };
  });
}

describe('a trend', () => {
  it('needs a few cycles, and a rise', () => {
    expect(
      trendOf(
        courseOf((seconds) => seconds * 1e6, undefined, LEAST_TREND_CYCLES - 1),
        options,
      ),
    ).toBeNull();
    expect(
      trendOf(
        courseOf((seconds) => 40e6 - 1e6 * seconds),
        options,
      ),
    ).toBeNull();
  });

  it('knows a leak by time from one by load when the load varies', () => {
    const load = (index: number): Step => ({ requestsPerSecond: index % 10 < 5 ? 5 : 15 });
    const constant = trendOf(
      courseOf((seconds) => 40e6 + 1e6 * seconds, load),
      options,
    )!;
    expect(constant.constantShare).toBeGreaterThan(0.9);
    expect(constant.seconds).toBeCloseTo(24, 0);

    let requests = 0;
    const served = Array.from(
      { length: 21 },
      (_, index) => (requests += index === 0 ? 0 : 2 * load(index).requestsPerSecond!),
    );
    const byLoad = trendOf(
      courseOf((_, index) => 40e6 + 0.1e6 * (served[index]! - requests), load),
      options,
    )!;
    expect(byLoad.loadShare).toBeGreaterThan(0.9);
    expect(byLoad.seconds).toBeCloseTo(24, 0);
  });

  it('knows a leak that accelerates, and expects its end earlier than a straight line would', () => {
    const found = trendOf(
      courseOf((seconds) => 20e6 + 20e6 * 2 ** (seconds / 16)),
      options,
    )!;
    expect(found.acceleratingShare).toBeGreaterThan(0.9);
    expect(found.seconds).toBeCloseTo(16 * Math.log2(44 / 20), 0);
  });

  it('passes over the drop of a major collection', () => {
    const dropped = (index: number): boolean => index >= 12;
    const course = courseOf(
      (seconds, index) => 40e6 + 1e6 * seconds + (dropped(index) ? 0 : 4e6),
      (index) => ({ collected: index === 12 }),
    );
    expect(trendOf(course, options)!.seconds).toBeCloseTo(24, 0);
  });

  it('gives every kind its share of one', () => {
    const { constantShare, loadShare, acceleratingShare } = trendOf(
      courseOf((seconds, index) => 40e6 + 0.6e6 * seconds + 3e5 * (index % 3)),
      options,
    )!;
    expect(constantShare + loadShare + acceleratingShare).toBeCloseTo(1, 12);
  });
});
