import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.ts';

describe('eventually', () => {
  it('resolves with the first truthy value', async () => {
    let calls = 0;
    expect(await eventually(() => (calls += 1) > 2 && `after ${calls}`)).toBe('after 3');
  });

  it('takes an assertion that throws as not yet', async () => {
    let calls = 0;
    await eventually(() => {
      expect((calls += 1)).toBeGreaterThan(2);
      return true;
    });
    expect(calls).toBe(3);
  });

  it('says at the deadline what was waited for and what was there instead', async () => {
    const never = eventually(() => false, { deadlineMs: 30, describe: 'the third pane' });
    await expect(never).rejects.toThrow('not within 30 ms: the third pane (last value: false)');
    const throws = eventually(() => Promise.reject(new Error('no such table')), { deadlineMs: 30 });
    await expect(throws).rejects.toThrow('no such table');
  });
});
