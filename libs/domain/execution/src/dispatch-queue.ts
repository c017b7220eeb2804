import type { EpochUs, Ref } from '@windlass/dag';
import { Credit } from './credit.ts';
import type { HoldQueue } from './execution.ts';
import type { Answered, QueueChange } from './outputs.ts';
import type { Lane } from './pane.ts';
import { Replays, type ReplayTurns } from './replay-turns.ts';

/** What is to be dispatched next: the longest waiting of this queue, lane and window type in this key. */
export interface Pick {
  /** A processor's, or that of a hold which has ended. */
  readonly queue: string;
  readonly lane: Lane;
  readonly windowType: Ref;
  readonly key: string;
}

export interface QueueDepth {
  readonly processor: string;
  readonly queued: number;
  readonly inFlight: number;
  readonly credit: number;
}

/** What waits in the queue of a hold. */
export interface HeldDepth {
  readonly queue: HoldQueue;
  readonly queued: number;
}

/** Part of a processor's credit that replays and tries may take; at least one task. */
const REPLAY_SHARE = 0.1;
/** The same while they are alone: a live task that comes after all has its credit at once. */
const ALONE_SHARE = 0.5;

/**
 * Who may send to a processor, for one partition. Live goes first, replays and tries take turns; within a lane the window types take turns, and within a type the
 * keys, so nobody's backlog delays another. It holds counts, not tasks: a key's own state knows which of its windows wait.
 *
 * What is held keeps its place: a processor that is held is admitted nothing and picked nothing of. Algorithms and window types that are
 * held wait in queues of their own, which take no credit; when a hold ends, they are picked, and only then wait for their processor's.
 */
export class DispatchQueue {
  private readonly queues = new Map<string, Queue>();
  private readonly ofHolds: Queue[] = [];
  private readonly options: DispatchQueueOptions;
  private readonly replays: Replays;

  constructor(options: DispatchQueueOptions = {}) {
    this.options = options;
    this.replays = options.replays ?? new Replays({ onTurn() {}, after: (_, then) => then(), nowUs: () => 0 });
  }

  /** Takes one credit for a task that has just become ready; one that others wait for is refused, and queues behind them. */
  admit({ processor, lane }: { readonly processor: string; readonly lane: Lane }): boolean {
    const queue = this.of(processor);
    // A queue that is held says nothing of what its processor could do.
    if (this.isHeld(processor)) return false;
    if (!queue.lanes[lane].isEmpty || !queue.hasCredit(lane)) {
      queue.keptWaiting();
      return false;
    }
    queue.take(lane);
    return true;
  }

  /** Takes the credit that `next` found. */
  take({ processor, lane }: { readonly processor: string; readonly lane: Lane }): void {
    this.of(processor).take(lane);
  }

  /** The queue of an algorithm or window type in which everything has to wait that is of it: it is held, or others wait there still. */
  keepsBack(hold: HoldQueue): boolean {
    return this.isHeld(hold) || this.queues.get(hold)?.isEmpty === false;
  }

  /** Whether something waits in the queue of any hold. */
  get keepsAnything(): boolean {
    return this.ofHolds.some((queue) => !queue.isEmpty);
  }

  apply(key: string, { kind, queue: name, lane, windowType }: QueueChange): void {
    const queue = this.of(name);
    if (kind === 'queued') queue.lanes[lane].add({ windowType, key }, 1);
    else if (kind === 'unqueued') queue.lanes[lane].remove({ windowType, key });
    else queue.release(lane);
  }

  answered({ processor, lane, busyUs, dispatchedUs }: Answered, nowUs: EpochUs): void {
    const { credit, replays } = this.of(processor);
    const isLive = lane === 'LIVE';
    credit.answer({ nowUs, busyUs });
    if (isLive) this.replays.sawLive();
    const isAlone = this.replays.areAlone;
    replays?.turns.credit.answer({ nowUs, wayUs: nowUs - dispatchedUs - busyUs, busyUs, isLive, isAlone });
  }

  /** What was queued or in flight when the partition was taken. */
  restore(
    change: Omit<QueueChange, 'kind'> & { readonly key: string; readonly queued: number; readonly inFlight: number },
  ): void {
    const queue = this.of(change.queue);
    if (change.queued > 0) queue.lanes[change.lane].add(change, change.queued);
    for (let i = 0; i < change.inFlight; i++) queue.take(change.lane);
  }

