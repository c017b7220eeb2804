import { describe, expect, it } from '@jest/globals';
import { applyEntry, emptyRegistryView, type Opening } from '@windlass/dag';
import type { Input } from './input.ts';
import { lifeOf } from './life.ts';
import { compilePlans } from './plan.ts';
import {
  brief,
  condition,
  count,
  fixed,
  planOf,
  policy,
  sample,
  SECOND,
  signal,
  start,
  startStop,
  state,
  Trigger,
  watermark,
  windowType,
} from './scenario.ts';

const v = (seconds: number, value: number): Input => sample(seconds, { values: { v: value } });

const trigger = (
  open: Opening,
  rest: Parameters<typeof policy>[1] = {},
  type: Parameters<typeof windowType>[2] = {},
): Trigger => new Trigger(planOf({ types: [windowType('hot', open, type)], policies: [policy('hot@1', rest)] }));

const late = { allowedLatenessUs: 1_000 * SECOND };

describe('windows as long as a condition holds', () => {
  it('are not empty: two signals of one moment that disagree are a break without a window', () => {
    for (const values of [
      [2, 0],
      [0, 2],
    ] as const)
      expect(
        trigger(condition({ minBreakUs: 2 * SECOND }))
          .takeEach([...values.map((value) => v(10, value)), watermark(13)])
          .panes()
          .filter(({ startUs, endUs }) => endUs <= startUs),
      ).toEqual([]);
  });

  it('have with them every signal that they count, though their parent is late before they are known', () => {
    const types = [
      windowType('life', { kind: 'wholeLife' }, { reads: ['sample', 'tick'] }),
      windowType('hot', condition({ minDurationUs: 5 * SECOND, maxDurationUs: 3_600 * SECOND }), {
        parent: 'life@1',
        keepSignals: { count: 100, bytes: 10_000 },
      }),
    ];
    const hot = new Trigger(
      planOf({ types, policies: [policy('life@1', { outOfOrdernessUs: 5 * SECOND }), policy('hot@1')] }),
    );
    hot.takeEach([v(10, 2), v(12, 2), signal('tick', 100), v(16, 2), v(20, 0)]);
    expect(hot.panes('hot').map(({ elements, signals }) => [elements, signals?.length])).toEqual([[3, 3]]);
  });

  it('begin with the first signal that meets it and end with the first that does not', () => {
    const hot = trigger(condition()).takeEach([v(0, 0), v(10, 2), v(20, 3), v(30, 1), v(40, 0), v(50, 2)]);
    expect(hot.panes().map(brief)).toEqual(['[10, 30) 2 ON_TIME r0 final']);
    expect(hot.state.types.get('hot@1')!.windows).toMatchObject([{ startUs: 50 * SECOND, elements: 1 }]);
  });

  it('with two thresholds: what lies between them neither opens nor closes, also after maxDuration', () => {
    const between = condition({ from: 'values.v > 80.0', to: 'values.v < 70.0', maxDurationUs: 25 * SECOND });
    const hot = trigger(between).takeEach([v(0, 75), v(10, 81), v(20, 75), v(40, 75), v(50, 69), v(60, 75), v(70, 0)]);
    expect(hot.panes().map(brief)).toEqual(['[10, 35) 2 ON_TIME r0 final', '[40, 50) 1 ON_TIME r0 final']);
  });

  it('do not exist before minDuration; then they hold what came before it', () => {
    const hot = trigger(condition({ minDurationUs: 15 * SECOND }));
    hot.takeEach([v(0, 2), v(10, 2)]);
    expect(hot.state.types.get('hot@1')!.windows).toEqual([]);
    hot.takeEach([v(14, 0), v(20, 2), v(30, 2), v(40, 2), v(50, 0)]);
    expect(hot.panes().map(brief)).toEqual(['[20, 50) 3 ON_TIME r0 final']);
  });

  it('exist when the watermark says that the condition has held for long enough, and are on time then', () => {
    const hot = trigger(condition({ minDurationUs: 15 * SECOND, maxDurationUs: 60 * SECOND }));
    hot.takeEach([v(0, 2), watermark(15)]);
    expect(hot.state.types.get('hot@1')!.windows).toMatchObject([{ startUs: 0, endUs: 60 * SECOND }]);
    hot.take(watermark(1_000));
    expect(hot.panes().map(brief)).toEqual(['[0, 60) 1 ON_TIME r0 final']);
    const atOnce = trigger(condition({ minDurationUs: 15 * SECOND, maxDurationUs: 60 * SECOND }));
    atOnce.takeEach([v(0, 2), watermark(1_000)]);
    expect(atOnce.panes().map(brief)).toEqual(['[0, 60) 1 ON_TIME r0 final']);
  });

  it('survive a break shorter than minBreak; a longer one ends them where it began', () => {
    const hot = trigger(condition({ minBreakUs: 5 * SECOND }));
    hot.takeEach([v(0, 2), v(10, 0), v(14, 2), v(20, 0), v(25, 2), v(30, 0), watermark(34)]);
    expect(hot.panes().map(brief)).toEqual(['[0, 20) 3 ON_TIME r0 final']);
    hot.take(watermark(35));
    expect(hot.panes().map(brief)).toEqual(['[0, 20) 3 ON_TIME r0 final', '[25, 30) 1 ON_TIME r0 final']);
  });

  it('are decided by silence too, where the policy lets it advance the watermark', () => {
    const idle = { onIdle: 'advance', idleTimeoutMs: 1_000 } as const;
    const hot = trigger(condition({ minDurationUs: 15 * SECOND, maxDurationUs: 60 * SECOND }), idle)
      .take(v(0, 2))
      .wait(16);
    expect(hot.signals).toMatchObject([{ cause: 'idle', eventTimeUs: 16 * SECOND }]);
    hot.take(...hot.signals.map((signal): Input => ({ kind: 'signal', signal })));
    expect(hot.state.types.get('hot@1')!.windows).toMatchObject([{ startUs: 0, endUs: 60 * SECOND }]);
  });

  it('end in silence after maxGap', () => {
    const hot = trigger(condition({ maxGapUs: 10 * SECOND })).takeEach([
      v(0, 2),
      v(9, 2),
      v(19, 2),
      v(20, 2),
      watermark(40),
    ]);
    expect(hot.panes().map(brief)).toEqual(['[0, 19) 2 ON_TIME r0 final', '[19, 30) 2 ON_TIME r0 final']);
  });

  it('a late signal divides a window: its revision is shorter, and the rest is a window of its own', () => {
    const hot = trigger(condition(), late).takeEach([v(0, 2), v(10, 2), v(20, 2), v(30, 0), v(5, 0)]);
    expect(hot.panes().map(brief)).toEqual(['[0, 30) 3 ON_TIME r0', '[0, 5) 1 LATE r1', '[10, 30) 2 LATE r0']);
  });

  it('a late signal before the first moves the start: the old window is withdrawn, naming the new one', () => {
    const hot = trigger(condition(), late).takeEach([v(10, 2), v(20, 0), v(5, 2)]);
    const [old, moved] = hot.panes();
    expect(hot.panes().map(brief)).toEqual(['[10, 20) 1 ON_TIME r0', '[5, 20) 2 LATE r0']);
    expect(hot.withdrawn()).toMatchObject([{ windowId: old!.windowId, replacedBy: [moved!.windowId] }]);
  });

  it('what cannot be judged is an element, and says nothing', () => {
    const hot = trigger(condition()).takeEach([v(0, 2), sample(5), v(10, 0)]);
    expect(hot.panes().map(brief)).toEqual(['[0, 10) 2 ON_TIME r0 final']);
  });

  it('what is behind the allowed lateness is late: it changes no bounds, and counts where a window is still open; a repeated signal is a duplicate', () => {
    const again = v(10, 2);
    const hot = trigger(condition()).takeEach([v(0, 2), again, v(20, 2), again, v(15, 0)]);
    expect(hot.rejections).toMatchObject([{ code: 'LATE', input: 0 }]);
    hot.take(v(30, 0));
    expect(hot.panes().map(brief)).toEqual(['[0, 30) 4 ON_TIME r0 final']);
  });

  it('last for as long as signals come, though what is older than the lateness is not remembered one by one', () => {
    const hot = trigger(condition({ maxDurationUs: 1e6 * SECOND }));
    for (let at = 0; at < 30_000; at += 2) hot.take(v(at, 2));
    expect(hot.state.types.get('hot@1')!.observed.rest.length).toBeLessThan(10);
    hot.take(v(30_000, 0));
    expect(hot.panes().map(brief)).toEqual(['[0, 30000) 15000 ON_TIME r0 final']);
  });

  it('of more observations than the limit the oldest are folded, and what is older than they are is late', () => {
    const hot = trigger(condition({ maxDurationUs: 1e6 * SECOND }), { allowedLatenessUs: 1e6 * SECOND });
    hot.take(...Array.from({ length: 10_002 }, (_, i) => v(i, 2)));
    expect(hot.state.types.get('hot@1')!.observed.rest.length).toBeLessThanOrEqual(10_000);
    hot.take(v(3_000.5, 0)).take(v(9_000.5, 0));
    expect(hot.rejections.map(({ code }) => code)).toEqual(['LATE']);
    hot.take(watermark(3e6));
    expect(hot.panes().map(brief)).toEqual(['[0, 9000.5) 9002 ON_TIME r0', '[9001, 1009001) 1001 ON_TIME r0 final']);
  });
});

