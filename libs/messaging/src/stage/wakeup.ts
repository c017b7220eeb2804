const longestTimeoutMs = 2 ** 31 - 1;

/** One sleeper that others can wake; a wake before the sleep is not lost. */
export class Wakeup {
  private woken = false;
  private resolve: (() => void) | undefined;

  wake(): void {
    this.woken = true;
    this.resolve?.();
  }

  /** Until someone wakes it or the time has passed. */
  async wait(ms: number): Promise<void> {
    if (!this.woken) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.resolve = resolve;
        if (ms < longestTimeoutMs) timer = setTimeout(resolve, Math.ceil(ms));
      });
      clearTimeout(timer);
      this.resolve = undefined;
    }
    this.woken = false;
  }
}
