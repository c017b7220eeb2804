import { describe, expect, it } from '@jest/globals';
import { defaultPolicy } from '@windlass/dag';
import { describePolicyChange, patchOf } from './dial.ts';

describe('windlass dial set', () => {
  it('sends what was given, both early triggers together, and null where early panes are given up', () => {
    expect(patchOf({ allowedLateness: '10m' })).toEqual({ allowedLateness: '10m' });
    expect(patchOf({ earlyEvery: '5s', earlyCount: 10 })).toEqual({ early: { every: '5s', count: 10 } });
    expect(patchOf({ early: false, outOfOrderness: '1s' })).toEqual({ early: null, outOfOrderness: '1s' });
  });

  it('sends what it says about missed windows together', () => {
    expect(patchOf({ catchUp: 'last', catchUpGrace: '5m' })).toEqual({ catchUp: { windows: 'last', grace: '5m' } });
    expect(patchOf({ catchUpLimit: 24, earlyCount: 1 })).toEqual({ catchUp: { limit: 24 }, early: { count: 1 } });
  });

  it('tells each field that has changed, as people write it', () => {
    const before = { ...defaultPolicy('cycle@1'), early: { everyMs: 5_000, count: 3 } };
    const after = { ...before, number: 4, early: null, allowedLatenessUs: 600_000_000, idleTimeoutMs: null };
    expect(describePolicyChange(before, after)).toBe(
      [
        'cycle@1: policy 4, from now on, for open windows too',
        '  early: every 5s, count 3 → none',
        '  idleTimeout: 30s → never',
        '  allowedLateness: 0s → 10m',
        '',
      ].join('\n'),
    );
    expect(describePolicyChange(after, after)).toBe('cycle@1 has this policy already: number 4\n');
  });
});
