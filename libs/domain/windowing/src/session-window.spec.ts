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
  session,
  start,
  startStop,
  stop,
  Trigger,
  watermark,
  windowType,
} from './scenario.ts';

describe('sessions', () => {
  const busy = (rest: Parameters<typeof policy>[1] = {}) =>
    new Trigger(
      planOf({
        types: [windowType('busy', session(10 * SECOND), { keepSignals: { count: 100, bytes: 100_000 } })],
        policies: [policy('busy@1', rest)],
        algorithms: [algorithm('a', 'busy@1', { dependencies: [previous(2)] })],
      }),
    );
  const late = { allowedLatenessUs: 100 * SECOND };

  it('last as long as signals follow each other by less than the gap; windows that only touch are two', () => {
    const trigger = busy().takeEach([sample(0), sample(9.999999), sample(20), sample(30), watermark(100)]);
    expect(trigger.panes().map(brief)).toEqual([
      '[0, 19.999999) 2 ON_TIME r0 final',
      '[20, 30) 1 ON_TIME r0 final',
      '[30, 40) 1 ON_TIME r0 final',
    ]);
    expect(trigger.panes()[2]!.previous).toMatchObject([
      {
        windowIds: trigger
          .panes()
          .slice(0, 2)
          .map((p) => p.windowId),
      },
    ]);
  });

  it('grow by late elements as revisions', () => {
    const trigger = busy(late).takeEach([sample(0), watermark(12), sample(5), watermark(15), watermark(200)]);
    expect(trigger.panes().map(brief)).toEqual(['[0, 10) 1 ON_TIME r0', '[0, 15) 2 LATE r1']);
    expect(trigger.finalized()).toMatchObject([{ revision: 1, startUs: 0, endUs: 15 * SECOND }]);
  });

  it('merge: the later one is withdrawn, naming the earlier one, whose next revision holds both', () => {
    const trigger = busy(late).takeEach([sample(0), sample(15), watermark(30), sample(7)]);
    const [first, second] = trigger.panes();
    expect(trigger.panes().map(brief)).toEqual(['[0, 10) 1 ON_TIME r0', '[15, 25) 1 ON_TIME r0', '[0, 25) 3 LATE r1']);
    expect(trigger.panes()[2]!.windowId).toBe(first!.windowId);
    expect(trigger.panes()[2]!.signals!.map(({ eventTimeUs }) => eventTimeUs / SECOND)).toEqual([0, 7, 15]);
    expect(trigger.withdrawn()).toMatchObject([{ windowId: second!.windowId, replacedBy: [first!.windowId] }]);
  });

  it('whose start moves are withdrawn for one that begins at revision 0', () => {
    const trigger = busy(late).takeEach([sample(5), sample(20), watermark(40), sample(0), sample(12)]);
    const [five, twenty, zero] = trigger.panes();
    expect(trigger.panes().map(brief)).toEqual([
      '[5, 15) 1 ON_TIME r0',
      '[20, 30) 1 ON_TIME r0',
      '[0, 15) 2 LATE r0',
      // It has another window before it now.
      '[20, 30) 1 LATE r1',
      '[0, 30) 4 LATE r1',
    ]);
    expect(trigger.withdrawn().map(({ windowId, replacedBy }) => [windowId, replacedBy])).toEqual([
      [five!.windowId, [zero!.windowId]],
      [twenty!.windowId, [zero!.windowId]],
    ]);
  });

  it('that have not fired merge without a word', () => {
    const trigger = busy().takeEach([sample(8), sample(2), sample(-4), watermark(100)]);
    expect(trigger.records.map(({ kind }) => kind)).toEqual(['pane']);
    expect(trigger.panes().map(brief)).toEqual(['[-4, 18) 3 ON_TIME r0 final']);
  });

  it('judge lateness on the merged window: what joins one that may be revised is not late', () => {
    const trigger = busy({ allowedLatenessUs: 5 * SECOND }).takeEach([
      sample(10),
      sample(18),
      watermark(30),
      sample(1),
      sample(0),
    ]);
    expect(trigger.panes().map(brief)).toEqual(['[10, 28) 2 ON_TIME r0', '[1, 28) 3 LATE r0', '[0, 28) 4 LATE r0']);
    trigger.takeEach([watermark(33), sample(2)]);
    expect(trigger.rejections).toMatchObject([{ to: 'late', code: 'LATE' }]);
  });

  it('lie within their parent and are cut where it ends', () => {
    const trigger = new Trigger(
      planOf({
        types: [
          windowType('life', startStop(), { reads: ['sample'] }),
          windowType('busy', session(10 * SECOND), { parent: 'life@1' }),
        ],
        policies: [policy('life@1', late), policy('busy@1', late)],
      }),
    ).takeEach([start(0), sample(1), sample(8), sample(16), stop(12), watermark(300)]);
    expect([...trigger.finalPanes().values()].map(brief).sort()).toEqual([
      '[0, 12) 2 ON_TIME r0',
      '[1, 12) 2 ON_TIME r0',
    ]);
  });
});

