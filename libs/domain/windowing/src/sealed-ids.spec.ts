import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LOG_LIMIT } from './element-log.ts';
import {
  brief,
  contentOf,
  fixed,
  planOf,
  policy,
  sample,
  SECOND,
  startStop,
  Trigger,
  watermark,
  windowType,
} from './scenario.ts';
import { BLOCK_ELEMENTS, BLOCK_LIMIT } from './sealed-ids.ts';
import { NEVER } from './time.ts';

const hours = (rest: Parameters<typeof policy>[1] = {}, open = fixed(3_600 * SECOND)): Trigger =>
  new Trigger(planOf({ types: [windowType('w', open)], policies: [policy('w@1', { dedupeHorizonUs: 0, ...rest })] }));

const request = (count: number, fromSeconds = 0, everySeconds = 0.01) =>
  Array.from({ length: count }, (_, i) =>
    sample(fromSeconds + i * everySeconds, { id: `${fromSeconds + i * everySeconds}` }),
  );

describe('ids of elements in windows that are not final', () => {
  it('are few in the state, whatever their number, and known all the same', () => {
    const trigger = hours();
    const sent = request(4_200);
    trigger.take(...sent.slice(0, 2_000)).take(...sent.slice(2_000));
    expect(trigger.state.log.timesUs.length).toBeLessThan(2 * BLOCK_ELEMENTS);
    expect(trigger.sealed.size).toBe(trigger.state.sealed.length);
    // Windows of a grid are counted without the log: nothing is late for want of it.
    expect(trigger.state.log.completeFromUs).toBe(NEVER);
    trigger
      .take(...sent.slice(0, 2_000))
      .take(...sent.slice(2_000))
      .take(sent[0]!, sent[4_199]!, watermark(3_600));
    expect(trigger.panes().map(brief)).toEqual(['[0, 3600) 4200 ON_TIME r0 final']);
    expect([trigger.sealed.size, trigger.state.sealed, trigger.state.log.timesUs]).toEqual([0, [], []]);
    trigger.take(...request(1_600, 4_000));
    expect(trigger.state.sealed.map(({ number }) => number)[0]).toBeGreaterThan(4);
  });

  it('count once whatever is sent again, in whatever order it comes', () => {
    const part = fc.tuple(fc.nat(4_000), fc.integer({ min: 1, max: 1_500 }), fc.boolean());
    const sent = request(4_000, 0, 2);
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const [once, again] = [false, true].map((repeats) => {
          const trigger = hours({ allowedLatenessUs: 100_000 * SECOND });
          const seen = new Set<unknown>();
          for (const [from, length, reversed] of [...parts, [0, 4_000, false] as const]) {
            const inputs = sent.slice(from, from + length).filter((one) => repeats || !seen.has(one));
            for (const one of inputs) seen.add(one);
            if (inputs.length > 0) trigger.take(...(reversed ? inputs.toReversed() : inputs));
          }
          return trigger.take(watermark(200_000));
        });
        expect(contentOf(again!)).toEqual(contentOf(once!));
        expect(contentOf(again!).reduce((sum, { elements }) => sum + elements, 0)).toBe(4_000);
      }),
      { numRuns: 6 },
    );
  });

  it('are not read while elements come in order, or out of order by less than is allowed for', () => {
    const trigger = hours({ outOfOrdernessUs: 30 * SECOND });
    const sent = request(6_000);
    trigger.take(...sent);
    const stored = trigger.sealed;
    // A store that has lost all of them: whoever asks it would count anew.
    trigger.sealed = new Map();
    trigger.take(...request(100, 60), ...sent.slice(3_100, 3_200));
    expect(trigger.state.log.timesUs).toHaveLength(6_100 - trigger.state.sealed.length * BLOCK_ELEMENTS);
    trigger.sealed = new Map([...stored, ...trigger.sealed]);
    trigger.take(...sent, watermark(3_600));
    expect(trigger.panes()[0]).toMatchObject({ elements: 6_100 });
  });

  it('are those of the newest 100,000; of older ones the step says how many are forgotten', () => {
    const trigger = hours();
    const all = request(BLOCK_LIMIT * BLOCK_ELEMENTS + 3 * BLOCK_ELEMENTS, 0, 0.001);
    for (let at = 0; at < all.length; at += 10_000) trigger.take(...all.slice(at, at + 10_000));
    expect(trigger.state.sealed).toHaveLength(BLOCK_LIMIT);
    expect(trigger.forgotten).toBe(2 * BLOCK_ELEMENTS);
    trigger.take(all[0]!, all[2 * BLOCK_ELEMENTS]!, watermark(3_600));
    expect(trigger.panes()[0]).toMatchObject({ elements: all.length + 1 });
  });

  it('leave the state beyond its limit also where windows may change their bounds, which then cannot be counted before', () => {
    const trigger = hours({ allowedLatenessUs: 10_000 * SECOND, dedupeHorizonUs: 10_000 * SECOND }, startStop());
    const sent = request(LOG_LIMIT + 700);
    trigger.take(...sent);
    expect(trigger.state.log.timesUs.length).toBeLessThanOrEqual(LOG_LIMIT);
    expect(trigger.state.log.completeFromUs).toBe(trigger.state.sealed.at(-1)!.toUs + 1);
    const before = trigger.state.log;
    expect(trigger.take(...sent).state.log).toEqual(before);
  });
});
