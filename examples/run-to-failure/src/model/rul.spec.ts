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
    risePerByteLeft: 1,
    evidenceShare: 1,
    healthyLogError: [-0.5, 0.5],
    degradingLogError: [-0.2, 0.3],
  },
};

/** Alarmed deviations at 2 s steps whose floors follow a line; second 0 is the last. */
function lineOf(bytesPerSecond: number, count: number): { current: Deviation; previous: Deviation[] } {
  const all = Array.from({ length: count }, (_, index): Deviation => {
    const seconds = (index - count + 1) * 2;
    const seen = { afterMajorGcBytes: null, requestsPerSecond: 10 };
    return {
      score: 20,
      alarm: true,
      changeAtUs: 0,
      atUs: 1e9 + seconds * 1e6,
      floorBytes: 40e6 + bytesPerSecond * seconds,
      ...seen,
    };
  });
  return { current: all.at(-1)!, previous: all.slice(0, -1) };
}

const predict = (bytesPerSecond: number, count = 21) =>
  rul({ ...lineOf(bytesPerSecond, count), ageSeconds: 90, secondsToCycleEnd: 0 }, MODEL);

describe('remaining useful life', () => {
  it('lies between the trend and what the fit units had left at this floor', () => {
    const found = predict(0.5e6);
    expect(found.state).toBe('degrading');
    expect(found.remainingSeconds).toBeGreaterThan(priorSeconds(40e6, MODEL));
    expect(found.remainingSeconds).toBeLessThan(found.trend!.seconds);
  });

  it('trusts the trend more with every cycle since the change', () => {
    const off = (count: number) => {
      const found = predict(0.5e6, count);
      return Math.abs(Math.log(found.remainingSeconds / found.trend!.seconds));
    };
    expect(off(20)).toBeLessThan(off(6));
  });

  it('gives a degrading unit without a rising trend what the fit units had left at its floor', () => {
    const found = predict(0);
    expect(found).toMatchObject({ state: 'degrading', trend: null });
    expect(found.remainingSeconds).toBeCloseTo(priorSeconds(40e6, MODEL), 9);
  });

  it('uses only what came after the change', () => {
    const { current, previous } = lineOf(1e6, 21);
    const changed = { ...current, changeAtUs: current.atUs - 10e6 };
    const found = rul({ current: changed, previous, ageSeconds: 90, secondsToCycleEnd: 0 }, MODEL);
    expect(found.trend!.cycles).toBe(6);
  });

  it('counts from the end of the cycle', () => {
    const input = { ...lineOf(1e6, 21), ageSeconds: 90 };
    const atMiddle = rul({ ...input, secondsToCycleEnd: 0 }, MODEL).remainingSeconds;
    expect(rul({ ...input, secondsToCycleEnd: 1 }, MODEL).remainingSeconds).toBeLessThan(atMiddle);
  });

  it('is never zero or less, even past the floor at death, and lies within its own bounds', () => {
    const { current, previous } = lineOf(1e6, 21);
    const found = rul(
      { current: { ...current, floorBytes: 70e6 }, previous, ageSeconds: 90, secondsToCycleEnd: 1 },
      MODEL,
    );
    expect(found.lowSeconds).toBeGreaterThan(0);
    expect(found.lowSeconds).toBeLessThan(found.remainingSeconds);
    expect(found.highSeconds).toBeGreaterThan(found.remainingSeconds);
  });

  it('does not depend on the order of the previous deviations', () => {
    const { current, previous } = lineOf(0.7e6, 21);
    const more = { ageSeconds: 90, secondsToCycleEnd: 1 };
    expect(rul({ current, previous: [...previous].reverse(), ...more }, MODEL)).toEqual(
      rul({ current, previous, ...more }, MODEL),
    );
  });

  describe('of a healthy unit', () => {
    const healthy = (ageSeconds: number) => {
      const { current, previous } = lineOf(0, 5);
      const quiet = { ...current, alarm: false, score: 0, changeAtUs: null };
      return rul({ current: quiet, previous, ageSeconds, secondsToCycleEnd: 0 }, MODEL);
    };

    it('is what the fit units had left at its age', () =>
      expect(healthy(40)).toMatchObject({ state: 'healthy', remainingSeconds: (60 + 110) / 2 }));

    it('leaves out fit units that had their alarm before this age', () =>
      expect(healthy(80).remainingSeconds).toBe(70));

    it('is what they lived after their alarms when it is older than all of those', () =>
      expect(healthy(500).remainingSeconds).toBe(45));
  });
});
