import { describe, expect, it } from '@jest/globals';
import type { Opening } from '@windlass/dag';
import type { Input } from '../input.ts';
import { lifeOf } from '../life.ts';
import {
  condition,
  count,
  fixed,
  planOf,
  policy,
  sample,
  SECOND,
  session,
  start,
  startStop,
  state,
  Trigger,
  watermark,
  windowType,
} from '../scenario.ts';
import { codesOf, explained, explainedAt, textOf } from './explain.fixture.ts';

const v = (seconds: number, value: number): Input => sample(seconds, { values: { v: value } });

const trigger = (open: Opening, rest: Parameters<typeof policy>[1] = {}): Trigger =>
  new Trigger(planOf({ types: [windowType('hot', open)], policies: [policy('hot@1', rest)] }));

const now = (of: Trigger, start: number, type = 'hot@1') => {
  const explanation = explainedAt(of, type, start);
  return { codes: codesOf(explanation.now), texts: explanation.now.map(textOf), headline: explanation.headline };
};

describe('a window of a condition, state or count that is open', () => {
  it.each([
    [
      condition(),
      'Nothing had ended it at 15, when the last sample came: it ends with the first for which values.v > 1.0 does not hold, or at 1010 at the latest (maxDuration 1000s).',
    ],
    [
      condition({ maxGapUs: 60 * SECOND, to: 'values.v < 0.0' }),
      'Nothing had ended it at 15, when the last sample came: it ends with the first for which values.v < 0.0 holds, or at 75 if no sample comes (maxGap 1m).',
    ],
    [
      state({ maxDurationUs: 30 * SECOND }),
      'values.v was 2 still at 15, when the last sample came: it ends with the first for which that is different, or at 40 at the latest (maxDuration 30s).',
    ],
  ])('says what would end it: %j', (open, text) => {
    const { codes, texts } = now(trigger(open).takeEach([v(10, 2), v(15, 2)]), 10);
    expect(codes).toEqual(['STILL_OPEN', 'WAITS_FOR_WATERMARK', 'SILENCE_HOLDS']);
    expect(texts[0]).toBe(text);
  });

  it('says that a break is not decided yet, and when it will be', () => {
    const hot = trigger(condition({ minBreakUs: 5 * SECOND })).takeEach([v(10, 2), v(20, 0), v(22, 0)]);
    expect(now(hot, 10)).toMatchObject({
      codes: ['BREAK_UNDECIDED', 'WAITS_FOR_WATERMARK', 'SILENCE_HOLDS'],
      headline: { facts: { brokenUs: 20 * SECOND, decidedUs: 25 * SECOND } },
    });
    hot.take(watermark(25));
    expect(hot.panes().map(({ endUs }) => endUs)).toEqual([20 * SECOND]);
  });

  it('says how many samples it has', () => {
    const hot = trigger(count(5, 60 * SECOND)).takeEach([sample(10, { count: 2 }), sample(11)]);
    expect(now(hot, 10).texts[0]).toBe(
      'It has 3 of 5 samples: it ends with the sample that makes them 5, or at 70 with fewer (maxDuration 1m).',
    );
  });

  it('says nothing of that once its end is settled', () => {
    const hot = trigger(condition(), { outOfOrdernessUs: 60 * SECOND }).takeEach([v(10, 2), v(20, 0), v(30, 2)]);
    expect(now(hot, 10).codes).toEqual(['WAITS_FOR_WATERMARK', 'SILENCE_HOLDS']);
    expect(now(hot, 30).codes[0]).toBe('STILL_OPEN');
  });

  it('looks only at what came within its parent', () => {
    const types = [windowType('life', startStop()), windowType('hot', condition(), { parent: 'life@1' })];
    const slow = { outOfOrdernessUs: 60 * SECOND };
    const hot = new Trigger(planOf({ types, policies: [policy('life@1', slow), policy('hot@1', slow)] }));
    hot.takeEach([v(1, 2), start(10), v(20, 2)]);
    expect(now(hot, 20).codes[0]).toBe('STILL_OPEN');
    expect(now(hot, 20).headline.facts['lastUs']).toBe(20 * SECOND);
  });

  it('tells when and by what it had lasted for long enough', () => {
    const hot = trigger(condition({ minDurationUs: 15 * SECOND })).takeEach([v(0, 2), watermark(15)]);
    expect(explainedAt(hot, 'hot@1', 0).timeline.map(textOf)[0]).toMatch(
      /^Opened once it had lasted for long enough \(minDuration\), which a WATERMARK that was sent \(id .*, event time 15\) told \(DAG/,
    );
    const inside = trigger(condition({ minDurationUs: 15 * SECOND })).takeEach([v(0, 2), v(16, 2)]);
    expect(codesOf(explainedAt(inside, 'hot@1', 0).timeline)).toEqual(['OPENED']);
  });

  it('a late signal that divides a window makes place for the rest', () => {
    const hot = trigger(condition(), { allowedLatenessUs: 1_000 * SECOND });
    hot.takeEach([v(0, 2), v(10, 2), v(20, 2), v(30, 0), v(5, 0)]);
    expect(codesOf(explainedAt(hot, 'hot@1', 10).timeline)[0]).toBe('OPENED_WHEN');
  });
});

describe('a window of a whole life', () => {
  it('never ends, unless the registry says until when the source is valid', () => {
    const life = trigger({ kind: 'wholeLife' }).take(sample(3));
    expect(now(life, 3).codes).toEqual(['NEVER_ENDS', 'WAITS_FOR_WATERMARK', 'SILENCE_HOLDS']);
    const validity = { validFromUs: 0, validToUs: 9 * SECOND };
    const plan = planOf({ types: [windowType('hot', { kind: 'wholeLife' })] }, 'unit-1', validity);
    const valid = new Trigger(plan, 'unit-1', lifeOf(validity)).take(sample(3));
    expect(now(valid, 0).codes).toEqual(['WAITS_FOR_WATERMARK', 'SILENCE_HOLDS']);
  });
});

describe('a window in a session', () => {
  it('is not final as long as the session may merge', () => {
    const types = [
      windowType('s', session(30 * SECOND)),
      windowType('part', fixed(5 * SECOND, { align: 'parent' }), { parent: 's@1' }),
    ];
    const of = new Trigger(planOf({ types }));
    of.takeEach([sample(0), sample(3), sample(12)]);
    const { codes, headline } = now(of, 0, 'part@1');
    const [parent] = of.state.types.get('s@1')!.windows;
    expect(codes).toEqual(['WAITS_FOR_SESSION']);
    expect(headline.facts).toMatchObject({ sessionId: parent!.id, sessionEndUs: 42 * SECOND });
    of.take(sample(100));
    const first = of.panes('part').find(({ startUs }) => startUs === 0)!;
    expect(explained(of, first.windowId).headline.code).toBe('IS_OVER');
  });
});
