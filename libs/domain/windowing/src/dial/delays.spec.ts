import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  BEYOND,
  BOUNDS_US,
  boundUs,
  bucketOf,
  countUpTo,
  LONGEST_US,
  quantileUs,
  signedQuantileUs,
  type Cell,
} from './delays.ts';

const MS = 1_000;

describe('delay buckets', () => {
  it('have bounds that rise by 10 % at most, in whole microseconds, from 0 and 1 ms to 30 days', () => {
    expect(BOUNDS_US.slice(0, 3)).toEqual([0, MS, 1.1 * MS]);
    expect(BOUNDS_US.at(-1)).toBe(LONGEST_US);
    expect(BOUNDS_US.every(Number.isSafeInteger)).toBe(true);
    for (let i = 2; i < BEYOND; i++) {
      expect(BOUNDS_US[i]! / BOUNDS_US[i - 1]!).toBeGreaterThan(1);
      expect(BOUNDS_US[i]! / BOUNDS_US[i - 1]!).toBeLessThanOrEqual(1.1 + 1e-12);
    }
  });

  it('hold what is greater than the bound before and not greater than their own', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: 0, max: LONGEST_US }), fc.constantFrom(...BOUNDS_US)), (us) => {
        const bucket = bucketOf(us);
        expect(us).toBeLessThanOrEqual(boundUs(bucket));
        if (us > 0) expect(us).toBeGreaterThan(BOUNDS_US[bucket - 1]!);
        if (us >= MS) expect(boundUs(bucket)).toBeLessThanOrEqual(us * 1.1 + 1e-6);
      }),
    );
    expect([bucketOf(-5), bucketOf(0), bucketOf(1), bucketOf(MS)]).toEqual([0, 0, 1, 1]);
    expect([bucketOf(LONGEST_US), bucketOf(LONGEST_US + 1)]).toEqual([BEYOND - 1, BEYOND]);
  });
});

const cellsOf = (durations: readonly number[]): Cell[] => {
  const counts = new Map<number, number>();
  for (const us of durations) counts.set(bucketOf(us), (counts.get(bucketOf(us)) ?? 0) + 1);
  return [...counts].map(([bucket, count]) => ({ bucket, count }));
};

const durations = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60_000 * MS })), {
  minLength: 1,
  maxLength: 50,
});

describe('counts in delay buckets', () => {
  it('tell exactly how many are at most as long as a bound, also when they were counted apart', () => {
    fc.assert(
      fc.property(durations, durations, fc.constantFrom(...BOUNDS_US), (some, others, us) => {
        const all = [...some, ...others];
        expect(countUpTo([...cellsOf(some), ...cellsOf(others)], us)).toBe(all.filter((one) => one <= us).length);
      }),
    );
  });

  it('tell a quantile from above, by 10 % or 1 ms at most', () => {
    fc.assert(
      fc.property(durations, fc.double({ min: 0.01, max: 1, noNaN: true }), (all, share) => {
        const exact = all.sort((a, b) => a - b)[Math.ceil(share * all.length - 1e-9) - 1]!;
        const told = quantileUs(cellsOf(all), share)!;
        expect(told).toBeGreaterThanOrEqual(exact);
        expect(told).toBeLessThanOrEqual(Math.max(exact * 1.1 + 1e-6, exact > 0 ? MS : 0));
      }),
    );
    const first = { before: cellsOf([3_000 * MS, 2_000 * MS]), after: cellsOf([1_000 * MS, 4_000 * MS]) };
    expect([0.25, 0.5, 0.75, 1].map((share) => signedQuantileUs(first, share))).toEqual(
      [-3_000, -2_000, 1_000, 4_000].map((ms) => ms * MS),
    );
    expect(quantileUs([], 0.5)).toBeUndefined();
    expect(quantileUs([{ bucket: BEYOND, count: 1 }], 0.5)).toBe(Infinity);
  });
});
