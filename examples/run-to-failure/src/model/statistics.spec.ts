import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { noiseAround, quantile, theilSen } from './statistics.ts';

describe('quantile', () => {
  it('interpolates between the neighbours', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([10, 20], 0.25)).toBe(12.5);
  });

  it('is NaN of nothing', () => expect(quantile([], 0.5)).toBeNaN());

  it('lies between the extremes and does not depend on the order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, share) => {
          const found = quantile(values, share);
          expect(found).toBeGreaterThanOrEqual(Math.min(...values));
          expect(found).toBeLessThanOrEqual(Math.max(...values));
          expect(quantile([...values].reverse(), share)).toBe(found);
        },
      ),
    );
  });
});

describe('the line of Theil and Sen', () => {
  const straight = Array.from({ length: 12 }, (_, index) => ({ seconds: index * 2, value: 100 + 3 * index * 2 }));

  it('finds a line exactly', () => expect(theilSen(straight)).toEqual({ slope: 3, intercept: 100 }));

  it('keeps the line when two of twelve points are wild', () => {
    const wild = straight.map((point, index) => (index === 4 || index === 9 ? { ...point, value: -5_000 } : point));
    expect(theilSen(wild)?.slope).toBeCloseTo(3, 9);
    expect(noiseAround(theilSen(wild)!, wild)).toBeCloseTo(0, 6);
  });

  it('is null when all points have one time', () =>
    expect(
      theilSen([
        { seconds: 1, value: 1 },
        { seconds: 1, value: 2 },
      ]),
    ).toBeNull());
});
