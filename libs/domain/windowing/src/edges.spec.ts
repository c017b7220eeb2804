import { describe, expect, it } from '@jest/globals';
import type { Opening } from '@windlass/dag';
import { brief, fixed, planOf, policy, sample, SECOND, session, Trigger, watermark, windowType } from './scenario.ts';
import { timeOf } from './time.ts';

const US = 1 / SECOND;

const ten = (open: Opening, rest: Parameters<typeof policy>[1] = {}): Trigger =>
  new Trigger(planOf({ types: [windowType('ten', open)], policies: [policy('ten@1', rest)] }));

describe('at the exact edge', () => {
  it('of a window, its start is in it and its end is not', () => {
    const trigger = ten(fixed(10 * SECOND)).takeEach([sample(0), sample(10 - US), sample(10), watermark(100)]);
    expect(trigger.panes().map(brief)).toEqual(['[0, 10) 2 ON_TIME r0 final', '[10, 20) 1 ON_TIME r0 final']);
  });

  it('of the watermark, a window fires when it is reached, and not a microsecond before', () => {
    const trigger = ten(fixed(10 * SECOND)).takeEach([sample(5), watermark(10 - US)]);
    expect(trigger.panes()).toEqual([]);
    expect(trigger.take(watermark(10)).panes().map(brief)).toEqual(['[0, 10) 1 ON_TIME r0 final']);
  });

  it('of outOfOrderness, an element moves the watermark to its time less that', () => {
    const trigger = ten(fixed(10 * SECOND), { outOfOrdernessUs: 3 * SECOND }).takeEach([sample(5), sample(13 - US)]);
    expect(trigger.panes()).toEqual([]);
    expect(trigger.take(sample(13)).panes()).toHaveLength(1);
  });

  it('of the lateness, an element is taken a microsecond before the window is final, and late when it is', () => {
    const late = (at: number): Trigger =>
      ten(fixed(10 * SECOND), { allowedLatenessUs: 5 * SECOND }).takeEach([sample(1), watermark(at), sample(2)]);
    expect(
      late(15 - US)
        .panes()
        .map(brief),
    ).toEqual(['[0, 10) 1 ON_TIME r0', '[0, 10) 2 LATE r1']);
    expect(late(15).panes().map(brief)).toEqual(['[0, 10) 1 ON_TIME r0 final']);
    expect(late(15).rejections).toMatchObject([{ code: 'LATE' }]);
  });

  it('of the gap, signals that are a microsecond less apart are one session', () => {
    const trigger = ten(session(10 * SECOND)).takeEach([sample(0), sample(10 - US), sample(20 - US), watermark(100)]);
    expect(trigger.panes().map(brief)).toEqual([
      `[0, ${20 - US}) 2 ON_TIME r0 final`,
      `[${20 - US}, ${30 - US}) 1 ON_TIME r0 final`,
    ]);
  });

  it('of maxAhead, what is exactly that far ahead is taken', () => {
    const trigger = ten(fixed(10 * SECOND), { maxAheadUs: 60 * SECOND });
    const nowSeconds = trigger.nowUs / SECOND;
    trigger.takeEach([sample(nowSeconds + 60), sample(nowSeconds + 60 + US)]);
    expect(trigger.rejections.map(({ code }) => code)).toEqual(['TOO_FAR_AHEAD']);
    expect(trigger.state.types.get('ten@1')!.windows).toHaveLength(1);
  });
});

describe('far from now', () => {
  it.each(['1700-06-15T12:00:05Z', '1969-12-31T23:59:55.5Z', '2254-12-31T23:59:45Z'])(
    'a window holds what lies in it: %s',
    (text) => {
      const atUs = timeOf(text);
      const trigger = ten(fixed(10 * SECOND)).takeEach([sample(atUs / SECOND), watermark(atUs / SECOND + 20)]);
      const [pane] = trigger.panes();
      expect(pane).toMatchObject({ elements: 1, endUs: pane!.startUs + 10 * SECOND });
      expect(pane!.startUs <= atUs && atUs < pane!.endUs).toBe(true);
      expect(Math.abs(pane!.startUs % (10 * SECOND))).toBe(0);
    },
  );

  it('a clock that is years ahead closes nothing but where the policy lets it', () => {
    const trigger = ten(fixed(10 * SECOND), { maxAheadUs: 3_600 * SECOND }).take(sample(1));
    trigger.take(sample(timeOf('2254-01-01T00:00:00Z') / SECOND));
    expect(trigger.panes()).toEqual([]);
    expect(trigger.state.types.get('ten@1')!.watermarkUs).toBe(SECOND);
  });
});

describe('leap days', () => {
  const spansOf = (expression: string, ...times: string[]) => {
    const cron: Opening = { kind: 'cron', expression, zone: 'UTC', scope: 'source' };
    const trigger = ten(cron).takeEach(times.map((text) => sample(timeOf(text) / SECOND)));
    return trigger
      .panes()
      .map(({ startUs, endUs }) => [startUs, endUs].map((us) => new Date(us / 1000).toISOString().slice(0, 10)));
  };

  it('are days like others', () => {
    expect(spansOf('0 0 * * *', '2028-02-28T12:00:00Z', '2028-02-29T12:00:00Z', '2028-03-01T12:00:00Z')).toEqual([
      ['2028-02-28', '2028-02-29'],
      ['2028-02-29', '2028-03-01'],
    ]);
  });

  it('come every four years, but for most turns of a century', () => {
    expect(spansOf('0 0 29 2 *', '2097-01-01T00:00:00Z', '2105-01-01T00:00:00Z')).toEqual([
      ['2096-02-29', '2104-02-29'],
    ]);
  });
});
