import type { Ref } from '@windlass/dag';
import { Credit } from './credit.ts';
import type { QueueChange } from './outputs.ts';
import type { Lane } from './pane.ts';

/** The task that is to be dispatched next: the longest waiting of this processor, lane and window type in this key. */
export interface Pick {
  readonly processor: string;
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

/** Part of a processor's credit that replays and tries may take; at least one task. */
const REPLAY_SHARE = 0.1;

/**
 * Who may send to a processor, for one partition. Live goes first; within a lane the window types take turns, and within a type the
 * keys, so nobody's backlog delays another. It holds counts, not tasks: a key's own state knows which of its windows wait.
 */
export class DispatchQueue {
  private readonly processors = new Map<string, ProcessorQueue>();
  private readonly options: { readonly partitions?: number };

  /** `partitions`: of the hub, which share each processor. Default 8. */
  constructor(options: { readonly partitions?: number } = {}) {
    this.options = options;
  }

  /** Takes one credit for a task that has just become ready; one that others wait for is refused, and queues behind them. */
  admit({ processor, lane }: { readonly processor: string; readonly lane: Lane }): boolean {
    const queue = this.of(processor);
    if (!queue.lanes[lane].isEmpty || !queue.hasCredit(lane)) {
      queue.credit.exhausted();
      return false;
    }
    queue.take(lane);
    return true;
  }

  /** Takes the credit that `next` found. */
  take({ processor, lane }: { readonly processor: string; readonly lane: Lane }): void {
    this.of(processor).take(lane);
  }

  apply(key: string, { kind, processor, lane, windowType }: QueueChange): void {
    const queue = this.of(processor);
    if (kind === 'queued') queue.lanes[lane].add({ windowType, key }, 1);
    else if (kind === 'unqueued') queue.lanes[lane].remove({ windowType, key });
    else queue.release(lane);
  }

  answered(processor: string, told: { readonly nowUs: number; readonly busyUs: number }): void {
    this.of(processor).credit.answer(told);
  }

  /** What was queued or in flight when the partition was taken. */
  restore(
    change: Omit<QueueChange, 'kind'> & { readonly key: string; readonly queued: number; readonly inFlight: number },
  ): void {
    const queue = this.of(change.processor);
    if (change.queued > 0) queue.lanes[change.lane].add(change, change.queued);
    for (let i = 0; i < change.inFlight; i++) queue.take(change.lane);
  }

  /**
   * Tasks for which there is credit now, in fair order, at most `limit`; each is taken out of the queue. The caller takes the credit
   * of those that it then really sends.
   */
  next(limit: number): Pick[] {
    const picks: Pick[] = [];
    for (const [processor, queue] of this.processors) {
      let live = 0;
      let replay = 0;
      for (const lane of lanes) {
        while (picks.length < limit && !queue.lanes[lane].isEmpty && queue.hasCredit(lane, { live, replay })) {
          if (lane === 'LIVE') live++;
          else replay++;
          picks.push({ processor, lane, ...queue.lanes[lane].shift()! });
        }
      }
    }
    return picks;
  }

  depths(): QueueDepth[] {
    return [...this.processors].map(([processor, queue]) => ({
      processor,
      queued: lanes.reduce((sum, lane) => sum + queue.lanes[lane].size, 0),
      inFlight: queue.live + queue.replay,
      credit: queue.credit.limit,
    }));
  }

  private of(processor: string): ProcessorQueue {
    let queue = this.processors.get(processor);
    if (!queue) this.processors.set(processor, (queue = new ProcessorQueue(new Credit(this.options))));
    return queue;
  }
}

const lanes: readonly Lane[] = ['LIVE', 'REPLAY', 'TRY'];

class ProcessorQueue {
  readonly credit: Credit;
  readonly lanes: Readonly<Record<Lane, FairLane>> = {
    LIVE: new FairLane(),
    REPLAY: new FairLane(),
    TRY: new FairLane(),
  };
  /** Tasks on the topic. */
  live = 0;
  replay = 0;

  constructor(credit: Credit) {
    this.credit = credit;
  }

  hasCredit(lane: Lane, promised = { live: 0, replay: 0 }): boolean {
    const replay = this.replay + promised.replay;
    if (this.live + promised.live + replay >= this.credit.limit) return false;
    return lane === 'LIVE' || replay < Math.max(1, Math.floor(this.credit.limit * REPLAY_SHARE));
  }

  take(lane: Lane): void {
    if (lane === 'LIVE') this.live++;
    else this.replay++;
  }

  release(lane: Lane): void {
    if (lane === 'LIVE') this.live = Math.max(0, this.live - 1);
    else this.replay = Math.max(0, this.replay - 1);
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
