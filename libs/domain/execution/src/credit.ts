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
/** What one measurement may lower the credit to. */
const LEAST_SHARE = 0.8;

/**
 * How many tasks of one processor and partition may be on its topic: what it gets through in 200 ms, and twice what it works on at a
 * time, so that long tasks run in parallel too (Little's law). Only a time in which the credit was used up says anything.
 */
export class Credit {
  limit = INITIAL_CREDIT;
  private sinceUs: number | null = null;
  private answered = 0;
  private busyUs = 0;
  private usedUp = false;

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
    const wanted = perUs * (QUEUE_US + (2 * this.busyUs) / this.answered);
    const bounded = Math.min(Math.max(wanted, this.limit * LEAST_SHARE), this.limit * 2);
    this.limit = Math.round(Math.min(Math.max(bounded, MIN_CREDIT), MAX_CREDIT));
  }
}
