import type { EpochUs } from '@windlass/dag';
import { ReplayCredit } from './replay-credit.ts';

/** Ways' worth of tasks that a partition sends while others wait for their turn. */
const TURN = 4;
/** Part of the credit that is still under way when more is sent: what does not come back must not keep all others waiting. */
const LEFT = 0.5;
/** Live work is about for so long after a task of it was dispatched or answered. */
export const QUIET_AFTER_US = 250_000;

/**
 * Who may send replays to a processor, over all partitions that one router holds: one partition after the other. What the shared credit lets through then
 * goes in few batches of many instead of many of one each, and live work of the other partitions meets none of them.
 */
export class ReplayTurns {
  readonly credit = new ReplayCredit();
  private readonly world: TurnWorld;
  /** Partitions in which replays wait, in order of their turns: it is the first one's. */
  private readonly line = new Set<number>();
  private readonly underWay = new Map<number, number>();
  private inFlight = 0;
  private sent = 0;
  /** Whether more may go until the credit is used up. It is not topped up one by one as answers come: each would be a batch of its own. */
  private filling = true;
  private resting = false;

  constructor(world: TurnWorld) {
    this.world = world;
  }

  /** Whether the partition may send one more than what it is about to. */
  hasCredit(partition: number, promised: number): boolean {
    const [next = partition] = this.line;
    return this.filling && next === partition && this.inFlight + promised < this.allowed.limit;
  }

  take(partition: number): void {
    this.underWay.set(partition, (this.underWay.get(partition) ?? 0) + 1);
    this.inFlight++;
    this.sent++;
    if (this.inFlight >= this.allowed.limit) this.filling = false;
  }

  release(partition: number): void {
    const underWay = this.underWay.get(partition) ?? 0;
    if (underWay === 0) return;
    this.underWay.set(partition, underWay - 1);
    this.inFlight--;
    const { limit, restUs } = this.allowed;
    if (this.filling || this.resting || this.inFlight > limit * LEFT) return;
    if (restUs === 0) return this.fill(partition);
    this.resting = true;
    this.world.after(restUs, () => this.fill());
  }

  /** Told after each round of a partition in which replays still wait. */
  waits(partition: number, promised: number): void {
    this.line.add(partition);
    const [next] = this.line;
    if (next !== partition) return;
    if (this.inFlight + promised >= this.credit.limit) this.credit.exhausted();
    if (this.sent + promised < TURN * this.allowed.limit || this.line.size === 1) return;
    this.line.delete(partition);
    this.line.add(partition);
    this.begin();
  }

  /** Told when none of a partition wait any more. */
  hasNone(partition: number): void {
    const [next] = this.line;
    this.line.delete(partition);
    if (next === partition) this.begin();
  }

  /** The partition is held no longer, nor is what it has under way. */
  leave(partition: number): void {
    this.inFlight -= this.underWay.get(partition) ?? 0;
    this.underWay.delete(partition);
    const [next] = this.line;
    this.hasNone(partition);
    if (this.filling || this.resting || this.inFlight > this.allowed.limit * LEFT) return;
    const [told] = next === partition ? this.line : [];
    this.fill(told);
  }

  private get allowed() {
    return this.credit.allows({ isLiveAbout: this.world.isLiveAbout() });
  }

  /** `by`: the partition that is being worked on, which need not be told. */
  private fill(by?: number): void {
    this.resting = false;
    this.filling = true;
    const [next] = this.line;
    if (next !== undefined && next !== by) this.world.onTurn(next);
  }

  private begin(): void {
    this.sent = 0;
    const [next] = this.line;
    if (next !== undefined) this.world.onTurn(next);
  }
}

/** What turns ask of their surroundings. */
export interface ReplayWorld {
  /** Told of a partition that may send now, though nothing may have come to it. */
  readonly onTurn: (partition: number) => void;
  /** Calls back after so many microseconds. */
  readonly after: (us: number, then: () => void) => void;
  readonly nowUs: () => EpochUs;
}

type TurnWorld = Pick<ReplayWorld, 'onTurn' | 'after'> & { readonly isLiveAbout: () => boolean };

/** Replays are alone when nothing live, of any processor, has been dispatched or answered for so long. */
export const ALONE_AFTER_US = 10_000_000;

/** The turns at each processor, of all partitions that one router holds. */
export class Replays {
  private readonly turns = new Map<string, ReplayTurns>();
  private readonly world: ReplayWorld;
  /** When something live was seen last; at first it is not known: as if it had just been. */
  private liveUs: EpochUs;

  constructor(world: ReplayWorld) {
    this.world = world;
    this.liveUs = world.nowUs();
  }

  at(processor: string): ReplayTurns {
    let turns = this.turns.get(processor);
    if (!turns) {
      const { onTurn, after } = this.world;
      turns = new ReplayTurns({ onTurn, after, isLiveAbout: () => this.isLiveAbout });
      this.turns.set(processor, turns);
    }
    return turns;
  }

  /** Told of each live task that is dispatched or answered. */
  sawLive(): void {
    this.liveUs = this.world.nowUs();
  }

  get isLiveAbout(): boolean {
    return this.world.nowUs() - this.liveUs < QUIET_AFTER_US;
  }

  get areAlone(): boolean {
    return this.world.nowUs() - this.liveUs >= ALONE_AFTER_US;
  }

  /** The partition is held no longer. */
  leave(partition: number): void {
    for (const turns of this.turns.values()) turns.leave(partition);
  }
}
