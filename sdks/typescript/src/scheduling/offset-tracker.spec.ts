import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OffsetTracker } from './offset-tracker.ts';

describe('OffsetTracker', () => {
  it('lets a position be committed exactly when everything before it is finished, whatever the order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(200), { minLength: 1, maxLength: 60 }),
        fc.infiniteStream(fc.nat(1_000)),
        (unsorted, choices) => {
          const offsets = unsorted.toSorted((a, b) => a - b);
          const tracker = new OffsetTracker(0);
          const open: number[] = [];
          let seen = 0;
          while (seen < offsets.length || open.length > 0) {
            const choice = choices.next().value;
            if (seen < offsets.length && (open.length === 0 || choice % 2 === 0)) {
              const offset = offsets[seen++]!;
              expect(tracker.see(offset)).toBe(true);
              open.push(offset);
            } else {
              const before = tracker.position;
              const moved = tracker.finish(open.splice(choice % open.length, 1)[0]!);
              expect(moved).toBe(tracker.position > before);
            }
            const next = seen === 0 ? 0 : offsets[seen - 1]! + 1;
            expect(tracker.position).toBe(open.length === 0 ? next : Math.min(...open));
            expect(tracker.open).toBe(open.length);
          }
          expect(tracker.position).toBe(offsets.at(-1)! + 1);
        },
      ),
    );
  });

  it('knows what it has seen: a rebalance delivers it again', () => {
    const tracker = new OffsetTracker(5);
    expect([4, 5, 6, 5, 6, 7].map((offset) => tracker.see(offset))).toEqual([false, true, true, false, false, true]);
    expect([6, 6, 5, 5, 9].map((offset) => tracker.finish(offset))).toEqual([false, false, true, false, false]);
    expect(tracker.position).toBe(7);
  });
});
