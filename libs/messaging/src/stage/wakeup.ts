import type { StageClock } from '../clock.ts';

const longestTimeoutMs = 2 ** 31 - 1;

/** One sleeper that others can wake; a wake before the sleep is not lost. */
export class Wakeup {
  private woken = false;
  private resolve: (() => void) | undefined;
  private readonly clock: Pick<StageClock, 'after'>;

  constructor(clock: Pick<StageClock, 'after'>) {
    this.clock = clock;
  }

  wake(): void {
    this.woken = true;
    this.resolve?.();
  }

  /** Until someone wakes it or the time has passed. */
  async wait(ms: number): Promise<void> {
    if (!this.woken) {
      let cancel: (() => void) | undefined;
      await new Promise<void>((resolve) => {
        this.resolve = resolve;
        if (ms < longestTimeoutMs) cancel = this.clock.after(Math.ceil(ms), resolve);
      });
      cancel?.();
      this.resolve = undefined;
    }
    this.woken = false;
  }
}