describe('windows as long as a state lasts', () => {
  const metadata = { mode: { type: 'double' as const, required: true } };

  it('begin and end where the value changes, tile, and carry it', () => {
    const hot = trigger(state({ as: 'mode' }), {}, { metadata }).takeEach([
      v(0, 1),
      v(5, 1),
      v(10, 2),
      v(30, 1),
      v(31, 1),
      v(40, 3),
    ]);
    expect(hot.panes().map(brief)).toEqual([
      '[0, 10) 2 ON_TIME r0 final',
      '[10, 30) 1 ON_TIME r0 final',
      '[30, 40) 2 ON_TIME r0 final',
    ]);
    expect(hot.panes().map((pane) => pane.metadata)).toEqual([{ mode: 1 }, { mode: 2 }, { mode: 1 }]);
  });

  it('of two values at one moment one holds, whichever came first', () => {
    const both = [v(0, 1), v(0, 2)];
    const shownBy = (inputs: readonly Input[]) =>
      trigger(state({ as: 'mode' }), {}, { metadata })
        .takeEach([...inputs, v(10, 3)])
        .panes()
        .map((pane) => pane.metadata);
    expect(shownBy(both)).toEqual(shownBy(both.toReversed()));
    expect(shownBy(both)).toHaveLength(1);
  });

  it('may be told by text, and are no longer than maxDuration', () => {
    const onOff = state({ of: 'values.v > 0.0 ? "on" : "off"', maxDurationUs: 10 * SECOND });
    const hot = trigger(onOff).takeEach([v(0, 1), v(5, 2), v(12, 3), v(20, 0), watermark(100)]);
    expect(hot.panes().map(brief)).toEqual([
      '[0, 10) 2 ON_TIME r0 final',
      '[12, 20) 1 ON_TIME r0 final',
      '[20, 30) 1 ON_TIME r0 final',
    ]);
  });

  it('lie within their parent: only what it holds is looked at', () => {
    const nested = new Trigger(
      planOf({
        types: [
          windowType('life', startStop(), { reads: ['sample', 'life'] }),
          windowType('hot', state(), { parent: 'life@1' }),
        ],
      }),
    ).takeEach([v(0, 1), start(5), v(10, 1), v(20, 2), v(25, 2), start(27, { phase: 'STOP' }), v(30, 2)]);
    expect(nested.panes('hot').map(brief)).toEqual(['[10, 20) 1 ON_TIME r0 final', '[20, 27) 2 ON_TIME r0 final']);
  });
});

