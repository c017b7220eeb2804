import { describe, expect, it } from '@jest/globals';
import {
  brief,
  fixed,
  planOf,
  point,
  policy,
  sample,
  SECOND,
  signal,
  start,
  startStop,
  stop,
  Trigger,
  watermark,
  windowType,
} from './scenario.ts';

const early = { outOfOrdernessUs: 300 * SECOND, allowedLatenessUs: 600 * SECOND };

const triggerOf = (open: Parameters<typeof windowType>[1], rest: Parameters<typeof policy>[1]): Trigger =>
  new Trigger(planOf({ types: [windowType('w', open)], policies: [policy('w@1', { ...early, ...rest })] }));

describe('EARLY panes', () => {
  it.each([
    ['START', startStop(), start(0), '[0, 1000) 3 EARLY r0'],
    ['POINT', point(10 * SECOND, 60 * SECOND), signal('alarm', 4), '[-6, 64) 3 EARLY r0'],
  ] as const)('come by time, and by count, for a window that opens after its elements: %s', (_, open, opener, pane) => {
    const elements = [sample(1), sample(2), sample(3)];
    const byTime = triggerOf(open, { early: { everyMs: 10_000 } }).takeEach([...elements, opener]);
    expect(byTime.panes()).toEqual([]);
    expect(byTime.wait(10).panes().map(brief)).toEqual([pane]);
    expect(byTime.state.timerUs).toBeNull();
    const byCount = triggerOf(open, { early: { count: 3 } }).takeEach([...elements, opener]);
    expect(byCount.panes().map(brief)).toEqual([pane]);
    expect(
      triggerOf(open, { early: { count: 4 } })
        .takeEach([...elements, opener])
        .panes(),
    ).toEqual([]);
  });

  it('come by time for a window whose bounds move after its last pane', () => {
    const trigger = triggerOf(startStop(), { early: { everyMs: 10_000 } }).takeEach([start(0), sample(5), sample(15)]);
    trigger.wait(10).take(stop(10)).wait(10);
    expect(trigger.panes().map(brief)).toEqual(['[0, 1000) 2 EARLY r0', '[0, 10) 1 EARLY r1']);
  });

  it('do not come of a window without elements, nor twice for one change', () => {
    const trigger = triggerOf(startStop(), { early: { everyMs: 10_000 } }).takeEach([start(0)]);
    expect(trigger.state.timerUs).toBeNull();
    trigger.take(sample(5)).wait(4).take(sample(6)).wait(6).wait(100);
    expect(trigger.panes().map(brief)).toEqual(['[0, 1000) 2 EARLY r0']);
  });

  it('follow the policy of now: sooner at once, and no more when there are none', () => {
    const planWith = (rest: Parameters<typeof policy>[1]) =>
      planOf({ types: [windowType('w', fixed(1_000 * SECOND))], policies: [policy('w@1', { ...early, ...rest })] });
    const trigger = new Trigger(planWith({ early: { everyMs: 3_600_000 } })).takeEach([sample(5)]);
    trigger.plan = planWith({ early: { everyMs: 1_000 } });
    trigger.take({ kind: 'timer' }).wait(1);
    expect(trigger.panes().map(brief)).toEqual(['[0, 1000) 1 EARLY r0']);
    trigger.take(sample(6));
    trigger.plan = planWith({ early: null });
    trigger.take({ kind: 'timer' }).wait(100);
    expect(trigger.panes()).toHaveLength(1);
    trigger.take(watermark(1_000));
    expect(trigger.panes().map(brief).slice(1)).toEqual(['[0, 1000) 2 ON_TIME r1']);
  });
});
