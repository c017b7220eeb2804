import { describe, expect, it } from '@jest/globals';
import { deviation, LEAST_INDICATORS } from './deviation.ts';
import type { Indicator } from './indicator.ts';

const MODEL = { healthyRate: 50_000, healthyRateScale: 50_000, threshold: 8 };
const CYCLE_SECONDS = 2;

/** Indicators whose floor rises by these rates, in bytes a second, from cycle to cycle. */
function course(rates: readonly number[]): Indicator[] {
  let floorBytes = 12_000_000;
  return [0, ...rates].map((rate, index) => {
    floorBytes += rate * CYCLE_SECONDS;
    return {
      samples: 20,
      atUs: index * CYCLE_SECONDS * 1_000_000,
      floorBytes,
      meanBytes: floorBytes,
      peakBytes: floorBytes,
      afterMajorGcBytes: null,
      gcPauseMs: 0,
      eventLoopDelayP95Ms: 0,
      rssBytes: null,
      cpuPercent: null,
      requestLatencyMs: null,
      requestsPerSecond: null,
    };
  });
}

const last = (rates: readonly number[]) => {
  const all = course(rates);
  return deviation(all.at(-1)!, all.slice(0, -1), MODEL);
};
const times = (count: number, rate: number): number[] => Array.from({ length: count }, () => rate);

describe('the deviation of a cycle', () => {
  it('says nothing with too few indicators', () => {
    expect(last(times(LEAST_INDICATORS - 2, 1e6))).toMatchObject({ score: null, alarm: false, changeAtUs: null });
  });

  it('stays at zero on a healthy course', () => {
    expect(last(times(20, MODEL.healthyRate))).toMatchObject({ score: 0, alarm: false, changeAtUs: null });
  });

  it('alarms on a lasting rise and names the cycle where it began', () => {
    const found = last([...times(14, MODEL.healthyRate), ...times(6, 600_000)]);
    expect(found.alarm).toBe(true);
    expect(found.changeAtUs).toBe(14 * CYCLE_SECONDS * 1_000_000);
  });

  it('does not take one burst for a leak', () => {
    expect(last([...times(18, MODEL.healthyRate), 5_000_000]).alarm).toBe(false);
  });

  it('is not reset by one large drop in the middle of a leak', () => {
    expect(last([...times(10, 600_000), -2_000_000, ...times(4, 600_000)]).alarm).toBe(true);
  });

  it('does not depend on the order of the previous indicators', () => {
    const all = course([...times(10, 0), ...times(5, 400_000)]);
    const previous = all.slice(0, -1);
    expect(deviation(all.at(-1)!, [...previous].reverse(), MODEL)).toEqual(deviation(all.at(-1)!, previous, MODEL));
  });
});