  /**
   * Tasks for which there is credit now, in fair order, at most `limit`; each is taken out of the queue. The caller takes the credit
   * of those that it then really sends.
   */
  next(limit: number): Pick[] {
    const picks: Pick[] = [];
    for (const [name, queue] of this.queues) {
      if (this.isHeld(name)) continue;
      const promised = { live: 0, replay: 0 };
      for (;;) {
        const lane = picks.length < limit ? queue.nextLane(promised) : undefined;
        if (lane === undefined) break;
        promised[lane === 'LIVE' ? 'live' : 'replay']++;
        picks.push({ queue: name, lane, ...queue.lanes[lane].shift()! });
      }
      if (picks.length < limit && !queue.isEmpty) queue.keptWaiting(promised);
      queue.tellReplays(promised);
      if (picks.length === limit) {
        // Who fills a whole round comes last in the next: what a hold has kept back is without limit.
        this.queues.delete(name);
        this.queues.set(name, queue);
        break;
      }
    }
    return picks;
  }

  /** Tasks of a processor on its topic or being worked on. */
  inFlight(processor: string): number {
    return this.queues.get(processor)?.inFlight ?? 0;
  }

  depths(): QueueDepth[] {
    return [...this.queues].flatMap(([processor, queue]) =>
      isHoldQueue(processor)
        ? []
        : [{ processor, queued: queue.size, inFlight: queue.inFlight, credit: queue.credit.limit }],
    );
  }

  /** Replays that wait, also for the end of a hold. */
  get queuedReplays(): number {
    let size = 0;
    for (const { lanes } of this.queues.values()) size += lanes.REPLAY.size;
    return size;
  }

  /** Whether replays wait for nothing but their turn. */
  get hasReplaysDue(): boolean {
    for (const [name, { lanes }] of this.queues) if (!lanes.REPLAY.isEmpty && !this.isHeld(name)) return true;
    return false;
  }

  heldDepths(): HeldDepth[] {
    return [...this.queues].flatMap(([queue, { size }]) =>
      isHoldQueue(queue) && size > 0 ? [{ queue, queued: size }] : [],
    );
  }

  private placeAt(processor: string): ReplayPlace {
    const { replays } = this;
    return { all: replays, turns: replays.at(processor), partition: this.options.partition ?? 0 };
  }

  private isHeld(queue: string): boolean {
    return this.options.isHeld?.(queue) ?? false;
  }

  private of(name: string): Queue {
    let queue = this.queues.get(name);
    if (!queue) {
      queue = isHoldQueue(name) ? new Queue(UNLIMITED) : new Queue(new Credit(this.options), this.placeAt(name));
      this.queues.set(name, queue);
      if (isHoldQueue(name)) this.ofHolds.push(queue);
    }
    return queue;
  }
}

export interface DispatchQueueOptions {
  /** Of the hub, which share each processor. Default 8. */
  readonly partitions?: number;
  /** Whether a queue is held now, by a processor's name or a hold's queue. Default: none is. */
  readonly isHeld?: (queue: string) => boolean;
  /** Which one this is of. Default 0. */
  readonly partition?: number;
  /** Shared with the other partitions that the router holds. Default: of its own. */
  readonly replays?: Replays;
}

/** Whether it is the queue of an algorithm's or a window type's hold; else it is a processor's. */
export const isHoldQueue = (queue: string): queue is HoldQueue => queue.includes(':');

/** What a hold has kept back goes to its processor's queue, which has the credit. */
const UNLIMITED = { limit: Number.POSITIVE_INFINITY, exhausted() {}, answer() {} };

type Limit = { readonly [K in 'limit' | 'exhausted' | 'answer']: Credit[K] };

/** A partition's among those that take turns. */
interface ReplayPlace {
  readonly all: Replays;
  readonly turns: ReplayTurns;
  readonly partition: number;
}

const lanes: readonly Lane[] = ['LIVE', 'REPLAY', 'TRY'];

class Queue {
  readonly credit: Limit;
  readonly replays: ReplayPlace | undefined;
  readonly lanes: Readonly<Record<Lane, FairLane>> = {
    LIVE: new FairLane(),
    REPLAY: new FairLane(),
    TRY: new FairLane(),
  };
  /** Tasks on the topic. */
  live = 0;
  replay = 0;
  private lastSlow: 'REPLAY' | 'TRY' = 'TRY';

