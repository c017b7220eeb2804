import { describe, expect, it } from '@jest/globals';
import { duty, type Sample } from './duty.ts';

const HOUR = { startUs: 0, endUs: 3_600_000_000 };
const sample = (second: number, works: boolean, rest: Partial<Sample> = {}): Sample => ({
  atUs: second * 1_000_000,
  intakeClosed: works ? 0 : 1,
  motorAmps: works ? 6 : 4,
  lowPressure: 0,
  reservoirBar: 9,
  oilCelsius: 60,
  ...rest,
});

describe('the duty of an hour', () => {
  it('is the share of the covered time that the compressor works', () => {
    const samples = Array.from({ length: 361 }, (_, i) => sample(i * 10, i % 60 < 15));
    expect(duty(samples, HOUR)).toEqual({
      coverage: 1,
      loadShare: 0.25,
      starts: 6,
      lowPressureShare: 0,
      lowestBar: 9,
      motorAmpsUnderLoad: 6,
      highestOilCelsius: 60,
    });
  });

  it('counts no time over a gap of the recording', () => {
    const samples = [
      sample(0, true),
      sample(30, true),
      sample(1_000, false, { lowPressure: 1, reservoirBar: 6.5, oilCelsius: 70 }),
      sample(1_010, false),
    ];
    expect(duty(samples, HOUR)).toEqual({
      coverage: 40 / 3_600,
      loadShare: 30 / 40,
      starts: 0,
      lowPressureShare: 10 / 40,
      lowestBar: 6.5,
      motorAmpsUnderLoad: 6,
      highestOilCelsius: 70,
    });
  });

  it('is not known from samples far from each other', () => {
    expect(duty([sample(0, true), sample(100, true)], HOUR)).toBeNull();
    expect(duty([], HOUR)).toBeNull();
  });
});