describe('windows bounded by a number of samples', () => {
  it('follow each other in order of event time', () => {
    const hot = trigger(count(3)).takeEach([
      sample(0),
      sample(1),
      sample(2),
      sample(10),
      sample(11),
      sample(12),
      watermark(13),
    ]);
    expect(hot.panes().map(brief)).toEqual(['[0, 2.000001) 3 ON_TIME r0 final', '[10, 12.000001) 3 ON_TIME r0 final']);
  });

  it('are closed with fewer after maxDuration, and take a signal that stands for more samples as a whole', () => {
    const hot = trigger(count(3, 20 * SECOND)).takeEach([
      sample(0),
      sample(5, { count: 4 }),
      sample(8),
      watermark(100),
    ]);
    expect(hot.panes().map(brief)).toEqual(['[0, 5.000001) 5 ON_TIME r0 final', '[8, 28) 1 ON_TIME r0 final']);
  });

  it('move by a late element, all that follow it', () => {
    const hot = trigger(count(2), late).takeEach([sample(0), sample(2), sample(4), sample(6), watermark(7), sample(1)]);
    expect(hot.panes().map(brief)).toEqual([
      '[0, 2.000001) 2 ON_TIME r0',
      '[4, 6.000001) 2 ON_TIME r0',
      '[0, 1.000001) 2 LATE r1',
      '[2, 4.000001) 2 LATE r0',
    ]);
    expect(hot.withdrawn().map(({ startUs }) => startUs / SECOND)).toEqual([4]);
    hot.take(watermark(5_000));
    expect([...hot.finalPanes().values()].map(brief).sort()).toEqual([
      '[0, 1.000001) 2 LATE r1',
      '[2, 4.000001) 2 LATE r0',
      '[6, 1006) 1 ON_TIME r0 final',
    ]);
  });
});

