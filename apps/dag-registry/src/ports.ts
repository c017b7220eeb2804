import type { AuditKind, AuditEntry } from './audit.ts';
import type { Watched } from './processor-watch.ts';
import type {
  Asked,
  DagRevision,
  Hold,
  HoldState,
  HoldSubject,
  RegistryEntry,
  RegistryState,
  Source,
  TaskCount,
} from '@windlass/dag';

/** An entry as it is stored, with who changed it and when (microseconds since the epoch). A HOLD's name is `processor/health`. */
export interface StampedEntry extends Omit<RegistryEntry, 'kind' | 'extension'> {
  readonly kind: RegistryEntry['kind'] | 'HOLD';
  readonly changedBy: string;
  readonly changedAtUs: number;
  /** What whoever changed it said about it. */
  readonly why?: string;
}

/** What a change wants stored, and what it answers. */
export interface Decision<T> {
  readonly entries: readonly StampedEntry[];
  /** Who did what; null: nothing was changed. */
  readonly audit: AuditEntry | null;
  /** What is live then: the one before, or the one that an entry leads to. */
  readonly revision: DagRevision;
  readonly answer: T;
}

export interface AuditQuery {
  readonly who?: string | undefined;
  readonly kind?: AuditKind | undefined;
  /** A name, or `kind/name`. */
  readonly subject?: string | undefined;
  /** From this time on, microseconds since the epoch. */
  readonly fromUs?: number | undefined;
  /** Before this time. */
  readonly toUs?: number | undefined;
  /** Of an entry: those before it. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface NumberedAuditEntry extends AuditEntry {
  readonly id: number;
}

/** Everything that was ever done to the registry: written with each change, in its transaction. */
export interface AuditLog {
  /** Newest first. */
  entries(query: AuditQuery): Promise<readonly NumberedAuditEntry[]>;
}

export interface RevisionSummary {
  readonly number: number;
  readonly changedBy: string;
  readonly changedAtUs: number;
  /** Null: nothing was said. */
  readonly why: string | null;
}

/** A source as it is stored: declared, or seen, or both. */
export interface KnownSource {
  readonly name: string;
  /** Null: nobody has declared it; it has sent a signal. */
  readonly declared: Source | null;
  /** Of its changes, the newest; 0: none. */
  readonly number: number;
  /** Processing time of its first signal, microseconds since the epoch; null: none has come. */
  readonly firstSeenUs: number | null;
  /** Name of that signal. */
  readonly firstSignal: string | null;
}

/** One state of a source, as it was stored. */
export interface SourceChange {
  readonly number: number;
  readonly source: Source;
  readonly changedBy: string;
  readonly changedAtUs: number;
}

/** All given parts must match. */
export interface SourceQuery {
  /** Name to continue after. */
  readonly after: string;
  readonly limit: number;
  readonly kind?: string | undefined;
  readonly group?: string | undefined;
  readonly parent?: string | undefined;
  readonly label?: { readonly name: string; readonly value: string } | undefined;
  readonly declared?: boolean | undefined;
}

export interface SourcePage {
  readonly sources: readonly KnownSource[];
  /** Name to continue after; null: the last page. */
  readonly next: string | null;
}

/**
 * What the registry needs from storage. Every entry is kept for ever under (kind, name, number); the highest number is
 * what holds. A stored entry is also the outbox: it is unpublished until `publishNext` has handed it on.
 */
export interface RegistryStore {
  /**
   * The state now, without a lock: good for a dry run. `sources`: names of those that matter, which may be groups too; those above them
   * come with them.
   */
  read(sources: readonly string[]): Promise<RegistryState>;
  /**
   * Decides about the state and stores the entries in one transaction; one at a time over all instances. When `decide`
   * throws nothing is stored.
   */
  change<T>(sources: readonly string[], decide: (state: RegistryState) => Decision<T>): Promise<T>;
  /** As `change`, about whether something is held; `hold` is how it was last. */
  changeHold<T>(subject: HoldSubject, decide: (state: HoldState) => Decision<T>): Promise<T>;
  /** What is held now. */
  holds(): Promise<readonly Hold[]>;
  revision(number: number): Promise<DagRevision | undefined>;
  /** Newest first. */
  revisions(limit: number): Promise<readonly RevisionSummary[]>;
  sources(query: SourceQuery): Promise<SourcePage>;
  source(name: string): Promise<KnownSource | undefined>;
  /** Those with a lower number than `before`, newest first. */
  sourceChanges(
    name: string,
    query: { readonly before: number; readonly limit: number },
  ): Promise<readonly SourceChange[]>;
}

/** Committed entries that are still to be published. */
export interface EntryOutbox {
  /**
   * Hands unpublished entries to `publish` in the order in which they were stored, then counts them as published; one
   * instance at a time, because the topic keeps of each entity what was written last. Answers whether more of them may be left.
   * When it fails after `publish` was called, what holds of these entities is published again.
   */
  publishNext(limit: number, publish: (entries: readonly StampedEntry[]) => Promise<void>): Promise<boolean>;
  countUnpublished(): Promise<number>;
}

/** The compacted registry topic. Publishing an entry twice is harmless: readers take the highest number. */
export interface RegistryTopic {
  /** Resolves when all replicas have them; waits while Kafka cannot be reached, until the signal aborts. */
  publish(entries: readonly StampedEntry[], signal: AbortSignal): Promise<void>;
}

/** The hub's topics; creating what is there already changes nothing. */
export interface HubTopics {
  /** The window topics of processors. @throws an error of code TOPIC_COLLISION, or a retryable one while Kafka cannot be reached. */
  ensureWindowTopics(processors: readonly string[]): Promise<void>;
  /** Every topic of the hub, for these processors. */
  ensureAll(processors: readonly string[]): Promise<void>;
}

/** What other services know that a change may undo. Asked when it is planned and when it is made; never throws. */
export interface Peers {
  /** Of the whole hub, by window type. */
  openWindows(): Promise<Asked<ReadonlyMap<string, number>>>;
  tasks(): Promise<Asked<readonly TaskCount[]>>;
  /** Of the last 7 days; window types of which nothing was seen are left out. */
  lateness(windowTypes: readonly string[]): Promise<Asked<ReadonlyMap<string, LatenessSeen>>>;
}

/** How far elements of a window type were behind the highest event time read when they came. */
export interface LatenessSeen {
  readonly elements: number;
  /** Rising: elements that were more than this behind, and at most as much as the next entry says. */
  readonly byLateness: readonly { readonly moreThanUs: number; readonly count: number }[];
}

/** An instance of a processor as it last told about itself. Times in microseconds since the epoch. */
export interface InstanceHeard {
  readonly processor: string;
  readonly instance: string;
  readonly version: string;
  readonly host: string;
  readonly sdk: string;
  readonly state: string;
  readonly algorithms: readonly string[];
  readonly inFlight: number;
  readonly lagRecords: number | null;
  readonly startedAtUs: number;
  readonly heardAtUs: number;
}

export interface Liveness {
  /** Every instance heard of within a day, and what is remembered of each processor. */
  heard(): Promise<{ readonly instances: readonly InstanceHeard[]; readonly watched: readonly Watched[] }>;
}

/** How far processors are behind, by Kafka's own offsets. */
export interface WindowTopicLags {
  /** Records of its window topic that it has not taken; null: that cannot be told now. */
  lagOf(processor: string): Promise<number | null>;
}
