import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TimerQueue } from './timer-queue.ts';

const timer = (key: string, dueUs: number) => ({ slot: 0, key, dueUs });

/** The store beside the queue: what a stage would have committed. */
class Model {
  readonly stored = new Map<string, number>();
  readonly queue: TimerQueue;
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
    this.queue = new TimerQueue(limit);
  }

  set(key: string, dueUs: number | null): void {
    if (dueUs === null) this.stored.delete(key);
    else this.stored.set(key, dueUs);
    this.queue.apply({ slot: 0, key, dueUs });
  }

  /** As a worker does: read on when the horizon is reached, then fire. */
  fire(nowUs: number): string[] {
    const fired: string[] = [];
    for (;;) {
      if (nowUs >= this.queue.loadedUntilUs) {
        const untilUs = nowUs + 50;
        const rows = [...this.stored].filter(([, dueUs]) => dueUs < untilUs).sort((a, b) => a[1] - b[1]);
        this.queue.load(
          rows.slice(0, this.limit).map(([key, dueUs]) => timer(key, dueUs)),
          untilUs,
        );
      }
      const due = this.queue.due(nowUs, 3);
      if (due.length === 0 && nowUs < this.queue.loadedUntilUs) return fired;
      for (const { key } of due) {
        fired.push(key);
        this.set(key, null);
      }
    }
  }
}

describe('the timer queue', () => {
  it('fires exactly what is due, soonest first, whatever was set, moved and cleared before', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
      dueUs: fc.option(fc.nat(300)),
      nowUs: fc.option(fc.nat(30)),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 2, max: 10 }), (steps, limit) => {
        const model = new Model(limit);
        let nowUs = 0;
        for (const { key, dueUs, nowUs: passed } of steps) {
          model.set(key, dueUs);
          if (passed === null) continue;
          nowUs += passed;
          const due = [...model.stored].filter(([, at]) => at <= nowUs);
          const fired = model.fire(nowUs);
          expect([...fired].sort()).toEqual(due.map(([name]) => name).sort());
          const times = new Map(due);
          const order = fired.map((name) => times.get(name)!);
          expect(order).toEqual([...order].sort((a, b) => a - b));
        }
      }),
    );
  });

  it('wakes for the soonest timer, and for its horizon when there is none', () => {
    const queue = new TimerQueue(10);
    queue.load([timer('a', 30), timer('b', 20)], 100);
    expect(queue.nextUs).toBe(20);
    queue.apply({ slot: 0, key: 'b', dueUs: null });
    expect(queue.nextUs).toBe(30);
    queue.apply({ slot: 0, key: 'a', dueUs: 500 });
    expect(queue.nextUs).toBe(100);
  });
});
