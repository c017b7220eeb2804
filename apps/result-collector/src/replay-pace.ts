/** Panes of replays that a partition stores in its turn. */
export const MAX_REPLAY_PANES = 100;
/** How often turns are given. */
export const REPLAY_PERIOD_MS = 500;
/** Beside live work a partition has its turn in one of so many periods, and each in another one: storing costs live work little then. */
const BESIDE_LIVE = 10;
/** Periods after which live work is over. */
const QUIET = 20;

/** How many panes of replays each partition may store: a replay of millions leaves live work the machine. */
export class ReplayPace {
  /** Taken since the last turn, by partition. */
  private readonly taken = new Map<number, number>();
  private periods = 0;
  private liveAt = 0;

  roomFor(partition: number): number {
    return MAX_REPLAY_PANES - (this.taken.get(partition) ?? 0);
  }

  take(partition: number, panes: number): void {
    if (panes > 0) this.taken.set(partition, (this.taken.get(partition) ?? 0) + panes);
  }

  sawLive(): void {
    this.liveAt = this.periods;
  }

  /** Told at the end of each period. @returns partitions that may store again. */
  next(): number[] {
    this.periods++;
    const isQuiet = this.periods - this.liveAt > QUIET;
    const turns = [...this.taken.keys()].filter((one) => isQuiet || (one + this.periods) % BESIDE_LIVE === 0);
    for (const partition of turns) this.taken.delete(partition);
    return turns;
  }
}
