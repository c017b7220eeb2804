import { describe, expect, it } from '@jest/globals';
import { BOUNDARY_LIMIT } from './boundaries.ts';
import {
  brief,
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

const alarm = (at: number, rest: Parameters<typeof signal>[2] = {}) => signal('alarm', at, rest);

describe('windows around a point', () => {
  const around = (rest: Parameters<typeof policy>[1] = {}, type: Parameters<typeof windowType>[2] = {}) =>
    new Trigger(
      planOf({
        types: [windowType('around', point(10 * SECOND, 5 * SECOND), type)],
        policies: [policy('around@1', { allowedLatenessUs: 20 * SECOND, ...rest })],
      }),
    );

  it('hold what came before it too, and fire when their end is reached', () => {
    const trigger = around().takeEach([sample(1), sample(9), sample(12), alarm(11), sample(15.9)]);
    expect(trigger.panes()).toEqual([]);
    trigger.take(sample(16));
    expect(trigger.panes().map(brief)).toEqual(['[1, 16) 4 ON_TIME r0']);
  });

  it('are one for each signal, also at one instant, and none more for one that comes twice', () => {
    const trigger = around().takeEach([
      alarm(11, { id: 'a' }),
      alarm(11, { id: 'b' }),
      alarm(11, { id: 'a' }),
      sample(12),
      watermark(100),
    ]);
    expect(trigger.panes().map(brief)).toEqual(['[1, 16) 1 ON_TIME r0 final', '[1, 16) 1 ON_TIME r0 final']);
    expect(new Set(trigger.panes().map(({ windowId }) => windowId)).size).toBe(2);
  });

  it('hold the signal itself only where the type reads it', () => {
    const trigger = around({}, { reads: ['sample', 'alarm'] }).takeEach([alarm(11), sample(12), watermark(16)]);
    expect(trigger.panes().map(brief)).toEqual(['[1, 16) 2 ON_TIME r0']);
  });

  it('take late elements and late points within the lateness; a point is late when its window is final', () => {
    const trigger = around().takeEach([alarm(11), watermark(20), sample(3), alarm(12), watermark(40), alarm(14)]);
    expect(trigger.panes().map(brief)).toEqual(['[1, 16) 0 ON_TIME r0', '[1, 16) 1 LATE r1', '[2, 17) 1 LATE r0']);
    expect(trigger.rejections).toMatchObject([{ to: 'late', code: 'LATE' }]);
    expect(trigger.finalized()).toHaveLength(2);
    expect(trigger.state.types.get('around@1')).toMatchObject({ windows: [], boundaries: [] });
  });

  it('take their metadata from the signal, which must have what is required', () => {
    const metadata = { code: { type: 'string' as const, required: true } };
    const trigger = around({}, { metadata }).takeEach([
      alarm(11, { metadata: { code: 'E7' } }),
      alarm(13),
      watermark(30),
    ]);
    expect(trigger.panes().map((pane) => pane.metadata)).toEqual([{ code: 'E7' }]);
    expect(trigger.rejections).toMatchObject([{ to: 'dlq', code: 'METADATA_MISSING' }]);
  });

  it('are refused beyond a limit, and those before stay', () => {
    const alarms = Array.from({ length: BOUNDARY_LIMIT + 2 }, (_, i) => alarm(i / 1_000));
    const trigger = around().take(...alarms, watermark(1_000));
    expect(trigger.panes()).toHaveLength(BOUNDARY_LIMIT);
    expect(trigger.rejections.map(({ code }) => code)).toEqual(['TOO_MANY_BOUNDARIES', 'TOO_MANY_BOUNDARIES']);
  });

  it('lie within the parent that holds the point, and come when it comes', () => {
    const trigger = new Trigger(
      planOf({
        types: [
          windowType('life', startStop(), { reads: ['sample'] }),
          windowType('around', point(10 * SECOND, 5 * SECOND), { parent: 'life@1' }),
        ],
        policies: [policy('life@1', { allowedLatenessUs: 500 * SECOND }), policy('around@1')],
      }),
    ).takeEach([alarm(6), sample(4), start(3), alarm(18), sample(19), stop(20)]);
    const alarms = () => trigger.panes('around').map(brief);
    trigger.take(watermark(20));
    expect(alarms()).toEqual(['[3, 11) 1 ON_TIME r0 final', '[8, 20) 1 ON_TIME r0 final']);
    // The parent is still open to late data; what is final within it does not come again.
    trigger.takeEach([alarm(21), watermark(100)]);
    expect(alarms()).toHaveLength(2);
  });
});
