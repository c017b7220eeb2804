import { describe, expect, it } from '@jest/globals';
import {
  algorithm,
  brief,
  condition,
  fixed,
  planOf,
  point,
  policy,
  previous,
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

const lateness: Parameters<typeof policy>[1] = { allowedLatenessUs: 100 * SECOND };

function lives(open: Parameters<typeof startStop>[0] = {}, cycle: Parameters<typeof fixed>[1] = {}, rest = lateness) {
  return new Trigger(
    planOf({
      types: [
        windowType('life', startStop(open), { reads: ['sample'], metadataFromClose: true }),
        windowType('cycle', fixed(10 * SECOND, { align: 'parent', ...cycle }), { parent: 'life@1' }),
      ],
      policies: [policy('life@1', rest), policy('cycle@1', rest)],
      algorithms: [algorithm('a', 'cycle@1', { dependencies: [previous(3)] })],
    }),
  );
}

describe('START…STOP windows', () => {
  it('last from START to STOP, and their children fire meanwhile', () => {
    const trigger = lives().takeEach([start(3), sample(4), sample(12.9), sample(13), sample(24)]);
    expect(trigger.panes().map(brief)).toEqual(['[3, 13) 2 ON_TIME r0', '[13, 23) 1 ON_TIME r0']);
    trigger.takeEach([stop(26), watermark(26)]);
    expect(trigger.panes('life').map(brief)).toEqual(['[3, 26) 4 ON_TIME r0']);
    expect(trigger.panes('cycle').map(brief).slice(2)).toEqual(['[23, 26) 1 ON_TIME r0']);
    const [life] = trigger.panes('life');
    expect(trigger.panes('cycle').every(({ parentWindowId }) => parentWindowId === life!.windowId)).toBe(true);
  });

  it('take the elements that came before their START', () => {
    const trigger = lives().takeEach([sample(5), sample(14), start(3), stop(20), watermark(20)]);
    expect(trigger.panes().map(brief)).toEqual(['[3, 13) 1 LATE r0', '[3, 20) 2 ON_TIME r0', '[13, 20) 1 ON_TIME r0']);
  });

  it('are closed by maxDuration; a late STOP makes a revision and withdraws the children beyond it', () => {
    const trigger = lives({ maxDurationUs: 40 * SECOND }).takeEach([
      start(0),
      sample(5),
      sample(15),
      sample(25),
      sample(50),
    ]);
    expect(trigger.panes('life').map(brief)).toEqual(['[0, 40) 3 ON_TIME r0']);
    trigger.take(stop(18));
    expect(trigger.panes('life').map(brief).slice(1)).toEqual(['[0, 18) 2 LATE r1']);
    expect(trigger.panes('cycle').map(brief).slice(3)).toEqual(['[10, 18) 1 LATE r1']);
    const [life] = trigger.panes('life');
    expect(trigger.withdrawn()).toMatchObject([
      { startUs: 20 * SECOND, version: 2, outside: { parentWindowId: life!.windowId, startUs: 0, endUs: 18 * SECOND } },
    ]);
  });

  it.each([
    ['ignore', ['[0, 30) 3 ON_TIME r0']],
    ['restart', ['[0, 12) 1 ON_TIME r0', '[12, 30) 2 ON_TIME r0']],
    ['nest', ['[12, 20) 1 ON_TIME r0', '[0, 30) 3 ON_TIME r0']],
  ] as const)('meet a second START by %s', (onSecondStart, expected) => {
    const closes = onSecondStart === 'nest' ? [stop(20), sample(25), stop(30)] : [sample(25), stop(30)];
    const trigger = lives({ onSecondStart }).takeEach([
      start(0),
      sample(5),
      start(12),
      sample(15),
      ...closes,
      watermark(30),
    ]);
    expect(trigger.panes('life').map(brief)).toEqual(expected);
  });

  it('refuse a STOP without START once the watermark has passed it, and an empty window', () => {
    const trigger = lives().takeEach([stop(5)]);
    expect(trigger.rejections).toEqual([]);
    trigger.take(watermark(6));
    expect(trigger.rejections).toMatchObject([
      { to: 'dlq', code: 'STOP_WITHOUT_START', input: -1, signal: { eventTimeUs: 5 * SECOND } },
    ]);
    trigger.takeEach([start(7), stop(7), watermark(9)]);
    expect(trigger.rejections.slice(1)).toMatchObject([{ to: 'dlq', code: 'EMPTY_WINDOW' }]);
    expect(trigger.panes()).toEqual([]);
  });

  it('take no offence at the STOP of a window that maxDuration has ended, however long ago', () => {
    const trigger = lives({ maxDurationUs: 10 * SECOND }, {}, {}).takeEach([
      start(0),
      watermark(500),
      stop(600),
      watermark(700),
    ]);
    expect(trigger.rejections).toEqual([]);
    trigger.takeEach([stop(800), watermark(900)]);
    expect(trigger.rejections).toMatchObject([{ code: 'STOP_WITHOUT_START' }]);
  });

  it('match a STOP that came before its START', () => {
    const trigger = lives({}, {}, { ...lateness, outOfOrdernessUs: 15 * SECOND });
    trigger.takeEach([stop(20), sample(12), start(10), watermark(20)]);
    expect(trigger.panes('life').map(brief)).toEqual(['[10, 20) 1 ON_TIME r0']);
    expect(trigger.rejections).toEqual([]);
  });

  it('lie in each of the windows that hold their START, where these overlap', () => {
    const types = [
      windowType('life', startStop({ onSecondStart: 'nest' })),
      windowType('run', startStop({ signal: 'run' }), { parent: 'life@1' }),
    ];
    const run = (phase: 'START' | 'STOP', at: number) => signal('run', at, { phase });
    const trigger = new Trigger(planOf({ types })).takeEach([
      ...[start(0), start(10), run('START', 12), stop(20), run('STOP', 25), stop(30)],
      watermark(40),
    ]);
    const [inner, outer] = trigger.panes('life');
    expect(trigger.panes('run').map((pane) => [brief(pane).slice(0, 8), pane.parentWindowId])).toEqual([
      ['[12, 20)', inner!.windowId],
      ['[12, 25)', outer!.windowId],
    ]);
  });

  it('need their metadata in one of them only', () => {
    const load = { load: { type: 'double' as const, required: true } };
    const types = [
      windowType('life', startStop({ onSecondStart: 'nest' })),
      windowType('run', startStop({ signal: 'run' }), { parent: 'life@1', metadata: load }),
    ];
    const lives = [start(0, { metadata: { load: 5 } }), start(10)];
    const trigger = new Trigger(planOf({ types })).takeEach([...lives, signal('run', 12, { phase: 'START' })]);
    trigger.takeEach([signal('run', 18, { phase: 'STOP' }), stop(20), stop(30), watermark(40)]);
    const outer = trigger.panes('life').find(({ startUs }) => startUs === 0)!;
    expect(trigger.panes('run').map(({ parentWindowId }) => parentWindowId)).toEqual([outer.windowId]);
    expect(trigger.rejections).toEqual([]);
  });

  it('match by correlation', () => {
    const job = (name: string) => ({ correlation: name });
    const trigger = lives({ onSecondStart: 'nest' }).takeEach([
      start(0, job('a')),
      start(5, job('b')),
      stop(10, job('a')),
      stop(20, job('b')),
      watermark(20),
    ]);
    expect(trigger.panes('life').map(brief)).toEqual(['[0, 10) 0 ON_TIME r0', '[5, 20) 0 ON_TIME r0']);
  });

  it('carry the metadata of their START, overlaid by the STOP; children inherit the former', () => {
    const trigger = lives().takeEach([
      start(0, { metadata: { load: 5, fault: null } }),
      sample(1),
      stop(10, { metadata: { fault: 'leak' } }),
      watermark(10),
    ]);
    expect(trigger.panes('life')[0]!.metadata).toEqual({ load: 5, fault: 'leak' });
    expect(trigger.panes('cycle')[0]!.metadata).toEqual({ load: 5, fault: null });
  });

  it('are refused without a required metadata field', () => {
    const life = windowType('life', startStop(), { metadata: { load: { type: 'double', unit: '%', required: true } } });
    const trigger = new Trigger(planOf({ types: [life] })).takeEach([start(0), start(5, { metadata: { load: 3 } })]);
    expect(trigger.rejections).toMatchObject([{ input: 0, code: 'METADATA_MISSING' }]);
    expect(trigger.rejections[0]!.message).toContain('load');
    trigger.take(watermark(2000));
    expect(trigger.panes()).toHaveLength(1);
  });

  it('are not opened twice by a START that comes again after they are forgotten', () => {
    const again = start(0);
    const trigger = lives({}, {}, { allowedLatenessUs: 0 }).takeEach([
      again,
      sample(1),
      stop(10),
      watermark(50),
      again,
    ]);
    expect(trigger.panes()).toHaveLength(2);
    expect(trigger.rejections).toMatchObject([{ to: 'late' }]);
    expect(trigger.state.types.get('life@1')!.windows).toEqual([]);
  });
});

describe('the last part of a parent', () => {
  const run = (partial: 'keep' | 'drop' | 'extend') =>
    lives({}, { partial }).takeEach([start(0), sample(5), sample(15), sample(23), stop(25), watermark(25)]);

  it('is kept with its true length', () => {
    expect(run('keep').panes('cycle').map(brief).at(-1)).toBe('[20, 25) 1 ON_TIME r0');
  });

  it('is dropped', () => {
    expect(run('drop').panes('cycle').map(brief)).toEqual(['[0, 10) 1 ON_TIME r0', '[10, 20) 1 ON_TIME r0']);
  });

  it('extends the last whole window', () => {
    expect(run('extend').panes('cycle').map(brief)).toEqual([
      '[0, 10) 1 ON_TIME r0',
      '[10, 20) 1 ON_TIME r0',
      '[10, 25) 2 LATE r1',
    ]);
  });
});

describe('children closed', () => {
  it('is said once parent and children have fired, and again when a late child appears', () => {
    const trigger = lives().takeEach([start(0), sample(5), sample(25), stop(30)]);
    expect(trigger.closed()).toEqual([]);
    trigger.take(watermark(30));
    const cycles = trigger.panes('cycle').map(({ windowId }) => windowId);
    expect(trigger.closed()).toMatchObject([{ childType: 'cycle@1', childWindowIds: cycles, version: 2 }]);
    trigger.take(sample(15));
    const late = trigger.panes('cycle').find(({ startUs }) => startUs === 10 * SECOND)!;
    expect(trigger.closed()[1]!.childWindowIds).toEqual([cycles[0], late.windowId, cycles[1]]);
    trigger.take(sample(16));
    expect(trigger.closed()).toHaveLength(2);
  });

  it('waits for a late child that has not fired yet', () => {
    const trigger = lives({}, {}, { ...lateness, coalesceLateMs: 2_000 });
    trigger.takeEach([start(0), sample(5), stop(30), watermark(30), sample(15)]);
    expect(trigger.closed()).toHaveLength(1);
    trigger.wait(2);
    expect(trigger.closed().map(({ childWindowIds }) => childWindowIds.length)).toEqual([1, 2]);
  });

  it('lists children that are forgotten long before their parent fires', () => {
    const trigger = lives({}, {}, { allowedLatenessUs: 0 }).takeEach([start(0), sample(5), sample(15), sample(25)]);
    expect(trigger.state.types.get('cycle@1')!.windows).toHaveLength(1);
    trigger.takeEach([stop(30), watermark(30)]);
    expect(trigger.closed()[0]!.childWindowIds).toEqual(trigger.panes('cycle').map(({ windowId }) => windowId));
    expect(trigger.closed()[0]!.childWindowIds).toHaveLength(3);
    expect(trigger.past.size).toBe(0);
    for (const type of trigger.state.types.values()) expect(type.windows).toEqual([]);
  });

  it('holds each element once where the rest of the parent extends a child that is aligned to the epoch', () => {
    const trigger = lives({}, { align: 'epoch', partial: 'extend' });
    trigger.takeEach([start(5), sample(6), sample(12), stop(18), watermark(500)]);
    expect(trigger.panes('cycle').map((pane) => brief(pane).slice(0, 10))).toEqual(['[5, 10) 1 ', '[10, 18) 1']);
  });

  it('is closed to a child that its end cuts in the very step that fires the child', () => {
    const types = [
      windowType('hot', condition({ minBreakUs: SECOND })),
      windowType('around', point(0, 5 * SECOND), { parent: 'hot@1' }),
    ];
    const trigger = new Trigger(planOf({ types }));
    const v = (second: number, value: number) => sample(second, { values: { v: value } });
    trigger.takeEach([v(75, 2), signal('alarm', 78), v(82, 0), watermark(100)]);
    expect(trigger.panes().map(({ startUs, endUs }) => [startUs / SECOND, endUs / SECOND])).toEqual([
      [75, 82],
      [78, 82],
    ]);
    expect(trigger.withdrawn()).toEqual([]);
  });

  it('withdraws forgotten children too when a late STOP leaves them outside', () => {
    const trigger = new Trigger(
      planOf({
        types: [
          windowType('life', startStop({ maxDurationUs: 40 * SECOND })),
          windowType('cycle', fixed(10 * SECOND, { align: 'parent' }), { parent: 'life@1' }),
        ],
        policies: [policy('life@1', lateness), policy('cycle@1')],
      }),
    ).takeEach([start(0), sample(5), sample(15), sample(25), sample(35), watermark(50)]);
    const cycles = trigger.panes('cycle').map(({ windowId }) => windowId);
    expect([trigger.closed()[0]!.childWindowIds, trigger.past.size]).toEqual([cycles, 1]);
    trigger.restart().take(stop(20));
    expect(trigger.withdrawn().map(({ windowId, version, outside }) => [windowId, version, outside?.endUs])).toEqual([
      [cycles[2], 2, 20 * SECOND],
      [cycles[3], 2, 20 * SECOND],
    ]);
    expect(trigger.closed()[1]!.childWindowIds).toEqual(cycles.slice(0, 2));
    trigger.take(watermark(500));
    expect(trigger.past.size).toBe(0);
  });

  it('is said for a parent without children too', () => {
    const trigger = lives().takeEach([start(0), stop(30), watermark(30)]);
    expect(trigger.closed()).toMatchObject([{ childWindowIds: [] }]);
  });
});
