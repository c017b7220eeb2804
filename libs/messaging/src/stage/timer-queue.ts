import type { TimerChange } from './handler.ts';
import type { StoredTimer } from './store.ts';

/**
 * The nearest of a partition's durable timers, in memory: all that are due before a horizon. Changes are told after their commit.
 * Later timers stay in the store until the horizon is moved; too many changes empty the memory, and it is read again.
 */
export class TimerQueue {
  private readonly limit: number;
  private readonly live = new Map<string, StoredTimer>();
  /** Binary heap by due time; an entry counts only while it is the live one of its key. */
  private heap: StoredTimer[] = [];
  private horizonUs = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Every timer due before this is in memory; at 0 nothing has been read. */
  get loadedUntilUs(): number {
    return this.horizonUs;
  }

  /** When something has to be done: a timer fires or the horizon is reached. */
  get nextUs(): number {
    this.dropStale();
    return Math.min(this.heap[0]?.dueUs ?? Infinity, this.horizonUs);
  }

  get size(): number {
    return this.live.size;
  }

  /** Takes what the store answered for `untilUs`; when it was cut at `limit`, the horizon is the last one's time. */
  load(timers: readonly StoredTimer[], untilUs: number): void {
    this.clear();
    for (const timer of timers) this.push(timer);
    this.horizonUs = timers.length < this.limit ? untilUs : timers.at(-1)!.dueUs + 1;
  }

  clear(): void {
    this.live.clear();
    this.heap = [];
    this.horizonUs = 0;
  }

  apply({ slot, key, dueUs }: TimerChange): void {
    this.live.delete(key);
    if (dueUs === null || dueUs >= this.horizonUs) return;
    this.push({ slot, key, dueUs });
    if (this.heap.length > this.limit * 2) this.clear();
  }

  /** Removes and answers timers due at `nowUs`, soonest first. */
  due(nowUs: number, limit: number): StoredTimer[] {
    const due: StoredTimer[] = [];
    while (due.length < limit) {
      this.dropStale();
      const first = this.heap[0];
      if (!first || first.dueUs > nowUs) break;
      this.pop();
      this.live.delete(first.key);
      due.push(first);
    }
    return due;
  }

  private dropStale(): void {
    while (this.heap.length > 0 && this.live.get(this.heap[0]!.key) !== this.heap[0]) this.pop();
  }

  private push(timer: StoredTimer): void {
    this.live.set(timer.key, timer);
    const { heap } = this;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.dueUs <= timer.dueUs) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = timer;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.dueUs < heap[child]!.dueUs) child++;
      if (heap[child]!.dueUs >= last.dueUs) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}
