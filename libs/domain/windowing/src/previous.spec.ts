import { describe, expect, it } from '@jest/globals';
import type { PreviousRelation } from '@windlass/dag';
import fc from 'fast-check';
import {
  algorithm,
  fixed,
  planOf,
  policy,
  previous,
  sample,
  SECOND,
  Trigger,
  watermark,
  windowType,
} from './scenario.ts';

const seconds = fc.integer({ min: 1, max: 120 }).map((one) => one * SECOND);
const relation: fc.Arbitrary<PreviousRelation> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('previous' as const),
      count: fc.integer({ min: 1, max: 5 }),
      gap: fc.integer({ min: 1, max: 3 }),
      withinUs: seconds,
    },
    { requiredKeys: ['kind', 'count'] },
  ),
  fc.record(
    { kind: fc.constant('previous' as const), durationUs: seconds, gapUs: seconds },
    { requiredKeys: ['kind', 'durationUs'] },
  ),
);

/** What a relation means, over the starts of all windows that have fired before. */
function meant(before: readonly number[], startUs: number, of: PreviousRelation): number[] {
  if ('count' in of) {
    const { count, gap = 0, withinUs = Infinity } = of;
    return before
      .slice(0, Math.max(0, before.length - gap))
      .slice(-count)
      .filter((one) => one >= startUs - withinUs);
  }
  const toUs = startUs - (of.gapUs ?? 0);
  return before.filter((one) => one >= toUs - of.durationUs && one < toUs);
}

describe('previous windows', () => {
  it('by duration are named by a window that elements out of order open before others', () => {
    const of = (seconds: readonly number[]) => {
      const relations = [previous({ durationUs: 10 * SECOND })];
      const trigger = new Trigger(
        planOf({
          types: [windowType('ten', fixed(10 * SECOND))],
          policies: [policy('ten@1', { outOfOrdernessUs: 10 * SECOND })],
          algorithms: [algorithm('a', 'ten@1', { dependencies: relations })],
        }),
      );
      return trigger
        .takeEach([...seconds.map((second) => sample(second)), watermark(100)])
        .panes()
        .map(({ startUs, previous: named }) => [startUs / SECOND, named.flatMap(({ windowIds }) => windowIds).length]);
    };
    expect(of([1, 22, 15])).toEqual(of([1, 15, 22]));
    expect(of([1, 22, 15])).toEqual([
      [0, 0],
      [10, 1],
      [20, 1],
    ]);
  });

  it('are those that a dependency means, also long after they are forgotten', () => {
    fc.assert(
      fc.property(
        fc.array(relation, { minLength: 1, maxLength: 3 }),
        fc.uniqueArray(fc.nat(40), { minLength: 2, maxLength: 20 }),
        (relations, tens) => {
          const starts = [...tens].sort((a, b) => a - b).map((ten) => ten * 10);
          const trigger = new Trigger(
            planOf({
              types: [windowType('ten', fixed(10 * SECOND))],
              algorithms: [
                algorithm('a', 'ten@1', { dependencies: relations.map(({ kind: _, ...span }) => previous(span)) }),
              ],
            }),
          ).takeEach([...starts.map((start) => sample(start)), watermark(1_000)]);
          const startOf = new Map(trigger.panes().map(({ windowId, startUs }) => [windowId, startUs]));
          for (const { startUs, previous: named } of trigger.panes()) {
            const before = starts.map((start) => start * SECOND).filter((start) => start < startUs);
            const told = named.map(({ windowIds }) => windowIds.map((id) => startOf.get(id)));
            const expected = relations.map((of) => meant(before, startUs, of));
            for (const one of expected) expect(told).toContainEqual(one);
          }
        },
      ),
    );
  });

  it('are named by their key, which tells two dependencies apart', () => {
    const spans = [{ count: 2 }, { count: 2, gap: 1 }, { count: 2, gap: 1, withinUs: 5 }, { durationUs: 9, gapUs: 3 }];
    const trigger = new Trigger(
      planOf({
        types: [windowType('ten', fixed(10 * SECOND))],
        algorithms: [algorithm('a', 'ten@1', { dependencies: spans.map(previous) })],
      }),
    ).takeEach([sample(1), watermark(10)]);
    expect(trigger.panes()[0]!.previous.map(({ dependency }) => dependency)).toEqual([
      'previous(2)',
      'previous(2, gap 1)',
      'previous(2, gap 1, within 5us)',
      'previous(9us, gap 3us)',
    ]);
  });
});
