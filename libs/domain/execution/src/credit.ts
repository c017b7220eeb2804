/** Tasks of one processor and partition that may be on the topic at first, before anything is measured. */
export const INITIAL_CREDIT = 64;
/** Never fewer: a new or slow processor must be able to show what it can do, and to work on several tasks at a time. */
export const MIN_CREDIT = 16;
/** Never more: what a lost processor has before it is what must be waited for or withdrawn. */
export const MAX_CREDIT = 2_000;
/** How long a task may queue on the topic (DESIGN section 7). */
const QUEUE_US = 200_000;
/** Shorter than this a rate says little. */
const MEASURE_US = 100_000;
/** What a task takes a processor at the least, whatever its algorithms do. */
const LEAST_BUSY_US = 100;
/** Partitions that share a processor, unless told otherwise. */
const PARTITIONS = 8;
/** What one measurement may lower the credit to. */
const LEAST_SHARE = 0.8;

/**
 * How many tasks of one processor and partition may be on its topic: what it gets through in 200 ms, and twice what it works on at a
 * time, so that long tasks run in parallel too (Little's law). Only a time in which the credit was used up says anything.
 *
 * What is measured is the whole way there and back. When the way takes longer than 200 ms while the processor waits for work, less
 * credit would slow it down further, and so on down to the least. So the credit is never below this partition's share of what one
 * worker does in 200 ms, by how long its algorithms say that they worked: that much is never 200 ms of queue.
 */
export class Credit {
  limit = INITIAL_CREDIT;
  private readonly partitions: number;
  private sinceUs: number | null = null;
  private answered = 0;
  private busyUs = 0;
  private usedUp = false;

  constructor({ partitions = PARTITIONS }: { readonly partitions?: number } = {}) {
    this.partitions = partitions;
  }

  /** Told when a task had to wait for lack of credit. */
  exhausted(): void {
    this.usedUp = true;
  }

  /** Told of each answered task. `busyUs`: how long its algorithms worked. */
  answer({ nowUs, busyUs }: { readonly nowUs: number; readonly busyUs: number }): void {
    this.sinceUs ??= nowUs;
    this.answered++;
    this.busyUs += busyUs;
    const elapsedUs = nowUs - this.sinceUs;
    if (elapsedUs < MEASURE_US) return;
    if (this.usedUp) this.adapt(elapsedUs);
    this.sinceUs = nowUs;
    this.answered = 0;
    this.busyUs = 0;
    this.usedUp = false;
  }

  private adapt(elapsedUs: number): void {
    const perUs = this.answered / elapsedUs;
    const busyUs = this.busyUs / this.answered;
    const gotThrough = perUs * (QUEUE_US + 2 * busyUs);
    const couldDo = QUEUE_US / Math.max(busyUs, LEAST_BUSY_US) / this.partitions;
    const wanted = Math.max(gotThrough, couldDo);
    const bounded = Math.min(Math.max(wanted, this.limit * LEAST_SHARE), this.limit * 2);
    this.limit = Math.round(Math.min(Math.max(bounded, MIN_CREDIT), MAX_CREDIT));
  }
}
