/** Replays of one partition that may wait for their dispatch; what is more waits in its topic. Bounds what keys hold, and what is read to take one of them. */
export const MAX_QUEUED_REPLAYS = 1_000;
/** Of them taken with one batch, once there is room for so many: few batches where replays are alone. */
export const AT_A_TIME = 50;
/** The same beside live work, which waits for each of them. */
const BESIDE_LIVE = 4;

export interface ReplayIntakeWorld {
  /** Replays that wait in a partition for their dispatch; undefined: it is not held. */
  readonly queued: (partition: number) => number | undefined;
  /** Whether some of a partition wait for nothing but their turn. */
  readonly areDue: (partition: number) => boolean;
  /** Whether nothing live is about. */
  readonly areAlone: () => boolean;
}

/** How many panes of replays come in, and with which batches. */
export class ReplayIntake {
  private readonly world: ReplayIntakeWorld;
  /** Partitions whose replays wait for a batch that has another reason. */
  private readonly waiting = new Set<number>();

  constructor(world: ReplayIntakeWorld) {
    this.world = world;
  }

  roomFor(partition: number): number {
    const room = MAX_QUEUED_REPLAYS - this.queued(partition);
    if (!this.world.areAlone()) return Math.min(room, BESIDE_LIVE);
    return room >= AT_A_TIME ? AT_A_TIME : 0;
  }

  /** Beside live work they come with what is taken anyway, while some of the partition still wait for their turn: that will be one. */
  canWait(partition: number): boolean {
    const can = !this.world.areAlone() && this.world.areDue(partition);
    if (can) this.waiting.add(partition);
    return can;
  }

  /** Told of each batch of a partition, and when it is held no longer. */
  hadBatch(partition: number): void {
    this.waiting.delete(partition);
  }

  /** Those that have had no batch since they began to wait: they need one of their own. */
  get overdue(): ReadonlySet<number> {
    return this.waiting;
  }

  private queued(partition: number): number {
    return this.world.queued(partition) ?? MAX_QUEUED_REPLAYS;
  }
}
