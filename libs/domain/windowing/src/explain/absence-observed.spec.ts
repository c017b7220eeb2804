import { describe, expect, it } from '@jest/globals';
import type { Opening } from '@windlass/dag';
import type { Input } from '../input.ts';
import {
  condition,
  count,
  planOf,
  policy,
  sample,
  SECOND,
  signal,
  start,
  startStop,
  state,
  stop,
  Trigger,
  watermark,
  windowType,
} from '../scenario.ts';
import { absence, codesOf, LEFT_OPEN, readOf, textOf } from './explain.fixture.ts';

const v = (seconds: number, value: number, rest: object = {}): Input =>
  sample(seconds, { values: { v: value }, ...rest });
const lateness = { allowedLatenessUs: 1_000 * SECOND };

const trigger = (
  open: Opening,
  rest: Parameters<typeof policy>[1] = lateness,
  type: Parameters<typeof windowType>[2] = {},
): Trigger => new Trigger(planOf({ types: [windowType('hot', open, type)], policies: [policy('hot@1', rest)] }));

const why = (of: Trigger, at: number): { texts: string[]; codes: string[] } => {
  const explanation = absence(of, 'hot@1', at);
  const { now } = explanation;
  expect(readOf(explanation).join('\n')).not.toMatch(LEFT_OPEN);
  return { texts: now.map(textOf), codes: codesOf(now) };
};

describe('why there is no window of a condition', () => {
  it('the last signal before did not meet it', () => {
    const hot = trigger(condition()).takeEach([v(0, 0), v(10, 0.5), v(20, 3), v(30, 0)]);
    expect(why(hot, 15)).toEqual({
      codes: ['LAST_DID_NOT_HOLD', 'NEXT_OPENS'],
      texts: ['The last sample before, at 10, did not meet values.v > 1.0.', 'The next one that opens is at 20.'],
    });
  });

  it('with two thresholds the last one lies between them, or closes', () => {
    const between = condition({ from: 'values.v > 80.0', to: 'values.v < 70.0' });
    const hot = trigger(between).takeEach([v(0, 75), v(10, 65), v(20, 90)]);
    expect(why(hot, 5).texts[0]).toBe(
      'The last sample before, at 0, met neither values.v > 80.0, which opens, nor values.v < 70.0, which closes.',
    );
    expect(why(hot, 15).texts[0]).toBe('The last sample before, at 10, met values.v < 70.0, which closes.');
  });

  it('it held for less than minDuration', () => {
    const hot = trigger(condition({ minDurationUs: 15 * SECOND })).takeEach([v(0, 2), v(5, 2), v(10, 0), v(90, 0)]);
    expect(why(hot, 5)).toEqual({
      codes: ['HELD_TOO_SHORT'],
      texts: ['values.v > 1.0 held from 0 to 10: for 10s, and only what lasts 15s (minDuration) makes a window.'],
    });
  });

  it('it has not held for minDuration yet', () => {
    const hot = trigger(condition({ minDurationUs: 15 * SECOND })).takeEach([v(0, 2), v(5, 2)]);
    expect(why(hot, 3).codes).toEqual(['NOT_LONG_ENOUGH_YET']);
    expect(absence(hot, 'hot@1', 3).headline.facts).toMatchObject({ startUs: 0, dueUs: 15 * SECOND });
  });

  it.each([
    [
      'a signal',
      {},
      [v(0, 2), v(10, 2), v(20, 0), v(90, 0)],
      'ENDED_BY_SIGNAL',
      'from 0 to 20, where a sample that does not meet it ended it.',
    ],
    [
      'a break',
      { minBreakUs: 5 * SECOND },
      [v(0, 2), v(20, 0), v(30, 0), v(90, 0)],
      'ENDED_BY_SIGNAL',
      'from 0 to 20, where',
    ],
    [
      'a break that the watermark has decided',
      { minBreakUs: 5 * SECOND },
      [v(0, 2), v(20, 0), v(22, 0), watermark(90)],
      'ENDED_BY_SIGNAL',
      'from 0 to 20, where',
    ],
    [
      'its closing condition',
      { to: 'values.v < 0.0' },
      [v(0, 2), v(20, -1), v(90, 0)],
      'ENDED_BY_SIGNAL',
      'where a sample that meets values.v < 0.0 ended it.',
    ],
    [
      'maxGap',
      { maxGapUs: 10 * SECOND },
      [v(0, 2), v(9, 2), v(90, 0)],
      'ENDED_BY_GAP',
      'from 0 to 19: then nothing came for 10s',
    ],
    [
      'maxGap, and nothing after',
      { maxGapUs: 10 * SECOND },
      [v(0, 2), v(9, 2), watermark(90)],
      'ENDED_BY_GAP',
      'from 0 to 19: then nothing',
    ],
    [
      'maxDuration',
      { maxDurationUs: 15 * SECOND },
      [v(0, 2), v(10, 2), v(90, 0)],
      'ENDED_BY_DURATION',
      'from 0 to 15, where maxDuration (15s) ended it.',
    ],
  ] as const)('it ended before, by %s', (_, rest, inputs, code, text) => {
    const hot = trigger(condition(rest)).takeEach(inputs);
    const { codes, texts } = why(hot, 50);
    expect(codes.filter((one) => one.startsWith('ENDED'))).toEqual([code]);
    expect(texts.find((one) => one.includes('held from'))).toContain(text);
  });

  it('what came after the end is told before how the window was cut', () => {
    const hot = trigger(condition()).takeEach([v(0, 2), v(10, 2), v(20, 0), v(30, 0), v(90, 0)]);
    expect(why(hot, 25).codes).toEqual(['ENDED_BY_SIGNAL', 'WINDOW_CUT']);
    expect(why(hot, 50).codes).toEqual(['ENDED_BY_SIGNAL', 'LAST_DID_NOT_HOLD', 'WINDOW_CUT']);
  });

  it('it could not be judged on the signals, and what these have is named where they are kept', () => {
    const w = (seconds: number): Input => sample(seconds, { values: { w: 1 } });
    const hot = trigger(condition()).takeEach([w(0), w(10), w(20)]);
    expect(why(hot, 15)).toEqual({
      codes: ['SIGNALS_UNJUDGED', 'NOTHING_JUDGED'],
      texts: [
        '2 signals sample from 0 to 10 told hot@1 nothing: values.v > 1.0 could not be judged.',
        'No sample before that time is remembered on which values.v > 1.0 could be judged.',
      ],
    });
    const kept = trigger(condition(), lateness, { keepSignals: { count: 10, bytes: 1e6 } }).takeEach([v(0, 0), w(10)]);
    expect(why(kept, 10).texts[0]).toBe(
      'A sample at 10 told hot@1 nothing: values.v > 1.0 could not be judged, they have only values.w.',
    );
    expect(absence(kept, 'hot@1', 10).headline.facts['names']).toBe('values.v');
  });

  it('of times that are final, what is remembered in sums only', () => {
    const hot = trigger(condition(), {}).takeEach([v(0, 2), v(10, 2), v(20, 0), v(30, 0), v(40, 0), v(90, 0)]);
    const { codes, texts } = why(hot, 30);
    expect(codes).toEqual(['WINDOW_BEFORE', 'SIGNALS_FOLDED', 'WINDOW_CUT', 'TIME_IS_FINAL']);
    expect(texts[0]).toMatch(/^The window before, [0-9a-f]{32}, ended at 20\.$/);
    expect(texts[1]).toContain('A sample came at 30; what it told is not remembered one by one any more');
    expect(why(hot, 60).codes).toContain('NO_SIGNAL_NEAR');
  });

  it('lies in another: there is none of those, or what was told in it', () => {
    const types = [
      windowType('life', startStop()),
      windowType('hot', condition({ minDurationUs: 15 * SECOND }), { parent: 'life@1' }),
    ];
    const hot = new Trigger(planOf({ types, policies: [policy('life@1', lateness), policy('hot@1', lateness)] }));
    hot.takeEach([v(5, 2), start(10), v(20, 2), v(25, 0), v(30, 0), stop(40), v(50, 2)]);
    expect(why(hot, 22).codes).toEqual(['HELD_TOO_SHORT']);
    expect(why(hot, 28).codes).toEqual(['ENDED_BY_SIGNAL']);
    expect(why(hot, 45).codes).toEqual(['NO_PARENT', 'WINDOW_CUT']);
  });

  it('lacked metadata', () => {
    const types = [
      windowType('life', startStop()),
      windowType('hot', condition(), {
        parent: 'life@1',
        metadata: { load: { type: 'double', required: true } },
      }),
    ];
    const hot = new Trigger(planOf({ types, policies: [policy('life@1', lateness), policy('hot@1', lateness)] }));
    hot.takeEach([start(10), v(20, 2), v(25, 0), v(30, 0)]);
    expect(why(hot, 22).codes).toEqual(['STRETCH_WITHOUT_WINDOW']);
  });
});

