import { describe, expect, it } from '@jest/globals';
import { warning } from './warning.ts';

describe('the warning before a unit dies', () => {
  it('is what is left of the life from the first alarm on', () => {
    expect(warning({ startUs: 60_000_000, endUs: 90_000_000 }, { lifeSeconds: 120 })).toEqual({
      seconds: 30,
      lifeShare: 0.25,
    });
  });
});
