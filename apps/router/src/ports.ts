import type { Changes, DoneWindow, Lane, WindowState, WindowTasks } from '@windlass/execution';
import type { StageTransaction, StageWriting } from '@windlass/messaging';

/** A source or group, where its rows are. */
export interface KeyPlace {
  readonly slot: number;
  readonly key: string;
}

/** A window as it is stored and as it is to be; `stored` undefined: there is no row. */
export interface WindowWrite extends KeyPlace {
  readonly window: string;
  readonly stored: WindowState | DoneWindow | undefined;
  readonly next: WindowState | DoneWindow | null;
}

/** Tasks of one kind that a partition's last owner left in a queue or on the topic. */
export interface Backlog {
  readonly key: string;
  readonly lane: Lane;
  readonly windowType: string;
  /** Of a processor or of a hold. */
  readonly queue: string;
  readonly queued: number;
  readonly inFlight: number;
}

/** Tasks of one processor on windows of one type. */
export interface TaskCount {
  readonly processor: string;
  readonly windowType: string;
  readonly queued: number;
  readonly inFlight: number;
}

/**
 * Where windows are kept. Declared here by its user, implemented under postgres/. Every method works in bulk, and throws an error
 * with `retryable = true` when the database cannot be reached.
 */
export interface WindowStore {
  /** All windows of these keys, done ones in the order in which they were done; a key without windows is absent. */
  load(tx: StageTransaction, keys: readonly KeyPlace[]): Promise<ReadonlyMap<string, Changes>>;
  write(tx: StageWriting, writes: readonly WindowWrite[]): void;
  backlog(slots: readonly number[]): Promise<Backlog[]>;
  /** Of every window of these slots that has a task on its topic or being worked on: as many as all processors have credit. */
  underWay(tx: StageTransaction, slots: readonly number[]): Promise<readonly WindowTasks[]>;
  /** Of all slots, as last committed, by processor and window type. */
  tasks(): Promise<TaskCount[]>;
  /** Windows with this id, of all generations, as they were last committed. */
  find(place: KeyPlace & { readonly windowId: string }): Promise<(WindowState | DoneWindow)[]>;
}

/** What is being drained, by the number of its hold. */
export interface Drain {
  /** A processor's name, or the queue of its hold: `algorithm:rul@1`. */
  readonly queue: string;
  readonly number: number;
}

/** Which partitions have nothing under way any more of what is being drained. Kept for all instances of the router. */
export interface DrainStore {
  /**
   * Says that a partition is empty, in the batch's transaction. True: it is the last of all `partitions`, which exactly one is ever
   * told of each drain.
   */
  emptied(
    tx: StageTransaction,
    drain: Drain & { readonly partition: number; readonly partitions: number },
  ): Promise<boolean>;
  /** Of these, those of which all `partitions` are empty. */
  drained(drains: readonly Drain[], partitions: number): Promise<readonly Drain[]>;
}
