import { describe, expect, it } from '@jest/globals';
import type { AvailabilityPolicy, Opening } from '@windlass/dag';
import fc from 'fast-check';
import { LOG_LIMIT } from './element-log.ts';
import type { Input } from './input.ts';
import {
  condition,
  count,
  fixed,
  planOf,
  point,
  policy,
  sample,
  SECOND,
  session,
  signal,
  sliding,
  start,
  startStop,
  state,
  stop,
  Trigger,
  watermark,
  windowType,
} from './scenario.ts';

const triggerOf = (open: Opening, everySeconds: number | null, rest: Partial<AvailabilityPolicy> = {}) =>
  new Trigger(
    planOf({
      types: [
        windowType('one', open, everySeconds === null ? {} : { expected: { everyUs: everySeconds * SECOND } }),
        windowType('other', fixed(10 * SECOND), { reads: ['noise'] }),
      ],
      policies: [policy('one@1', rest)],
    }),
  );

const gaps = (trigger: Trigger) => trigger.panes('one').map(({ gapUs }) => gapUs && gapUs / SECOND);

describe('the longest gap of a pane', () => {
  it('is the longest stretch without an element of its type, edges included', () => {
    const trigger = triggerOf(fixed(10 * SECOND), 1);
    trigger.take(...[1, 2, 6, 7].map((at) => sample(at)), signal('noise', 4));
    trigger.take(sample(14), sample(23), watermark(30));
    expect(gaps(trigger)).toEqual([4, 6, 7]);
  });

  it('shrinks when what was missing comes late; of an EARLY pane it counts what the watermark has passed', () => {
    const trigger = triggerOf(fixed(10 * SECOND), 1, { allowedLatenessUs: 60 * SECOND, early: { count: 3 } });
    trigger.take(sample(0), sample(1), sample(2)).take(sample(9), sample(11)).take(sample(5));
    expect(trigger.panes('one').map(({ timing }) => timing)).toEqual(['EARLY', 'ON_TIME', 'LATE']);
    expect(gaps(trigger)).toEqual([1, 7, 4]);
  });

  it('is known of nested windows too, and of windows that overlap', () => {
    const hop = triggerOf(sliding(10 * SECOND, 5 * SECOND), 1);
    hop.take(sample(1), sample(4), sample(9), sample(12), watermark(15));
    expect(gaps(hop)).toEqual([6, 5, 4]);
    const trigger = new Trigger(
      planOf({
        types: [
          windowType('life', startStop(), { reads: ['sample', 'life'] }),
          windowType('one', fixed(10 * SECOND, { align: 'parent' }), {
            parent: 'life@1',
            expected: { everyUs: SECOND },
          }),
        ],
      }),
    );
    trigger.takeEach([start(3), sample(4), sample(8), sample(14)]);
    expect(gaps(trigger)).toEqual([5]);
  });

  it('is null where nobody said how often a sample comes, where more come than are remembered, and where windows are longer', () => {
    for (const [open, every] of [
      [fixed(10 * SECOND), null],
      [fixed(10 * SECOND), 0.009],
      [point(SECOND, 10 * SECOND), 0.01],
      [{ kind: 'cron', expression: '*/20 * * * * *', zone: 'UTC', scope: 'source' }, 0.01],
      [{ kind: 'wholeLife' }, 1],
    ] as const) {
      const trigger = triggerOf(open, every).take(signal('alarm', 1), sample(1), watermark(9_000_000_000));
      expect(gaps(trigger)).toEqual([null]);
    }
    const flooded = triggerOf(fixed(10 * SECOND), 1).take(sample(1));
    flooded.take(...Array.from({ length: LOG_LIMIT + 1 }, (_, i) => signal('noise', 2 + i / 10_000)));
    expect(gaps(flooded.take(watermark(30)))).toEqual([null]);
  });

  it('is the same in the end whatever the order in which elements come', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 40 });
    const arrival = times.chain((seconds) =>
      fc.tuple(
        fc.constant(seconds),
        fc.shuffledSubarray(seconds, { minLength: seconds.length, maxLength: seconds.length }),
      ),
    );
    fc.assert(
      fc.property(arrival, ([seconds, shuffled]) => {
        const trigger = triggerOf(fixed(10 * SECOND), 1, {
          allowedLatenessUs: 60 * SECOND,
          dedupeHorizonUs: 0,
        });
        const inputs: Input[] = shuffled.map((at) => sample(at));
        trigger.takeEach(inputs).restart().take(watermark(1_000));
        for (const { startUs, gapUs } of trigger.finalPanes().values()) {
          const from = startUs / SECOND;
          const within = seconds.filter((at) => at >= from && at < from + 10).sort((a, b) => a - b);
          const edges = [from, ...within, from + 10];
          expect(gapUs! / SECOND).toBe(Math.max(...edges.slice(1).map((at, i) => at - edges[i]!)));
        }
      }),
    );
  });
});

