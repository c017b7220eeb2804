import { describe, expect, it } from '@jest/globals';
import {
  brief,
  fixed,
  phased,
  planOf,
  policy,
  sample,
  SECOND,
  sliding,
  startStop,
  Trigger,
  watermark,
  windowType,
} from './scenario.ts';

const LATE = { allowedLatenessUs: 1_000 * SECOND };

describe('sliding windows', () => {
  const hourly = (rest: Parameters<typeof policy>[1] = {}) =>
    new Trigger(
      planOf({ types: [windowType('hop', sliding(10 * SECOND, 5 * SECOND))], policies: [policy('hop@1', rest)] }),
    );

  it('hold an element in every window that started within their size, also before 1970 and at the very edges', () => {
    const trigger = hourly().takeEach([sample(-10), sample(-0.000001), sample(0), watermark(100)]);
    expect(trigger.panes().map(brief)).toEqual([
      '[-15, -5) 1 ON_TIME r0 final',
      '[-10, 0) 2 ON_TIME r0 final',
      '[-5, 5) 2 ON_TIME r0 final',
      '[0, 10) 1 ON_TIME r0 final',
    ]);
  });

  it('fire one after the other as the watermark passes their ends', () => {
    const trigger = hourly().takeEach([sample(7), sample(10)]);
    expect(trigger.panes().map(brief)).toEqual(['[0, 10) 1 ON_TIME r0 final']);
    trigger.take(sample(15));
    expect(trigger.panes().map(brief)).toEqual(['[0, 10) 1 ON_TIME r0 final', '[5, 15) 2 ON_TIME r0 final']);
  });

  it('take a late element into those that may still be revised; it is late only where all are final', () => {
    const trigger = hourly().takeEach([sample(7), sample(10), sample(8), sample(4)]);
    expect(trigger.rejections).toMatchObject([{ to: 'late', code: 'LATE' }]);
    trigger.take(watermark(100));
    expect(trigger.panes().map(brief)).toEqual([
      '[0, 10) 1 ON_TIME r0 final',
      '[5, 15) 3 ON_TIME r0 final',
      '[10, 20) 1 ON_TIME r0 final',
    ]);
  });

  const nested = (partial: 'keep' | 'drop') =>
    new Trigger(
      planOf({
        types: [
          windowType('life', startStop({ onSecondStart: 'nest', maxDurationUs: 60 * SECOND })),
          windowType('hop', sliding(10 * SECOND, 5 * SECOND, { align: 'parent', partial }), { parent: 'life@1' }),
          windowType('cycle', fixed(10 * SECOND, { align: 'parent', partial }), { parent: 'life@1' }),
        ],
        policies: ['life@1', 'hop@1', 'cycle@1'].map((ref) => policy(ref, LATE)),
      }),
    );
  const of = (trigger: Trigger, type: string) =>
    [...trigger.finalPanes().values()]
      .filter(({ windowType: ref }) => ref === type)
      .sort((a, b) => a.startUs - b.startUs)
      .map(brief)
      .map((text) => text.split(' ', 3).join(' '));
  const life = [phased('START', 3), sample(4), sample(14), sample(26), phased('STOP', 28)];

  it('start within their parent, counted from its start; at its end they are cut', () => {
    const trigger = nested('keep').takeEach([...life, watermark(100)]);
    expect(of(trigger, 'hop@1')).toEqual(['[3, 13) 1', '[8, 18) 1', '[13, 23) 1', '[18, 28) 1', '[23, 28) 1']);
  });

  it('leave out those that reach beyond the end of their parent where the type says so', () => {
    const trigger = nested('drop').takeEach([...life, watermark(100)]);
    expect(of(trigger, 'hop@1')).toEqual(['[3, 13) 1', '[8, 18) 1', '[13, 23) 1', '[18, 28) 1']);
  });

  it.each(['keep', 'drop'] as const)(
    'hold what lay in the part of a parent that grew when it is whole now (%s)',
    (partial) => {
      const inputs = [
        phased('START', 0),
        sample(51),
        phased('STOP', 52),
        sample(51.5),
        phased('START', 40),
        sample(53),
      ];
      const inOrder = [...inputs].sort((a, b) => timeOf(a) - timeOf(b));
      const grown = nested(partial).takeEach([...inputs, watermark(1_000)]);
      const known = nested(partial).takeEach([...inOrder, watermark(1_000)]);
      for (const type of ['hop@1', 'cycle@1']) expect(of(grown, type)).toEqual(of(known, type));
    },
  );

  const timeOf = (input: ReturnType<typeof sample>): number => (input.kind === 'signal' ? input.signal.eventTimeUs : 0);
});
