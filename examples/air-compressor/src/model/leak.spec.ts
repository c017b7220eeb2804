import { describe, expect, it } from '@jest/globals';
import type { Duty } from './duty.ts';
import { day } from './day.ts';
import { leak } from './leak.ts';

const hour = (loadShare: number, coverage = 1): Duty => ({
  coverage,
  loadShare,
  starts: 2,
  lowPressureShare: 0,
  lowestBar: 8,
  motorAmpsUnderLoad: 6,
  highestOilCelsius: 60,
});
/** Load shares of 10, 15 and 20 % in turn. */
const quiet = (hours: number): Duty[] => Array.from({ length: hours }, (_, i) => hour(0.1 + 0.05 * (i % 3)));

describe('a leak', () => {
  it('is an alarm when the compressor has worked far more than usual for three hours', () => {
    expect(leak(hour(0.6), [...quiet(90), hour(0.6), hour(0.6)])).toMatchObject({
      usual: expect.closeTo(0.15),
      alarm: true,
    });
    expect(leak(hour(0.6), [...quiet(90), hour(0.15), hour(0.6)]).alarm).toBe(false);
    expect(leak(hour(0.15), [...quiet(90), hour(0.6), hour(0.6)]).alarm).toBe(false);
    expect(leak(hour(0.25), [...quiet(90), hour(0.25), hour(0.25)]).alarm).toBe(false);
  });

  it('is told by how far the hour is above what is usual, of which its own hours change little', () => {
    const long = [...quiet(240), ...Array.from({ length: 60 }, () => hour(1))];
    const { usual, score, alarm } = leak(hour(1), long);
    expect(usual).toBeLessThanOrEqual(0.2);
    expect(score).toBeGreaterThan(4);
    expect(alarm).toBe(true);
  });

  it('is not looked for while too little is known, or the hour is mostly missing', () => {
    const unknown = { usual: null, score: null, alarm: false };
    expect(leak(hour(1), [...quiet(69), hour(1), hour(1)])).toEqual(unknown);
    expect(leak(hour(1, 0.4), [...quiet(90), hour(1), hour(1)])).toEqual(unknown);
    expect(leak(hour(1), [...quiet(90).map((one) => ({ ...one, coverage: 0.1 })), hour(1)])).toEqual(unknown);
  });
});

describe('a day', () => {
  it('is summed up from its hours', () => {
    const alarm = { usual: 0.1, score: 9, alarm: true };
    expect(day([hour(0.1), hour(0.3)], [alarm, { ...alarm, alarm: false }])).toEqual({
      hours: 2,
      alarmedHours: 1,
      loadShare: 0.2,
      starts: 4,
    });
    expect(day([], [])).toEqual({ hours: 0, alarmedHours: 0, loadShare: null, starts: 0 });
  });
});
