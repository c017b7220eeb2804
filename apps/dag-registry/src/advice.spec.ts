import { describe, expect, it } from '@jest/globals';
import { defaultPolicy } from '@windlass/dag';
import { tooShort } from './advice.ts';

const SECOND = 1_000_000;
const policy = (seconds: number) => ({
  ...defaultPolicy('cycle@1'),
  outOfOrdernessUs: SECOND,
  allowedLatenessUs: seconds * SECOND,
});

describe('advice about lateness', () => {
  const byLateness = [
    { moreThanUs: -1, count: 990 },
    { moreThanUs: 4 * SECOND, count: 7 },
    { moreThanUs: 20 * SECOND, count: 3 },
  ];
  const seen = { elements: 1_000, byLateness };

  it('counts what would have been dropped, and only what surely would', () => {
    expect(tooShort(policy(19), seen)).toMatchObject([
      { code: 'LATENESS_TOO_SHORT', message: expect.stringMatching(/^3 of 1000 elements \(0\.30 %\).* more than 20s/) },
    ]);
    expect(tooShort(policy(3), seen)).toMatchObject([{ message: expect.stringMatching(/^10 of 1000 elements/) }]);
    expect(tooShort(policy(20), seen)).toEqual([]);
  });
});
