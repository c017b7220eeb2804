import { describe, expect, it } from '@jest/globals';
import {
  algorithm,
  brief,
  fixed,
  planOf,
  policy,
  previous,
  sample,
  SECOND,
  signal,
  Trigger,
  watermark,
  windowType,
} from './scenario.ts';

const everyTen = (rest: Parameters<typeof policy>[1] = {}) =>
  new Trigger(
    planOf({
      types: [windowType('ten', fixed(10 * SECOND))],
      policies: [policy('ten@1', rest)],
      algorithms: [algorithm('a', 'ten@1', { dependencies: [previous(2)] })],
    }),
  );

describe('fixed windows', () => {
  it('fire once the watermark reaches their end, final at once without lateness', () => {
    const trigger = everyTen().takeEach([sample(1), sample(9.999999)]);
    expect(trigger.panes()).toEqual([]);
    trigger.take(sample(10));
    expect(trigger.panes().map(brief)).toEqual(['[0, 10) 2 ON_TIME r0 final']);
    expect(trigger.finalized()).toEqual([]);
  });

  it('fall into place before 1970, and at their very edges', () => {
    const trigger = everyTen().takeEach([sample(-10), sample(-0.000001), sample(0), watermark(20)]);
    expect(trigger.panes().map(brief)).toEqual(['[-10, 0) 2 ON_TIME r0 final', '[0, 10) 1 ON_TIME r0 final']);
  });

  it('are the very same afterwards, but for those that a signal joins or fires', () => {
    const rest = { outOfOrdernessUs: 100 * SECOND, allowedLatenessUs: 100 * SECOND };
    const trigger = everyTen(rest).takeEach([sample(5), sample(15), sample(25)]);
    const before = trigger.state.types.get('ten@1')!.windows;
    const copies = structuredClone(before);
    const isSame = (): boolean[] => trigger.state.types.get('ten@1')!.windows.map((window, i) => window === before[i]);
    trigger.take(sample(16));
    expect(isSame()).toEqual([true, false, true]);
    trigger.take(watermark(10));
    expect(isSame()).toEqual([false, false, true]);
    expect(before).toEqual(copies);
  });

  it('count what a signal stands for, and each id once', () => {
    const trigger = everyTen().takeEach([
      sample(1, { id: 'a', count: 5 }),
      sample(1, { id: 'a', count: 5 }),
      sample(2, { id: 'b' }),
      watermark(10),
    ]);
    expect(trigger.panes().map(brief)).toEqual(['[0, 10) 6 ON_TIME r0 final']);
  });

  it('remember ids within the horizon and of windows that are not final', () => {
    const short = everyTen({ dedupeHorizonUs: 5 * SECOND }).takeEach([sample(1), sample(4), sample(11), sample(17)]);
    expect(short.state.log.timesUs).toEqual([11 * SECOND, 17 * SECOND]);
    short.take(sample(29));
    expect(short.state.log.timesUs).toEqual([29 * SECOND]);
  });

  it('count what is sent again once for as long as a window is not final, however short the horizon', () => {
    const open = everyTen({ dedupeHorizonUs: 0, allowedLatenessUs: 20 * SECOND });
    const request = Array.from({ length: 2_000 }, (_, i) => sample(i / 200, { id: `r${i}` }));
    open
      .take(...request)
      .take(...request)
      .takeEach(request.slice(0, 70))
      .take(sample(12));
    open.take(...request, watermark(30));
    expect(open.panes().map(brief)).toEqual(['[0, 10) 2000 ON_TIME r0', '[10, 20) 1 ON_TIME r0']);
    expect(open.finalized()).toHaveLength(1);
  });

  it('take late elements as revisions within the lateness, then are final; later ones go to the late topic', () => {
    const trigger = everyTen({ allowedLatenessUs: 5 * SECOND }).takeEach([
      sample(1),
      sample(12),
      sample(3),
      sample(14.9),
    ]);
    expect(trigger.panes().map(brief)).toEqual(['[0, 10) 1 ON_TIME r0', '[0, 10) 2 LATE r1']);
    trigger.take(sample(15));
    expect(trigger.finalized()).toMatchObject([{ revision: 1, version: 3, startUs: 0 }]);
    trigger.take(sample(2));
    expect(trigger.rejections).toMatchObject([{ to: 'late', code: 'LATE', input: 0 }]);
    expect(trigger.panes()).toHaveLength(2);
  });

  it('tell how complete they are where it is known how many samples they should have', () => {
    const expecting = (everyUs?: number) =>
      new Trigger(
        planOf({
          types: [windowType('ten', fixed(10 * SECOND), everyUs === undefined ? {} : { expected: { everyUs } })],
          policies: [policy('ten@1', { early: { count: 2 }, allowedLatenessUs: 50 * SECOND })],
        }),
      ).takeEach([sample(1), sample(2), sample(3), watermark(10), sample(4, { count: 4 })]);
    const told = (trigger: Trigger) => trigger.panes().map(({ timing, completeness }) => [timing, completeness]);
    const timings = ['EARLY', 'ON_TIME', 'LATE'];
    expect(told(expecting(2 * SECOND))).toEqual([0.4, 0.6, 1].map((share, i) => [timings[i], share]));
    expect(told(expecting(3 * SECOND))).toEqual([2 / 3, 1, 1].map((share, i) => [timings[i], share]));
    expect(told(expecting(60 * SECOND))).toEqual([1, 1, 1].map((share, i) => [timings[i], share]));
    expect(told(expecting())).toEqual(timings.map((timing) => [timing, null]));
  });

  it('begin with a LATE pane when their first element is late', () => {
    const trigger = everyTen({ allowedLatenessUs: 50 * SECOND }).takeEach([sample(25), sample(1)]);
    expect(trigger.panes().map(brief)).toEqual(['[0, 10) 1 LATE r0']);
  });

  it('name the fired windows before them; a window that appears late makes later ones fire again', () => {
    const trigger = everyTen({ allowedLatenessUs: 100 * SECOND }).takeEach([
      sample(1),
      sample(21),
      sample(31),
      sample(41),
    ]);
    const [first, second, third] = trigger.panes();
    expect(third!.previous).toEqual([{ dependency: 'previous(2)', windowIds: [first!.windowId, second!.windowId] }]);
    expect(first!.previous).toEqual([{ dependency: 'previous(2)', windowIds: [] }]);
    trigger.take(sample(11));
    const late = trigger.panes().slice(3);
    expect(late.map(brief)).toEqual(['[10, 20) 1 LATE r0', '[20, 30) 1 LATE r1', '[30, 40) 1 LATE r1']);
    expect(late[2]!.previous[0]!.windowIds).toEqual([late[0]!.windowId, second!.windowId]);
  });

  it('fire EARLY by count and by processing time, only when something has changed', () => {
    const trigger = everyTen({ early: { count: 2, everyMs: 1_000 } }).take(sample(1), sample(2), sample(3));
    expect(trigger.panes().map(brief)).toEqual(['[0, 10) 2 EARLY r0']);
    trigger.wait(1);
    expect(trigger.panes().map(brief).slice(1)).toEqual(['[0, 10) 3 EARLY r1']);
    trigger.wait(5).take(watermark(10));
    expect(trigger.panes().map((p) => [p.timing, p.elements, p.added])).toEqual([
      ['EARLY', 2, 2],
      ['EARLY', 3, 1],
      ['ON_TIME', 3, 0],
    ]);
  });

  it('coalesce late elements over processing time', () => {
    const trigger = everyTen({ allowedLatenessUs: 100 * SECOND, coalesceLateMs: 2_000 });
    trigger.takeEach([sample(1), sample(12), sample(2), sample(3), sample(4)]);
    expect(trigger.panes()).toHaveLength(1);
    trigger.wait(2);
    expect(trigger.panes().map(brief)).toEqual(['[0, 10) 1 ON_TIME r0', '[0, 10) 4 LATE r1']);
  });

  it('refuse an element that is too far ahead, and do not move on its account', () => {
    const trigger = everyTen({ maxAheadUs: 60 * SECOND });
    trigger.nowUs = 100 * SECOND;
    trigger.takeEach([sample(1), sample(161)]);
    expect(trigger.rejections).toMatchObject([{ to: 'dlq', code: 'TOO_FAR_AHEAD' }]);
    expect(trigger.panes()).toEqual([]);
    trigger.take(sample(160));
    expect(trigger.panes()).toHaveLength(1);
  });

  it('leave nothing behind once they are final, but what still tells late and doubled elements', () => {
    const trigger = everyTen({ dedupeHorizonUs: 0 }).takeEach([sample(1), sample(15), watermark(1000)]);
    const type = trigger.state.types.get('ten@1')!;
    expect(type.windows).toEqual([]);
    expect(trigger.state.log.timesUs).toEqual([]);
    trigger.takeEach([sample(1), signal('other', 1)]);
    expect(trigger.rejections).toMatchObject([{ code: 'LATE' }]);
    expect(type.past).toHaveLength(2);
  });

  it('carry their signals in order of event time and id, read back after a restart', () => {
    const trigger = new Trigger(
      planOf({ types: [windowType('ten', fixed(10 * SECOND), { keepSignals: { count: 3, bytes: 10_000 } })] }),
    );
    trigger.takeEach([sample(5, { id: 'c' }), sample(1, { id: 'z' })]).restart();
    trigger.takeEach([sample(1, { id: 'a' }), sample(7, { id: 'd' }), watermark(10)]);
    expect(trigger.panes()[0]!.signals!.map(({ id }) => id)).toEqual(['a', 'z', 'c']);
    expect(trigger.panes()[0]!.elements).toBe(4);
    expect(trigger.stored).toEqual([]);
  });
});

