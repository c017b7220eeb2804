/** Tells those who wait that something may have changed: one asks for all of them, and only while there is somebody who waits. */
export class Pulse {
  private readonly ask: () => Promise<unknown>;
  private readonly everyMs: number;
  private readonly waiting = new Set<() => void>();
  private last: unknown;
  private timer: NodeJS.Timeout | undefined;

  constructor(ask: () => Promise<unknown>, everyMs: number) {
    this.ask = ask;
    this.everyMs = everyMs;
  }

  /** Resolves with the next change, or after `atMostMs`. */
  next(atMostMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(limit);
        this.waiting.delete(done);
        resolve();
      };
      const limit = setTimeout(done, atMostMs).unref();
      this.waiting.add(done);
      this.timer ??= setTimeout(() => void this.beat(), this.everyMs).unref();
    });
  }

  private async beat(): Promise<void> {
    const now = await this.ask().catch(() => undefined);
    if (now !== this.last) for (const wake of [...this.waiting]) wake();
    this.last = now;
    this.timer = this.waiting.size > 0 ? setTimeout(() => void this.beat(), this.everyMs).unref() : undefined;
  }
}
