import { describe, expect, it } from '@jest/globals';
import type { AvailabilityPolicy } from '@windlass/dag';
import { LEARNED_WINDOWS } from './learned.ts';
import { fixed, planOf, policy, sample, SECOND, session, Trigger, watermark, windowType } from './scenario.ts';

const triggerOf = (rest: Partial<AvailabilityPolicy> = {}, everyUs: 'learned' | null = 'learned') =>
  new Trigger(
    planOf({
      types: [windowType('ten', fixed(10 * SECOND), everyUs ? { expected: { everyUs } } : {})],
      policies: [policy('ten@1', rest)],
    }),
  );

/** So many samples in each window, one window after the other. */
const windows = (...counts: readonly number[]) =>
  counts.flatMap((count, window) =>
    Array.from({ length: count }, (_, i) => sample(window * 10 + (i * 10) / Math.max(1, count))),
  );

const told = (trigger: Trigger) => trigger.panes().map(({ completeness }) => completeness);

describe('completeness that is learned', () => {
  it('is not known before five windows were final; then the median of those before is whole', () => {
    const trigger = triggerOf().takeEach([...windows(10, 10, 3, 11, 10, 5, 10, 20), watermark(80)]);
    expect(told(trigger)).toEqual([null, null, null, null, null, 0.5, 1, 1]);
  });

  it('follows a lasting change within some windows', () => {
    const counts = [...Array.from({ length: 20 }, () => 10), ...Array.from({ length: LEARNED_WINDOWS }, () => 5)];
    const trigger = triggerOf().takeEach([...windows(...counts), watermark(1_000)]);
    const after = told(trigger).slice(20);
    expect(after[0]).toBe(0.5);
    expect(after.at(-1)).toBe(1);
    expect(trigger.state.types.get('ten@1')!.spacingsUs).toHaveLength(LEARNED_WINDOWS);
  });

  it('counts a window once it is final, with all that came late', () => {
    const late = triggerOf({ allowedLatenessUs: 15 * SECOND });
    late.takeEach([...windows(2, 2, 2, 2, 2, 2), sample(49, { count: 8 }), watermark(60)]);
    expect(late.state.types.get('ten@1')!.spacingsUs).toEqual([5, 5, 5, 5].map((seconds) => seconds * SECOND));
    expect(late.take(watermark(65)).state.types.get('ten@1')!.spacingsUs.at(-1)).toBe(SECOND);
  });

  it('is learned of sessions without the silence that ends them', () => {
    const ten = windowType('ten', session(5 * SECOND), { expected: { everyUs: 'learned' } });
    const trigger = new Trigger(planOf({ types: [ten] }));
    const run = (at: number, ...seconds: readonly number[]) => seconds.map((second) => sample(at + second));
    trigger.takeEach([0, 20, 40, 60, 80].flatMap((at) => run(at, 0, 1, 2, 3)));
    trigger.takeEach([...run(100, 0), ...run(120, 0, 1, 2, 3), ...run(140, 0, 3), watermark(200)]);
    expect(told(trigger)).toEqual([null, null, null, null, null, 1, 1, 0.5]);
  });

  it('is neither known nor remembered where nobody asks for it', () => {
    const trigger = triggerOf({}, null).takeEach([...windows(1, 1, 1, 1, 1, 1), watermark(60)]);
    expect(new Set(told(trigger))).toEqual(new Set([null]));
    expect(trigger.state.types.get('ten@1')!.spacingsUs).toEqual([]);
  });
});
