import { describe, expect, it } from '@jest/globals';
import { curveOf, neededFor, recommend } from './curve.ts';
import { BEYOND, bucketOf, type Cell } from './delays.ts';

const SECOND = 1_000_000;
const cells = (...of: readonly (readonly [seconds: number, count: number])[]): Cell[] =>
  of.map(([seconds, count]) => ({ bucket: bucketOf(seconds * SECOND), count }));

describe('the curve', () => {
  it('has a point at 0 and wherever it rises', () => {
    const points = curveOf({ element: cells([1, 5], [0, 90]), window: cells([2, 3]), revision: cells([2, 1]) });
    expect(points).toEqual([
      { delayUs: 0, elements: 90, windows: 0, spared: 0 },
      { delayUs: SECOND, elements: 95, windows: 0, spared: 0 },
      { delayUs: 2 * SECOND, elements: 95, windows: 3, spared: 1 },
    ]);
    expect(curveOf({ element: [], window: [{ bucket: BEYOND, count: 1 }], revision: [] })).toHaveLength(1);
  });
});

describe('the recommendation', () => {
  const window = cells([0, 2_900], [2, 90], [10, 8], [300, 2]);

  it('is the least delay that reaches the target; lateness takes in the rest', () => {
    expect(recommend({ cells: window, rest: window, target: 0.99 })).toEqual({
      kind: 'setting',
      outOfOrdernessUs: 2 * SECOND,
      allowedLatenessUs: 298 * SECOND,
      share: 2_990 / 3_000,
    });
    expect(recommend({ cells: window, rest: window, target: 0.999 })).toMatchObject({ outOfOrdernessUs: 10 * SECOND });
  });

  it('takes a share that is exactly the target', () => {
    for (const [target, misses] of [
      [0.999, 3],
      [0.99, 30],
      [0.93, 210],
      [0.57, 1_290],
    ] as const) {
      const exact = cells([0, 3_000 - misses], [9, misses]);
      expect(recommend({ cells: exact, rest: exact, target })).toMatchObject({ outOfOrdernessUs: 0 });
    }
  });

  it('is not given from fewer than three times what one miss in the target would be', () => {
    expect([0.9, 0.99, 0.999].map(neededFor)).toEqual([30, 300, 3_000]);
    const few = cells([0, 2_999]);
    expect(recommend({ cells: few, rest: few, target: 0.999 })).toEqual({
      kind: 'too few',
      counted: 2_999,
      needed: 3_000,
    });
  });

  it('is not given where no delay reaches the target', () => {
    const told = [...cells([0, 95]), { bucket: BEYOND, count: 5 }];
    expect(recommend({ cells: told, rest: told, target: 0.96 })).toEqual({ kind: 'out of reach', share: 0.95 });
    expect(recommend({ cells: told, rest: told, target: 0.95 })).toMatchObject({ outOfOrdernessUs: 0, share: 0.95 });
  });
});
