import type { Ref, Source } from '@windlass/dag';
import type { StageTransaction } from '@windlass/messaging';
import type { KeptSignal, PastChild, SourcePlan, SourceState } from '@windlass/windowing';

export interface SourceKey {
  readonly slot: number;
  readonly source: string;
}

/** What a batch changes of one source. */
export interface SourceChange extends SourceKey {
  /** Null: what is stored stays. */
  readonly packed: Buffer | null;
  readonly keptAdded: readonly KeptSignal[];
  readonly keptDeletedBeforeUs: number | null;
  readonly pastAdded: readonly { readonly parentId: string; readonly child: PastChild }[];
  readonly pastReplaced: ReadonlyMap<string, readonly PastChild[]>;
}

export interface ParentKey extends SourceKey {
  readonly parentId: string;
}

/** Where the state of sources is kept. All calls are in bulk, within one transaction. */
export interface SourceStore {
  /** Packed states. Sources that nothing is known of are missing in the answer. */
  load(tx: StageTransaction, keys: readonly SourceKey[]): Promise<ReadonlyMap<string, Buffer>>;
  /** All kept signals of these sources, in order of event time and id. */
  loadKept(tx: StageTransaction, keys: readonly SourceKey[]): Promise<ReadonlyMap<string, readonly KeptSignal[]>>;
  /** Forgotten children, by parent. */
  loadPast(tx: StageTransaction, keys: readonly ParentKey[]): Promise<ReadonlyMap<string, readonly PastChild[]>>;
  write(tx: StageTransaction, changes: readonly SourceChange[]): Promise<void>;
}

/** The registry as it is known now. */
export interface Registry {
  /** False until everything that was in the registry at the start has been read. */
  readonly isReady: boolean;
  source(name: string): Source;
  isDeclared(name: string): boolean;
  planOf(source: Source): SourcePlan;
  /** Whether results over windows of this type may open windows. */
  opensWindows(windowType: Ref): boolean;
  /** Grows with each entry. */
  readonly version: bigint;
  /** Types are not for all sources alike: it matters whether a source is declared. */
  readonly selects: boolean;
  /** Waits until what is in the registry now is known here. @throws {RegistryBehindError} when that takes too long. */
  catchUp(): Promise<void>;
}

/** The registry cannot be read far enough now: the world's trouble. */
export class RegistryBehindError extends Error {
  readonly code = 'REGISTRY_BEHIND';
  readonly retryable = true;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RegistryBehindError';
  }
}

export interface StoredSource extends SourceKey {
  readonly state: SourceState;
}

/** States as they were last committed, for people. */
export interface SourceReader {
  one(source: string): Promise<SourceState | null>;
  /** The next sources in order of slot and name. */
  after(position: SourceKey, limit: number): Promise<StoredSource[]>;
}
