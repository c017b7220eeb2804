import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KeyedQueue } from './keyed-queue.ts';

interface Item {
  readonly key: string;
  readonly n: number;
}
type Step =
  | { readonly do: 'add'; readonly key: string }
  | { readonly do: 'take' }
  | { readonly do: 'done'; readonly which: number };

const key = fc.constantFrom('a', 'b', 'c', 'd');
const step: fc.Arbitrary<Step> = fc.oneof(
  key.map((k): Step => ({ do: 'add', key: k })),
  fc.constant<Step>({ do: 'take' }),
  fc.nat(10).map((which): Step => ({ do: 'done', which })),
);

describe('KeyedQueue', () => {
  it('runs one item a key at a time, in order, and never idles while a key with items is free', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const queue = new KeyedQueue<Item>();
        const running: Item[] = [];
        const lastTaken = new Map<string, number>();
        const waiting: Item[] = [];
        steps.forEach((at, n) => {
          if (at.do === 'add') {
            waiting.push({ key: at.key, n });
            queue.add({ key: at.key, n });
          } else if (at.do === 'take') {
            const item = queue.take();
            const free = waiting.some((one) => !running.some((other) => other.key === one.key));
            expect(item !== undefined).toBe(free);
            if (!item) return;
            expect(running.map((one) => one.key)).not.toContain(item.key);
            expect(item.n).toBeGreaterThan(lastTaken.get(item.key) ?? -1);
            lastTaken.set(item.key, item.n);
            waiting.splice(
              waiting.findIndex((one) => one.n === item.n),
              1,
            );
            running.push(item);
          } else if (running.length > 0) {
            queue.done(running.splice(at.which % running.length, 1)[0]!.key);
          }
          expect(queue.waiting).toBe(waiting.length);
        });
        // Drain: nothing is lost.
        for (;;) {
          while (running.length > 0) queue.done(running.pop()!.key);
          const item = queue.take();
          if (!item) break;
          waiting.splice(
            waiting.findIndex((one) => one.n === item.n),
            1,
          );
          running.push(item);
        }
        expect(waiting).toEqual([]);
      }),
    );
  });

  it('takes the key that has waited longest', () => {
    const queue = new KeyedQueue<Item>();
    for (const [n, k] of ['a', 'a', 'b', 'c'].entries()) queue.add({ key: k, n });
    const taken = [queue.take(), queue.take()];
    queue.done('a');
    taken.push(queue.take(), queue.take());
    expect(taken.map((item) => item?.n)).toEqual([0, 2, 3, 1]);
  });

  it('drops what is no longer wanted, and leaves the rest in order', () => {
    const queue = new KeyedQueue<Item>();
    for (let n = 0; n < 20; n++) queue.add({ key: 'ab'[n % 2]!, n });
    expect(queue.take()?.n).toBe(0);
    expect(queue.remove(({ n }) => n % 3 === 0)).toHaveLength(6);
    queue.done('a');
    const rest: number[] = [];
    for (let item = queue.take(); item; item = queue.take()) {
      rest.push(item.n);
      queue.done(item.key);
    }
    expect(rest.toSorted((a, b) => a - b)).toEqual([1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17, 19]);
    expect(rest.filter((n) => n % 2 === 0)).toEqual([2, 4, 8, 10, 14, 16]);
  });
});
