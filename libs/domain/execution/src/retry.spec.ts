import { describe, expect, it } from '@jest/globals';
import { hashedId, type RetryPolicy } from '@windlass/dag';
import fc from 'fast-check';
import { backoffUs, isRetried } from './retry.ts';
import { boom } from './testing/world.ts';

const policy: RetryPolicy = { attempts: 5, backoffMs: 100, backoffFactor: 2, maxBackoffMs: 1_000, nonRetryable: [] };

describe('a failed attempt', () => {
  it.each([
    [{}, true],
    [{ nonRetryable: ['Error'] }, false],
    [{ nonRetryable: ['TIMEOUT'] }, false],
    [{ retryable: ['TIMEOUT'] }, true],
    [{ retryable: ['Error', 'Other'] }, true],
    [{ retryable: ['Other'] }, false],
    [{ retryable: ['Error'], nonRetryable: ['TIMEOUT'] }, false],
  ])('of class Error and code TIMEOUT, under %j: tried again is %s', (more, expected) => {
    expect(isRetried({ ...policy, ...more }, boom(true, 'TIMEOUT'), 1)).toBe(expected);
    expect(isRetried({ ...policy, ...more }, boom(true, 'TIMEOUT'), 5)).toBe(false);
    expect(isRetried({ ...policy, ...more }, boom(false, 'TIMEOUT'), 1)).toBe(false);
  });

  it('waits between the part that jitter leaves and all of the backoff, the same each time it is worked out', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 1, max: 10 }),
        fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
        (name, attempt, jitter) => {
          const run = { executionId: hashedId([name]), attempt };
          const given = jitter === undefined ? policy : { ...policy, jitter };
          const fullUs = Math.min(100 * 2 ** (attempt - 1), 1_000) * 1_000;
          const us = backoffUs(given, run);
          expect(us).toBeGreaterThanOrEqual(Math.floor(fullUs * (1 - (jitter ?? 0.5))));
          expect(us).toBeLessThanOrEqual(fullUs);
          expect(backoffUs(given, run)).toBe(us);
        },
      ),
    );
    expect(backoffUs({ ...policy, jitter: 0 }, { executionId: hashedId(['x']), attempt: 3 })).toBe(400_000);
  });
});
