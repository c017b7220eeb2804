import type { AvailabilityPolicy, DescribedSource, Ref, Source, WindowType } from '@windlass/dag';
import type { StageTransaction } from '@windlass/messaging';
import type {
  Cell,
  Journal,
  KeptSignal,
  Measure,
  Notice,
  PastChild,
  SealedIds,
  Sighting,
  SourcePlan,
  SourceState,
  TimedDrop,
  WindowHistory,
} from '@windlass/windowing';
import type { WindowCounts } from './open-windows.ts';
import type { ParkedSource } from './overflow/parking.ts';

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
  readonly sealedAdded: readonly SealedIds[];
  readonly sealedGone: readonly number[];
  /** What they say of silences is kept, to be asked for. */
  readonly notices: readonly Notice[];
  readonly journal: Journal;
  /** Processing time of the batch. */
  readonly atUs: number;
}

export interface KeptKey extends SourceKey {
  readonly fromUs: number;
}

export interface ParentKey extends SourceKey {
  readonly parentId: string;
}

/** A block of ids, by its number. */
export interface BlockKey extends SourceKey {
  readonly number: number;
}

/** Where the state of sources is kept. All calls are in bulk, within one transaction. */
export interface SourceStore {
  /** Packed states. Sources that nothing is known of are missing in the answer. */
  load(tx: StageTransaction, keys: readonly SourceKey[]): Promise<ReadonlyMap<string, Buffer>>;
  /** Kept signals of these sources, each from an event time on. */
  loadKept(tx: StageTransaction, keys: readonly KeptKey[]): Promise<ReadonlyMap<string, readonly KeptSignal[]>>;
  /** Forgotten children, by parent. */
  loadPast(tx: StageTransaction, keys: readonly ParentKey[]): Promise<ReadonlyMap<string, readonly PastChild[]>>;
  /** Ids of blocks, by source and number. */
  loadBlocks(
    tx: StageTransaction,
    keys: readonly BlockKey[],
  ): Promise<ReadonlyMap<string, ReadonlyMap<number, ReadonlySet<number>>>>;
  write(tx: StageTransaction, changes: readonly SourceChange[]): Promise<void>;
}