describe('windows for the whole life of a source', () => {
  const life = (source = {}, rest: Parameters<typeof policy>[1] = {}) =>
    new Trigger(
      planOf(
        {
          types: [
            windowType('all', { kind: 'wholeLife' }),
            windowType('part', fixed(10 * SECOND, { align: 'parent' }), { parent: 'all@1' }),
          ],
          policies: [policy('all@1', { early: { count: 2 }, ...rest }), policy('part@1', rest)],
        },
        'unit-1',
        source,
      ),
      'unit-1',
      lifeOf(source),
    );

  it('are one, from its first signal on, which fires early only', () => {
    const all = life().takeEach([sample(3), sample(5), sample(1e6), sample(2e6), watermark(3e6)]);
    expect(all.panes('all').map(brief)).toEqual(['[3, 8993721600) 2 EARLY r0', '[3, 8993721600) 4 EARLY r1']);
    expect(all.panes('part').map(brief).slice(0, 1)).toEqual(['[3, 13) 2 ON_TIME r0 final']);
  });

  it('begin earlier by a signal that is behind but not late: what lies in them begins anew with them', () => {
    const all = life({}, { allowedLatenessUs: 60 * SECOND }).takeEach([
      sample(3),
      sample(15),
      sample(1),
      watermark(300),
    ]);
    expect(all.panes('all').map(brief)).toEqual(['[3, 8993721600) 2 EARLY r0', '[1, 8993721600) 3 EARLY r0']);
    expect(all.withdrawn('all')).toHaveLength(1);
    expect([...all.finalPanes().values()].map(brief)).toEqual([
      '[1, 8993721600) 3 EARLY r0',
      '[1, 11) 2 LATE r0',
      '[11, 21) 1 ON_TIME r0 final',
    ]);
    all.take(sample(-100));
    expect(all.rejections).toMatchObject([{ code: 'LATE' }]);
  });

  it('take no plan for each source: sources share one, whatever validity each of them has', () => {
    const all = {
      kind: 'REVISION',
      name: '1',
      number: 1,
      body: JSON.stringify({
        number: 1,
        windowTypes: [windowType('all', { kind: 'wholeLife' })],
        processors: [],
        algorithms: [],
      }),
    } as const;
    const plans = compilePlans(applyEntry(emptyRegistryView, all));
    const source = (n: number) => ({
      name: `pump-${n}`,
      kind: 'pump',
      groups: [],
      labels: {},
      validFromUs: n,
      validToUs: n + 100,
    });
    expect(new Set(Array.from({ length: 50 }, (_, n) => plans(source(n)))).size).toBe(1);
  });

  it('are those of the source registry, if it says from when to when the source is valid', () => {
    const all = life({ validFromUs: 0, validToUs: 100 * SECOND }).takeEach([
      sample(-1),
      sample(3),
      sample(5),
      sample(120),
    ]);
    expect(all.panes('all').map(brief)).toEqual(['[0, 100) 2 EARLY r0', '[0, 100) 2 ON_TIME r1 final']);
    expect(all.panes('part').map(brief)).toEqual(['[0, 10) 2 ON_TIME r0 final']);
  });

  it('stay within what can be told, whatever the registry says', () => {
    const all = life({ validFromUs: -62_167_219_200_000_000, validToUs: 253_402_300_799_000_000 });
    const told = all
      .takeEach([sample(3), sample(5)])
      .panes('all')
      .map(brief);
    expect(told).toEqual(['[-5837961600, 8993721600) 2 EARLY r0']);
  });
});