  get size(): number {
    return lanes.reduce((sum, lane) => sum + this.lanes[lane].size, 0);
  }
  get isEmpty(): boolean {
    return this.size === 0;
  }
  get inFlight(): number {
    return this.live + this.replay;
  }

  /** `replays`: none where there is no limit. */
  constructor(credit: Limit, replays?: ReplayPlace) {
    this.credit = credit;
    this.replays = replays;
  }

  hasCredit(lane: Lane, promised = { live: 0, replay: 0 }): boolean {
    const replay = this.replay + promised.replay;
    if (this.live + promised.live + replay >= this.credit.limit) return false;
    if (lane === 'LIVE' || !this.replays) return true;
    const { all, turns, partition } = this.replays;
    const share = all.areAlone ? ALONE_SHARE : REPLAY_SHARE;
    if (replay >= Math.max(1, Math.floor(this.credit.limit * share))) return false;
    return turns.hasCredit(partition, promised.replay);
  }

  /** Told when a task has to wait. What keeps back replays alone says nothing of the credit as a whole. */
  keptWaiting(promised = { live: 0, replay: 0 }): void {
    if (this.inFlight + promised.live + promised.replay >= this.credit.limit) this.credit.exhausted();
  }

  /** Told after each round. */
  tellReplays(promised: { readonly replay: number }): void {
    if (!this.replays) return;
    const { turns, partition } = this.replays;
    if (this.lanes.REPLAY.isEmpty && this.lanes.TRY.isEmpty) turns.hasNone(partition);
    else turns.waits(partition, promised.replay);
  }

  /** Whose turn it is: live before all, then replays and tries alternately, so that a long replay keeps no try from its answer. */
  nextLane(promised: { readonly live: number; readonly replay: number }): Lane | undefined {
    const has = (lane: Lane) => !this.lanes[lane].isEmpty && this.hasCredit(lane, promised);
    if (has('LIVE')) return 'LIVE';
    const [first, second] = this.lastSlow === 'REPLAY' ? (['TRY', 'REPLAY'] as const) : (['REPLAY', 'TRY'] as const);
    const lane = has(first) ? first : has(second) ? second : undefined;
    if (lane) this.lastSlow = lane;
    return lane;
  }

  take(lane: Lane): void {
    if (lane === 'LIVE') {
      this.live++;
      this.replays?.all.sawLive();
      return;
    }
    this.replay++;
    this.replays?.turns.take(this.replays.partition);
  }

  release(lane: Lane): void {
    if (lane === 'LIVE') {
      this.live = Math.max(0, this.live - 1);
      return;
    }
    this.replay = Math.max(0, this.replay - 1);
    this.replays?.turns.release(this.replays.partition);
  }
}

interface Place {
  readonly windowType: Ref;
  readonly key: string;
}

/** Counts by window type and key; a Map's order is the order of turns. */
class FairLane {
  size = 0;
  private readonly types = new Map<Ref, Map<string, number>>();

  get isEmpty(): boolean {
    return this.size === 0;
  }

  add({ windowType, key }: Place, count: number): void {
    let keys = this.types.get(windowType);
    if (!keys) this.types.set(windowType, (keys = new Map()));
    keys.set(key, (keys.get(key) ?? 0) + count);
    this.size += count;
  }

  remove({ windowType, key }: Place): void {
    const keys = this.types.get(windowType);
    const count = keys?.get(key);
    if (!keys || count === undefined) return;
    this.size--;
    if (count > 1) keys.set(key, count - 1);
    else keys.delete(key);
    if (keys.size === 0) this.types.delete(windowType);
  }

  /** The next in turn; its type and its key go to the end of theirs. */
  shift(): Place | undefined {
    const [type] = this.types;
    if (!type) return undefined;
    const [windowType, keys] = type;
    const [key, count] = keys.entries().next().value!;
    this.size--;
    keys.delete(key);
    if (count > 1) keys.set(key, count - 1);
    this.types.delete(windowType);
    if (keys.size > 0) this.types.set(windowType, keys);
    return { windowType, key };
  }
}
