import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { quantile } from './statistics.ts';

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
