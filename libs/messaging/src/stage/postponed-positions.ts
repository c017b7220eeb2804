import type { StagePosition } from './store.ts';

/**
 * How far a partition was read since its last commit. Records after which nothing is to be done are worth no transaction of their own:
 * their position is part of the next commit, or of one that is made when they have waited for long. After a crash they are read again.
 */
export class PostponedPositions {
  private readonly waitUs: number;
  private readonly positions = new Map<string, bigint>();
  private sinceUs = Infinity;

  constructor(waitUs: number) {
    this.waitUs = waitUs;
  }

  get isEmpty(): boolean {
    return this.positions.size === 0;
  }

  /** When they have waited for long enough; Infinity: there are none. */
  get dueUs(): number {
    return this.sinceUs + this.waitUs;
  }

  add(read: readonly StagePosition[], nowUs: number): void {
    if (read.length > 0) this.sinceUs = Math.min(this.sinceUs, nowUs);
    for (const { topic, nextOffset } of read) this.positions.set(topic, nextOffset);
  }

  /** All of them, for a commit. */
  take(): StagePosition[] {
    const taken = [...this.positions].map(([topic, nextOffset]) => ({ topic, nextOffset }));
    this.clear();
    return taken;
  }

  clear(): void {
    this.positions.clear();
    this.sinceUs = Infinity;
  }
}
