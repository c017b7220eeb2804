import { describe, expect, it } from '@jest/globals';
import { planOf, policy, sample, SECOND, start, startStop, stop, Trigger, watermark, windowType } from './scenario.ts';

/** One sample a second, and runs that follow each other without a break. */
const backToBack = (open: Parameters<typeof startStop>[0], rest: Parameters<typeof policy>[1]): Trigger => {
  const type = windowType('run', startStop({ maxDurationUs: 3_600 * SECOND, ...open }), { reads: ['sample', 'life'] });
  const trigger = new Trigger(planOf({ types: [type], policies: [policy('run@1', rest)] })).take(start(0));
  for (let second = 1; second <= 130; second++) {
    if (second === 40 || second === 80) trigger.takeEach([stop(second), start(second)]);
    if (second === 120) trigger.take(stop(second));
    trigger.take(sample(second));
  }
  return trigger;
};

describe('START…STOP windows that follow each other without a break', () => {
  for (const onSecondStart of ['ignore', 'restart', 'nest'] as const)
    for (const outOfOrderness of [0, 1, 5])
      for (const allowedLateness of [0, 5])
        it(`are all there, and no STOP is refused (${onSecondStart}, ${outOfOrderness} s out of order, ${allowedLateness} s late)`, () => {
          const trigger = backToBack(
            { onSecondStart },
            { outOfOrdernessUs: outOfOrderness * SECOND, allowedLatenessUs: allowedLateness * SECOND },
          );
          trigger.take(watermark(1_000));
          const bounds = [...trigger.finalPanes().values()].map(({ startUs, endUs }) => [startUs, endUs]);
          expect(bounds).toEqual([0, 40, 80].map((second) => [second * SECOND, (second + 40) * SECOND]));
          expect(trigger.rejections).toEqual([]);
        });
});