describe('a silent source', () => {
  const idle = { onIdle: 'advance' as const, idleTimeoutMs: 5_000, maxIdleMs: 10_000, allowedLatenessUs: SECOND };

  it('is advanced by a WATERMARK signal that fires, and finalises only after maxIdle', () => {
    const trigger = everyTen(idle).take(sample(8));
    trigger.wait(4.9);
    expect(trigger.signals).toEqual([]);
    trigger.wait(0.2);
    expect(trigger.signals).toMatchObject([{ cause: 'idle', phase: 'WATERMARK', eventTimeUs: 13.1 * SECOND }]);
    trigger.take({ kind: 'signal', signal: trigger.signals[0]! });
    expect(trigger.panes().map(brief)).toEqual(['[0, 10) 1 ON_TIME r0']);
    trigger.wait(10);
    expect(trigger.signals).toMatchObject([{}, { cause: 'max-idle' }]);
    trigger.take({ kind: 'signal', signal: trigger.signals[1]! });
    expect(trigger.finalized()).toHaveLength(1);
  });

  it('holds where the policy says so', () => {
    const trigger = everyTen({ ...idle, onIdle: 'hold' }).take(sample(8));
    expect(trigger.state.timerUs).toBeNull();
  });

  it('still takes late elements between an idle advance and maxIdle', () => {
    const trigger = everyTen(idle).take(sample(8)).wait(6);
    trigger.take({ kind: 'signal', signal: trigger.signals[0]! });
    trigger.take(sample(9));
    expect(trigger.panes().map(brief)).toEqual(['[0, 10) 1 ON_TIME r0', '[0, 10) 2 LATE r1']);
  });
});
