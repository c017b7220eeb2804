import { KeyedQueue } from './keyed-queue.ts';
import { OffsetTracker } from './offset-tracker.ts';
import { deathsAt, type TakeOver } from './take-over.ts';

/** A task that has come and is not finished. */
export interface Entry {
  readonly partition: number;
  readonly offset: number;
  /** Record key: the source (or group). */
  readonly key: string;
  readonly bytes: number;
}

/** What is committed for a partition. */
export interface Progress {
  readonly partition: number;
  readonly offset: number;
  /** Deaths counted against the task at this offset. */
  readonly deaths: number;
}

/** The next thing to run; `alone`: nothing else may run beside it. */
export interface Turn<E> {
  readonly entry: E;
  readonly alone: boolean;
  /** Processes it has killed, as far as is known. */
  readonly deaths: number;
}

export interface IntakeLimits {
  /** Unfinished tasks of one partition, beyond which it is paused. */
  readonly openPerPartition: number;
  /** Bytes of all unfinished tasks, beyond which everything is paused. */
  readonly openBytes: number;
}

interface Partition {
  readonly tracker: OffsetTracker;
  readonly takeOver: TakeOver;
  /** Acknowledged by Kafka. */
  committed: number;
  endOffset: number;
  paused: boolean;
}

/**
 * Everything a processor has been given and has not finished: which task runs next (sources in order, sources beside each
 * other, suspects alone), what may be committed, which partitions are full. Pure bookkeeping.
 */
export class Intake<E extends Entry> {
  readonly #limits: IntakeLimits;
  readonly #partitions = new Map<number, Partition>();
  readonly #queue = new KeyedQueue<E>();
  /** Tasks that may have killed a process, in the order they came. */
  readonly #suspects: E[] = [];
  readonly #trackers = new WeakMap<E, OffsetTracker>();
  #running = 0;
  #alone = false;
  #bytes = 0;

  constructor(limits: IntakeLimits) {
    this.#limits = limits;
  }

  get running(): number {
    return this.#running;
  }

  /** Tasks taken in and not finished. */
  get open(): number {
    let open = 0;
    for (const { tracker } of this.#partitions.values()) open += tracker.open;
    return open;
  }

  /** Records on the topic that are not finished; null: none of it is known yet. */
  get lag(): number | null {
    if (this.#partitions.size === 0) return null;
    let lag = 0;
    for (const { tracker, endOffset } of this.#partitions.values()) lag += Math.max(0, endOffset - tracker.position);
    return lag;
  }

  take(partition: number, takeOver: TakeOver): void {
    const { first } = takeOver;
    const tracker = new OffsetTracker(first);
    this.#partitions.set(partition, { tracker, takeOver, committed: first, endOffset: first, paused: false });
  }

  /** Forgets a partition; returns its tasks that do not run. Those that run are finished without effect. */
  lose(partition: number): E[] {
    this.#partitions.delete(partition);
    const dropped = this.#queue.remove((entry) => entry.partition === partition);
    for (let i = this.#suspects.length - 1; i >= 0; i--) {
      if (this.#suspects[i]!.partition === partition) dropped.push(...this.#suspects.splice(i, 1));
    }
    for (const { bytes } of dropped) this.#bytes -= bytes;
    return dropped;
  }

  /**
   * Takes tasks in; returns those that are new. Offsets below what was committed mean that someone has set the group back: the
   * partition begins anew.
   */
  add(partition: number, entries: readonly E[], endOffset: number): E[] {
    const first = entries[0];
    const known = this.#partitions.get(partition);
    if (!known || !first) return [];
    if (first.offset < known.committed) {
      this.lose(partition);
      this.take(partition, { first: first.offset, deaths: 0, suspectUntil: first.offset });
    }
    const { tracker, takeOver } = this.#partitions.get(partition)!;
    this.#partitions.get(partition)!.endOffset = endOffset;
    return entries.filter((entry) => {
      if (!tracker.see(entry.offset)) return false;
      this.#trackers.set(entry, tracker);
      this.#bytes += entry.bytes;
      if (entry.offset < takeOver.suspectUntil) this.#suspects.push(entry);
      else this.#queue.add(entry);
      return true;
    });
  }

  /** The next task to start with `slots` at most running; undefined: nothing can start now. */
  next(slots: number): Turn<E> | undefined {
    if (this.#alone) return undefined;
    const suspect = this.#suspects[0];
    if (suspect) {
      if (this.#running > 0) return undefined;
      this.#suspects.shift();
      this.#running++;
      this.#alone = true;
      const takeOver = this.#partitions.get(suspect.partition)!.takeOver;
      return { entry: suspect, alone: true, deaths: deathsAt(takeOver, suspect.offset) };
    }
    if (this.#running >= slots) return undefined;
    const entry = this.#queue.take();
    if (!entry) return undefined;
    this.#running++;
    return { entry, alone: false, deaths: 0 };
  }

  /** It no longer runs; its key is free, its answer is on the way. */
  ran({ entry, alone }: Turn<E>): void {
    this.#running--;
    if (!alone) this.#queue.done(entry.key);
  }

  /** Its answer is safe, or it needs none. Returns whether there is something new to commit. */
  finish({ entry, alone }: Turn<E>): boolean {
    if (alone) this.#alone = false;
    this.#bytes -= entry.bytes;
    const tracker = this.#trackers.get(entry)!;
    return tracker.finish(entry.offset) && this.#partitions.get(entry.partition)?.tracker === tracker;
  }

  /** Positions that Kafka does not know yet. */
  uncommitted(): Progress[] {
    return [...this.#partitions]
      .filter(([, { tracker, committed }]) => tracker.position > committed)
      .map(([partition, { tracker, takeOver }]) => {
        const offset = tracker.position;
        return { partition, offset, deaths: deathsAt(takeOver, offset) };
      });
  }

  /** Where every held partition stands. */
  positions(): Progress[] {
    return [...this.#partitions].map(([partition, { tracker, takeOver }]) => ({
      partition,
      offset: tracker.position,
      deaths: deathsAt(takeOver, tracker.position),
    }));
  }

  committed(progress: readonly Progress[]): void {
    for (const { partition, offset } of progress) {
      const known = this.#partitions.get(partition);
      if (known) known.committed = Math.max(known.committed, offset);
    }
  }

  /** Partitions to pause and to resume; each is told once. A full one resumes at half of what filled it. */
  flow(): { pause: number[]; resume: number[] } {
    const pause: number[] = [];
    const resume: number[] = [];
    const { openPerPartition, openBytes } = this.#limits;
    for (const [partition, state] of this.#partitions) {
      const full = state.tracker.open >= openPerPartition || this.#bytes >= openBytes;
      const low = state.tracker.open * 2 <= openPerPartition && this.#bytes * 2 <= openBytes;
      if (full && !state.paused) pause.push(partition);
      if (low && state.paused) resume.push(partition);
      state.paused = full || (state.paused && !low);
    }
    return { pause, resume };
  }
}
