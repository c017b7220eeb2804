import type { Log } from '@windlass/service';
import type { Sighting } from '@windlass/windowing';
import { DialTally } from './dial-tally.ts';
import type { DialStore } from './ports.ts';

/** How often counts are written, at most. */
const FLUSH_MS = 1_000;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface DialRecorderParts {
  readonly store: DialStore;
  readonly retentionDays: number;
  readonly log: Log;
}

/**
 * Adds up what steps have seen, and writes it beside the stage, once a second: a batch pays for an addition, not for a statement. It is
 * a record for people, not state: a crash loses the last second of it, and a batch that had to be handled again is counted twice.
 */
export class DialRecorder {
  private readonly parts: DialRecorderParts;
  private readonly tally = new DialTally();
  private readonly timer: NodeJS.Timeout;
  private writing: Promise<void> = Promise.resolve();
  /** Flushes that have not ended. */
  private waiting = 0;
  private isTroubled = false;
  private forgottenMs = Number.NEGATIVE_INFINITY;

  constructor(parts: DialRecorderParts) {
    this.parts = parts;
    this.timer = setInterval(() => void (this.waiting === 0 && this.flush()), FLUSH_MS).unref();
  }

  add(sightings: readonly Sighting[]): void {
    for (const sighting of sightings) this.tally.add(sighting);
  }

  /** Resolves when all that was added before is written, or could not be; then it stays, and is tried again. */
  flush(): Promise<void> {
    this.waiting += 1;
    this.writing = this.writing.then(() => this.write()).finally(() => (this.waiting -= 1));
    return this.writing;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  private async write(): Promise<void> {
    if (this.tally.isEmpty) return;
    const { store, retentionDays, log } = this.parts;
    const nowMs = Date.now();
    const counts = this.tally.take();
    try {
      await store.add((nowMs - (nowMs % HOUR_MS)) * 1_000, counts);
      this.isTroubled = false;
    } catch (error) {
      this.tally.restore(counts);
      if (!this.isTroubled) log.warn({ err: error }, 'what the dial has measured cannot be written now');
      this.isTroubled = true;
      return;
    }
    if (nowMs - this.forgottenMs < HOUR_MS) return;
    this.forgottenMs = nowMs;
    await store
      .forgetBefore((nowMs - retentionDays * DAY_MS) * 1_000)
      .catch((error: unknown) => log.warn({ err: error }, 'old measurements of the dial cannot be deleted now'));
  }
}
