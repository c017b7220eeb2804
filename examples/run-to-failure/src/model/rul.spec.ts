import { describe, expect, it } from '@jest/globals';
import type { Deviation } from './deviation.ts';
import type { Model } from './model.ts';
import { priorSeconds, rul } from './rul.ts';

const MODEL: Model = {
  fittedOn: [],
  detector: { healthyRate: 0, healthyRateScale: 1, threshold: 8 },
  life: {
    meanSeconds: 120,
    failures: [
      { lifeSeconds: 100, alarmAgeSeconds: 60 },
      { lifeSeconds: 150, alarmAgeSeconds: 100 },
    ],
    floorAtDeath: 64e6,
    meanHeapAtDeath: 65e6,
  },
  rul: {
    priorIntercept: Math.log(1e-6),
    priorSlope: 1,
    priorCycles: 4,
    growthShare: 1,
    growthCycles: 0,
    healthyLogError: [-0.5, 0.5],
    degradingLogError: [-0.2, 0.3],
  },
};

/** Alarmed deviations at 2 s steps whose floors follow a course; second 0 is the last. */
function chainOf(floorAt: (seconds: number) => number, count: number): { current: Deviation; previous: Deviation[] } {
  const all = Array.from({ length: count }, (_, index): Deviation => {
    const seconds = (index - count + 1) * 2;
    return {
      score: 20,
      alarm: true,
      changeAtUs: 0,
      atUs: 1e9 + seconds * 1e6,
      floorBytes: floorAt(seconds),
      afterMajorGcBytes: null,
    };
  });
  return { current: all.at(-1)!, previous: all.slice(0, -1) };
}

const predict = (floorAt: (seconds: number) => number, count = 21, model = MODEL) =>
  rul({ ...chainOf(floorAt, count), ageSeconds: 90, secondsToCycleEnd: 0 }, model);

describe('remaining useful life', () => {
  it('follows a straight rise to the floor at death', () => {
    expect(predict((seconds) => 40e6 + 1e6 * seconds).trendSeconds).toBeCloseTo(24, 6);
  });

  it('expects an earlier end of a rise that grows than of one that does not', () => {
    const floorAt = (seconds: number) => 20e6 + 20e6 * 2 ** (seconds / 15);
    const growing = predict(floorAt).trendSeconds!;
    const straight = predict(floorAt, 21, { ...MODEL, rul: { ...MODEL.rul, growthShare: 0 } }).trendSeconds!;
    const truth = 15 * Math.log2(44 / 20);
    expect(growing).toBeLessThan(straight);
    expect(Math.abs(growing - truth)).toBeLessThan(0.1 * truth);
  });

  it('lies between the trend and what the fit units had left at this floor', () => {
    const found = predict((seconds) => 40e6 + 0.5e6 * seconds);
    const [low, high] = [priorSeconds(40e6, MODEL), found.trendSeconds!].sort((a, b) => a - b);
    expect(found.remainingSeconds).toBeGreaterThan(low!);
    expect(found.remainingSeconds).toBeLessThan(high!);
  });

  it('trusts the trend more with every cycle since the change', () => {
    const off = (count: number) => {
      const found = predict((seconds) => 40e6 + 0.5e6 * seconds, count);
      return Math.abs(Math.log(found.remainingSeconds / found.trendSeconds!));
    };
    expect(off(20)).toBeLessThan(off(6));
  });

  it('gives a degrading unit without a rising trend what the fit units had left at its floor', () => {
    const found = predict(() => 40e6);
    expect(found).toMatchObject({ state: 'degrading', trendSeconds: null });
    expect(found.remainingSeconds).toBe(priorSeconds(40e6, MODEL));
  });

  it('counts from the end of the cycle', () => {
    const input = { ...chainOf((seconds) => 40e6 + 1e6 * seconds, 21), ageSeconds: 90 };
    expect(rul({ ...input, secondsToCycleEnd: 1 }, MODEL).trendSeconds).toBeCloseTo(23, 6);
  });

  it('is never zero or less, even past the floor at death', () => {
    const found = predict((seconds) => 70e6 + 1e6 * seconds);
    expect(found.remainingSeconds).toBeGreaterThan(0);
    expect(found.lowSeconds).toBeLessThan(found.remainingSeconds);
    expect(found.highSeconds).toBeGreaterThan(found.remainingSeconds);
  });

  describe('of a healthy unit', () => {
    const healthy = (ageSeconds: number) => {
      const { current, previous } = chainOf(() => 12e6, 5);
      return rul(
        {
          current: { ...current, alarm: false, score: 0, changeAtUs: null },
          previous,
          ageSeconds,
          secondsToCycleEnd: 0,
        },
        MODEL,
      );
    };

    it('is what the fit units had left at its age', () =>
      expect(healthy(40)).toMatchObject({ state: 'healthy', remainingSeconds: (60 + 110) / 2 }));

    it('leaves out fit units that had their alarm before this age', () =>
      expect(healthy(80).remainingSeconds).toBe(70));

    it('is what they lived after their alarms when it is older than all of those', () =>
      expect(healthy(500).remainingSeconds).toBe(45));
  });
});