describe('why there is no window of a state', () => {
  it('it had that value for less than minDuration', () => {
    const hot = trigger(state({ minDurationUs: 15 * SECOND })).takeEach([v(0, 1), v(20, 2), v(30, 3), v(90, 3)]);
    expect(why(hot, 25).texts).toEqual([
      'values.v was 2 from 20 to 30: for 10s, and only what lasts 15s (minDuration) makes a window.',
      'The next one that opens is at 30.',
    ]);
  });

  it('silence ended it, or its greatest length', () => {
    const gap = trigger(state({ maxGapUs: 10 * SECOND })).takeEach([v(0, 1), v(5, 1), v(90, 1)]);
    expect(why(gap, 50).texts[0]).toBe(
      'values.v was 1 from 0 to 15: then nothing came for 10s (maxGap), which ended it.',
    );
    const long = trigger(state({ maxDurationUs: 10 * SECOND })).takeEach([v(0, 1), v(5, 1), v(90, 1)]);
    expect(why(long, 50).texts[0]).toBe('values.v was 1 from 0 to 10, where maxDuration (10s) ended it.');
  });

  it('none could be judged', () => {
    const hot = trigger(state({ of: 'values.mode' })).takeEach([v(0, 1), v(5, 1)]);
    expect(why(hot, 3).codes).toEqual(['SIGNALS_UNJUDGED', 'NOTHING_JUDGED']);
  });
});

describe('why there is no window of so many samples', () => {
  it('they were full, or too few for too long, and the next begins with the next', () => {
    const hot = trigger(count(2, 30 * SECOND)).takeEach([sample(0), sample(10), sample(40), sample(90), sample(91)]);
    expect(why(hot, 20).texts).toEqual([
      expect.stringContaining('The samples before, from 0 on, were 2 at 10.000001'),
      'The next one that opens is at 40.',
      expect.stringContaining('held that time once'),
    ]);
    expect(why(hot, 80).texts[0]).toBe('The samples before began at 40 and ended at 70 with 1 of 2, by maxDuration.');
  });

  it('none had come', () => {
    const types = [windowType('hot', count(2)), windowType('other', count(2), { reads: ['other'] })];
    const hot = new Trigger(planOf({ types, policies: [policy('hot@1', lateness)] }));
    hot.takeEach([signal('other', 0), sample(50)]);
    expect(why(hot, 20).texts[0]).toBe('No sample before that time is remembered that opened a window of hot@1.');
  });
});
