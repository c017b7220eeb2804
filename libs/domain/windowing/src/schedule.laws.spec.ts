import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AvailabilityPolicy, Opening } from '@windlass/dag';
import type { Input } from './input.ts';
import { fixed, planOf, policy, sample, SECOND, sliding, Trigger, watermark, windowType } from './scenario.ts';
import { ENDLESS, FOREVER } from './time.ts';

const FIVE_MINUTES: Opening = { kind: 'cron', expression: '*/5 * * * *', zone: 'UTC', scope: 'source' };
const SIZE = 300;

const of = (rest: Partial<AvailabilityPolicy> = {}, open: Opening = FIVE_MINUTES): Trigger =>
  new Trigger(planOf({ types: [windowType('report', open)], policies: [policy('report@1', rest)] }));
const starts = (trigger: Trigger): number[] => trigger.panes().map(({ startUs }) => startUs / SECOND);
/** Starts of the windows that end by this second. */
const upTo = (second: number): number[] => Array.from({ length: Math.floor(second / SIZE) }, (_, i) => i * SIZE);

const ways: Record<string, (second: number) => Input> = {
  element: (second) => sample(second),
  idle: (second) => watermark(second, { cause: 'idle' }),
  maxIdle: (second) => watermark(second, { cause: 'max-idle' }),
  told: (second) => watermark(second),
};
const way = fc.constantFrom(...Object.keys(ways));
const lateness = fc.integer({ min: 0, max: 1_000 }).map((seconds) => ({ allowedLatenessUs: seconds * SECOND }));

describe('windows of a schedule', () => {
  it('are those that the watermark has passed, oldest first, in whatever ways and steps it comes there, also over restarts', () => {
    const step = fc.record({ by: way, second: fc.integer({ min: 10, max: 20_000 }), restarts: fc.boolean() });
    fc.assert(
      fc.property(lateness, fc.array(step, { minLength: 1, maxLength: 6 }), (rest, steps) => {
        const trigger = of(rest).take(sample(10));
        const inOrder = [...steps].sort((a, b) => a.second - b.second);
        for (const { by, second, restarts } of inOrder) {
          if (restarts) trigger.restart();
          trigger.take(ways[by]!(second));
          expect(starts(trigger)).toEqual(upTo(second));
        }
        expect(trigger.rejections).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('do not depend on the order in which WATERMARKs and elements come that are not late', () => {
    const seconds = fc.array(fc.integer({ min: 0, max: 9_000 }), { minLength: 1, maxLength: 8 });
    const inputs = seconds.chain((all) => fc.shuffledSubarray(all, { minLength: all.length }));
    fc.assert(
      fc.property(inputs, fc.array(fc.integer({ min: 0, max: 9_000 }), { maxLength: 4 }), (elements, told) => {
        const trigger = of({ allowedLatenessUs: 20_000 * SECOND }).take(sample(0));
        elements.forEach((second, i) => {
          trigger.take(sample(second));
          if (told[i] !== undefined) trigger.take(watermark(told[i]));
        });
        trigger.take(watermark(9_000));
        expect([...trigger.finalPanes().values()].map(({ startUs }) => startUs / SECOND).sort((a, b) => a - b)).toEqual(
          upTo(9_000),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('come as far ahead of the clock as maxAhead allows, by whatever; a WATERMARK told further ahead opens none and closes none', () => {
    for (const by of Object.keys(ways)) {
      const trigger = of({ maxAheadUs: 600 * SECOND });
      trigger.nowUs = 400 * SECOND;
      trigger.takeEach([sample(10), watermark(1_000), watermark(1_001)]);
      expect([starts(trigger), trigger.rejections.map(({ code }) => code)]).toEqual([upTo(1_000), ['TOO_FAR_AHEAD']]);
      trigger.nowUs = 2_000 * SECOND;
      trigger.restart().take(ways[by]!(2_110));
      expect([starts(trigger), trigger.skipped, trigger.rejections.length]).toEqual([upTo(2_110), [], 1]);
    }
  });

  it('are ended by a WATERMARK at the end of time, which opens none', () => {
    for (const told of [ENDLESS, FOREVER]) {
      const trigger = of().takeEach([sample(10), watermark(told / SECOND), sample(1_000)]);
      expect([starts(trigger), trigger.rejections.map(({ code }) => code)]).toEqual([[0], ['LATE']]);
    }
  });

  it('begin with the first element that is not late, not with a WATERMARK', () => {
    const trigger = of().takeEach([watermark(900), watermark(1_000), sample(10), watermark(1_100)]);
    expect([starts(trigger), trigger.rejections.map(({ code }) => code)]).toEqual([[], ['LATE']]);
    expect(starts(trigger.takeEach([sample(1_210), watermark(1_800)]))).toEqual([1_200, 1_500]);
    const late = of({ allowedLatenessUs: 3_000 * SECOND }).takeEach([sample(1_210), watermark(600), watermark(1_500)]);
    expect(starts(late)).toEqual([1_200]);
    expect(starts(late.takeEach([sample(700), watermark(1_501)]))).toEqual([1_200, 600, 900]);
  });
});

describe('windows that elements open', () => {
  it('are lost by no WATERMARK that is told ahead of the next element', () => {
    for (const open of [fixed(SIZE * SECOND), sliding(SIZE * SECOND, SIZE * SECOND)]) {
      const trigger = of({}, open).takeEach([sample(10), watermark(900), sample(1_210), watermark(1_500)]);
      expect(starts(trigger)).toEqual([0, 1_200]);
    }
  });
});