describe('windows within sessions', () => {
  const nested = (rest: Parameters<typeof policy>[1] = {}) =>
    new Trigger(
      planOf({
        types: [
          windowType('busy', session(10 * SECOND)),
          windowType('part', fixed(4 * SECOND, { align: 'parent' }), { parent: 'busy@1' }),
          windowType('run', startStop(), { parent: 'busy@1', reads: ['sample', 'life'] }),
        ],
        policies: ['busy@1', 'part@1', 'run@1'].map((ref) => policy(ref, rest)),
      }),
    );

  it('fire on time, and are final when the session is', () => {
    const trigger = nested().takeEach([sample(0), sample(3), sample(6), watermark(9)]);
    expect(trigger.panes('part').map(brief)).toEqual(['[0, 4) 2 ON_TIME r0', '[4, 8) 1 ON_TIME r0']);
    expect(trigger.finalized()).toEqual([]);
    trigger.take(watermark(16));
    expect(trigger.panes('busy').map(brief)).toEqual(['[0, 16) 3 ON_TIME r0 final']);
    expect(trigger.finalized().map(({ windowType: type, startUs }) => [type, startUs / SECOND])).toEqual([
      ['part@1', 0],
      ['part@1', 4],
    ]);
    expect([...trigger.state.types.values()].map(({ windows }) => windows)).toEqual([[], [], []]);
  });

  it('become windows of the session that theirs has become part of', () => {
    const trigger = nested({ allowedLatenessUs: 60 * SECOND });
    trigger.takeEach([sample(0), sample(15), start(16), stop(18), watermark(40), sample(7), watermark(500)]);
    const [busy, ...others] = [...trigger.finalPanes().values()].filter(({ windowType: type }) => type === 'busy@1');
    expect([busy!.startUs, busy!.endUs, others]).toEqual([0, 25 * SECOND, []]);
    const within = [...trigger.finalPanes().values()].filter(({ parentWindowId }) => parentWindowId === busy!.windowId);
    expect(within.map((pane) => `${pane.windowType} ${pane.startUs / SECOND} ${pane.elements}`).sort()).toEqual([
      'part@1 0 1',
      'part@1 12 1',
      'part@1 4 1',
      'run@1 16 1',
    ]);
    expect(trigger.finalPanes().size).toBe(5);
  });

  it('take late elements for as long as the session may merge', () => {
    const trigger = nested().takeEach([sample(0), sample(5), sample(10), sample(15), sample(1)]);
    expect(trigger.rejections).toEqual([]);
    expect(trigger.panes('part').map(brief).slice(-1)).toEqual(['[0, 4) 2 LATE r1']);
  });

  it('are not lost by a merge: it is refused where the hub does not remember their elements any more', () => {
    const trigger = nested({ allowedLatenessUs: 1e5 * SECOND });
    trigger.take(sample(0), ...Array.from({ length: 10_002 }, (_, i) => sample(15 + i)));
    trigger.take(sample(8));
    expect(trigger.rejections).toMatchObject([{ code: 'SESSION_TOO_LONG', to: 'dlq' }]);
    expect(trigger.state.types.get('busy@1')!.windows).toHaveLength(2);
  });
});
