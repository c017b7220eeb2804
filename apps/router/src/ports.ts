import type { Changes, DoneWindow, Lane, WindowState } from '@windlass/execution';
import type { StageTransaction } from '@windlass/messaging';

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

/** Tasks of one kind that a partition's last owner left queued or on the topic. */
export interface Backlog {
  readonly key: string;
  readonly lane: Lane;
  readonly windowType: string;
  readonly processor: string;
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
  write(tx: StageTransaction, writes: readonly WindowWrite[]): Promise<void>;
  backlog(slots: readonly number[]): Promise<Backlog[]>;
  /** Of all slots, as last committed, by processor and window type. */
  tasks(): Promise<TaskCount[]>;
  /** Windows with this id, of all generations, as they were last committed. */
  find(place: KeyPlace & { readonly windowId: string }): Promise<(WindowState | DoneWindow)[]>;
}