/** The registry as it is known now. */
export interface Registry {
  /** False until everything that was in the registry at the start has been read. */
  readonly isReady: boolean;
  source(name: string): Source;
  isDeclared(name: string): boolean;
  /** Tells what a source was at an event time; null: nobody has declared it. */
  describerOf(name: string): (timeUs: number) => DescribedSource | null;
  planOf(source: Source): SourcePlan;
  /** As they are set now; another map after each change. */
  readonly policies: ReadonlyMap<Ref, AvailabilityPolicy>;
  /** All of the live revision. */
  readonly windowTypes: readonly WindowType[];
  /** Whether results over windows of this type may open windows. */
  opensWindows(windowType: Ref): boolean;
  /** Whether the live revision has this window type. */
  hasType(windowType: Ref): boolean;
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

/** A window type of a source that should have fired and has not. */
export interface StoredSilence extends SourceKey {
  readonly windowType: Ref;
  readonly owner: string;
  /** Processing time of its last firing; of a schedule before its first, since when that is expected. */
  readonly sinceUs: number;
  readonly expectedByUs: number;
  readonly usualStepUs: number | null;
  readonly toldAtUs: number;
}

export interface SilencePosition {
  readonly slot: number;
  readonly name: string;
  readonly type: Ref;
}

export interface SilenceFilter {
  readonly windowType: Ref | undefined;
  readonly source: string | undefined;
  /** Undefined: from the first on. */
  readonly position: SilencePosition | undefined;
  readonly limit: number;
}

/** Silences as they were last committed, for people. */
export interface SilenceReader {
  /** The next ones in order of slot, source and window type. */
  after(filter: SilenceFilter): Promise<StoredSilence[]>;
  /** Of the whole hub. */
  countByType(): Promise<ReadonlyMap<Ref, number>>;
}

/** What the journal tells of one window, and whose it is. */
export interface StoredHistory extends SourceKey, WindowHistory {}

/** The journal, for people. */
export interface JournalReader {
  /** Null: the journal knows nothing of it, any more. */
  window(windowId: string): Promise<StoredHistory | null>;
  /** Windows of a type that began at `timeUs` or before, latest start first; the latest few. */
  windowsBefore(at: {
    readonly source: string;
    readonly windowType: Ref;
    readonly timeUs: number;
  }): Promise<StoredHistory[]>;
  /** Drops of event times in [fromUs, toUs), and those of no event time, newest first; the newest few. */
  drops(of: { readonly source: string; readonly fromUs: number; readonly toUs: number }): Promise<TimedDrop[]>;
}

export interface KeptQuery {
  readonly source: string;
  /** Event time, half-open. */
  readonly fromUs: number;
  readonly toUs: number;
  /** The last one of the page before. */
  readonly after: { readonly eventTimeUs: number; readonly id: string } | null;
  readonly limit: number;
}

/** Kept signals as they are stored, for people. */
export interface KeptReader {
  /** In order of event time, then id by its bytes. */
  kept(query: KeptQuery): Promise<KeptSignal[]>;
}

/** So many more of a measure's bucket. */
export interface DialCount {
  readonly windowType: Ref;
  readonly isHistory: boolean;
  readonly measure: Measure;
  readonly bucket: number;
  readonly count: number;
}

export interface MeasuredCell extends Cell {
  readonly windowType: Ref;
  readonly measure: Measure;
}

export interface DialQuery {
  readonly windowTypes: readonly Ref[];
  /** Left out: all. */
  readonly measures?: readonly Measure[];
  /** Processing time. */
  readonly fromUs: number;
  readonly isHistory: boolean;
}

/** Where the measurements of all instances are added up, by hour of processing time. */
export interface DialStore {
  add(hourUs: number, counts: readonly DialCount[]): Promise<void>;
  read(query: DialQuery): Promise<MeasuredCell[]>;
  forgetBefore(hourUs: number): Promise<void>;
}

/** Takes what steps have seen; returns at once. */
export interface DialRecord {
  add(sightings: readonly Sighting[]): void;
}

/** Measurements of one window type. */
export interface Measured {
  readonly windowType: Ref;
  readonly fromUs: number;
  readonly toUs: number;
  readonly isHistory: boolean;
  readonly cells: ReadonlyMap<Measure, readonly Cell[]>;
}

export interface DialReader {
  /** Of the hours that lie within the last `sinceUs`, or partly. Undefined: nobody knows this window type. */
  measured(query: {
    readonly windowType: Ref;
    readonly sinceUs: number;
    readonly isHistory: boolean;
  }): Promise<Measured | undefined>;
  /** How far elements were behind the highest event time read, live, by window type; one of which nothing came is left out. */
  lateness(query: {
    readonly windowTypes: readonly Ref[];
    readonly sinceUs: number;
  }): Promise<ReadonlyMap<Ref, readonly Cell[]>>;
}

/** How many windows of a partition may still change, by type. */
export interface OpenWindowStore {
  load(partition: number): Promise<WindowCounts>;
  write(tx: StageTransaction, partition: number, counts: WindowCounts): Promise<void>;
}

/** The same, as last written, of all partitions: for people and other services. */
export interface OpenWindowReader {
  counts(): Promise<WindowCounts>;
}

/** Numbers of policies, by window type. */
export type PolicyNumbers = ReadonlyMap<Ref, number>;

export interface SourcePage {
  readonly partition: number;
  readonly after: SourceKey;
  readonly limit: number;
}

export interface PackedSource extends SourceKey {
  readonly packed: Buffer;
}

/** Which policies all sources of a partition have been told of. */
export interface ToldPolicyStore {
  /** Empty: of none. */
  told(partition: number): Promise<PolicyNumbers>;
  write(tx: StageTransaction, partition: number, numbers: PolicyNumbers): Promise<void>;
  /** The next sources of the partition, in order of slot and name. */
  sources(tx: StageTransaction, page: SourcePage): Promise<readonly PackedSource[]>;
}

/** Which sources are parked, for the owner of their partition. */
export interface ParkingStore {
  /** Those that are parked, and those that were until not long ago. */
  load(partition: number): Promise<readonly ParkedSource[]>;
  write(tx: StageTransaction, changed: readonly ParkedSource[]): Promise<void>;
}

/** Parked sources as they were last committed, for people and for a release. */
export interface ParkedReader {
  /** Null: it is not parked. */
  parked(source: string): Promise<ParkedSource | null>;
  /** The next parked ones in order of slot and name. */
  after(position: SourceKey, limit: number): Promise<ParkedSource[]>;
}