describe('gaps and completeness of windows that are no grid', () => {
  const kinds: Readonly<Record<string, Opening>> = {
    session: session(4 * SECOND),
    startStop: startStop({ maxDurationUs: 25 * SECOND }),
    point: point(4 * SECOND, 6 * SECOND),
    condition: condition({ minDurationUs: SECOND, maxDurationUs: 40 * SECOND }),
    state: state({ maxDurationUs: 40 * SECOND }),
    count: count(5),
    cron: { kind: 'cron', expression: '*/15 * * * * *', zone: 'UTC', scope: 'source' },
  };
  const at = fc.integer({ min: 0, max: 59 });
  const event: fc.Arbitrary<Input> = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(at, fc.integer({ min: 0, max: 2 })).map(([t, v]) => sample(t, { values: { v } })),
    },
    { weight: 1, arbitrary: at.map((t) => signal('alarm', t)) },
    { weight: 1, arbitrary: at.map((t) => start(t)) },
    { weight: 1, arbitrary: at.map((t) => stop(t)) },
  );

  it.each(Object.keys(kinds))('are those of the elements that they hold, in whatever order these come: %s', (kind) => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 40 }), (events) => {
        const trigger = triggerOf(kinds[kind]!, 1, { allowedLatenessUs: 100 * SECOND, outOfOrdernessUs: 5 * SECOND });
        trigger.takeEach(events).take(watermark(1_000));
        const times = events.flatMap((one) =>
          one.kind === 'signal' && one.signal.name === 'sample' ? [one.signal.eventTimeUs] : [],
        );
        for (const { startUs, endUs, gapUs, completeness } of trigger.finalPanes().values()) {
          const held = times.filter((time) => startUs <= time && time < endUs).sort((a, b) => a - b);
          const edges = [startUs, ...held, ...(kind === 'session' ? [] : [endUs])];
          expect(gapUs).toBe(Math.max(0, ...edges.slice(1).map((time, i) => time - edges[i]!)));
          const whole =
            kind === 'session' ? (endUs - startUs) / SECOND - 3 : Math.max(1, Math.floor((endUs - startUs) / SECOND));
          expect(completeness).toBe(Math.min(1, held.length / whole));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are told only of what is long enough to be known, whatever it was before', () => {
    const ended = (by: number) =>
      triggerOf(startStop({ maxDurationUs: 5_000 * SECOND }), 1, { allowedLatenessUs: 1_200 * SECOND })
        .take(start(0))
        .take(...Array.from({ length: 2_000 }, (_, i) => sample(0.7 * i)), watermark(1_600))
        .take(stop(by), watermark(1_600));
    expect(gaps(ended(1_550))).toEqual([null]);
    expect(
      ended(401)
        .panes('one')
        .map(({ elements, gapUs }) => [elements, gapUs]),
    ).toEqual([[573, null]]);
    const short = triggerOf(startStop({ maxDurationUs: 5_000 * SECOND }), 1);
    short.takeEach([start(0), sample(1), sample(2), sample(7), stop(10), watermark(20)]);
    expect(gaps(short)).toEqual([5]);
  });

  it('are not guessed while nobody knows where the window ends', () => {
    const early = { early: { count: 1 } };
    const told = (trigger: Trigger) => trigger.panes('one').map(({ timing, completeness }) => [timing, completeness]);
    const trigger = triggerOf(startStop(), 1, early).takeEach([start(0), sample(1), stop(4), watermark(5)]);
    expect(told(trigger)).toEqual([
      ['EARLY', null],
      ['ON_TIME', 0.25],
    ]);
    expect(told(triggerOf(fixed(10 * SECOND), 1, early).takeEach([sample(1), watermark(10)]))).toEqual([
      ['EARLY', 0.1],
      ['ON_TIME', 0.1],
    ]);
  });
});

describe('the watermark of a pane', () => {
  it('is what it was when the pane fired', () => {
    const trigger = triggerOf(fixed(10 * SECOND), null, { outOfOrdernessUs: 2 * SECOND, early: { count: 1 } });
    trigger.take(sample(1)).take(sample(11.5)).take(sample(15));
    expect(
      trigger.panes('one').map(({ timing, watermarkUs }) => [timing, watermarkUs && watermarkUs / SECOND]),
    ).toEqual([
      ['EARLY', null],
      ['EARLY', -1],
      ['EARLY', 9.5],
      ['ON_TIME', 13],
    ]);
  });
});
