import type { AvroSchema } from './avro/avro-schema.ts';
import type { Calendar } from './calendar.ts';

/** Integer microseconds since the Unix epoch, UTC, in event time: exact until the year 2255. */
export type EpochUs = number;

/** `name@version`, for instance `cycle@1`. */
export type Ref = string;

/**
 * A reference as somebody wrote it, `indicator@^1.2`, kept beside what it stands for since it was registered. Absent beside a
 * reference: it was written as it is.
 */
export type AskedRef = string;

export type MetadataValue = null | boolean | number | string;
export type Metadata = Readonly<Record<string, MetadataValue>>;

/** Which sources a window type is for. Empty: all sources. All given parts must match. */
export interface SourceSelector {
  readonly kind?: string;
  readonly groups?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** What a source is, from some event time on. */
export interface SourceAttributes {
  readonly kind: string;
  /** The asset it is part of: site › line › pump. */
  readonly parent?: string;
  readonly groups: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** IANA zone, for instance `Europe/Berlin`. */
  readonly zone?: string;
}

export interface SourceVersion extends SourceAttributes {
  /** Event time from which on it holds; absent: ever. */
  readonly fromUs?: EpochUs;
}

/** What the registry knows of one asset: its latest version, and those before. A source nobody declared has the kind `unknown`. */
export interface Source extends SourceVersion {
  readonly name: string;
  readonly owner?: string;
  readonly validFromUs?: EpochUs;
  readonly validToUs?: EpochUs;
  /** What it was before, oldest first: each until the next one's `fromUs`, the first one ever. Absent: always what it is now. */
  readonly earlier?: readonly SourceVersion[];
}

/** Of what a channel's samples are: numbers and 0 or 1 stand in the `values` of signals, texts in their `metadata`. */
export type ChannelType = 'double' | 'long' | 'boolean' | 'string';

/** A measured quantity of all sources of a kind. */
export interface Channel {
  readonly name: string;
  readonly type: ChannelType;
  /** UCUM. */
  readonly unit?: string;
  /** Signals of this name carry it. */
  readonly signal?: string;
  /** A sample is expected in each such stretch of event time. */
  readonly everyUs?: number;
  readonly description?: string;
}

/** What is known of all sources of a kind. */
export interface SourceKind {
  readonly name: string;
  readonly owner: string;
  readonly description?: string;
  readonly channels: readonly Channel[];
  /** What becomes of signals with a channel that is not declared. */
  readonly undeclared: 'accept' | 'refuse';
}

export interface MetadataField {
  readonly type: 'double' | 'string' | 'boolean';
  readonly unit?: string;
  readonly required: boolean;
}

/** How the windows of a type open and close. Durations are microseconds of event time. */
export type Opening =
  | {
      readonly kind: 'fixed';
      readonly sizeUs: number;
      readonly offsetUs: number;
      readonly align: 'epoch' | 'parent';
      readonly partial: 'keep' | 'drop' | 'extend';
      /** Absent: `source`. */
      readonly scope?: 'source' | 'group';
    }
  | {
      /** Overlapping: a window starts at every edge of the grid, and holds what lies within its size. */
      readonly kind: 'sliding';
      readonly sizeUs: number;
      readonly slideUs: number;
      readonly offsetUs: number;
      readonly align: 'epoch' | 'parent';
      readonly partial: 'keep' | 'drop';
      readonly scope?: 'source' | 'group';
    }
  | {
      /** As long as signals follow each other by less than the gap. */
      readonly kind: 'session';
      readonly gapUs: number;
    }
  | {
      readonly kind: 'startStop';
      readonly signal: string;
      readonly onSecondStart: 'ignore' | 'restart' | 'nest';
      readonly maxDurationUs: number;
    }
  | {
      /** Around each POINT signal of this name. */
      readonly kind: 'point';
      readonly signal: string;
      readonly beforeUs: number;
      readonly afterUs: number;
    }
  | {
      /** As long as a condition over the signals of one name holds, or from one condition to another. */
      readonly kind: 'condition';
      readonly signal: string;
      /** CEL over `values`, `signal` and `metadata`; it opens a window. */
      readonly from: string;
      /** It closes the window; null: that `from` does not hold any more. */
      readonly to: string | null;
      /** What lasts less long opens no window. */
      readonly minDurationUs: number;
      /** A shorter break does not end a window. */
      readonly minBreakUs: number;
      readonly maxDurationUs: number;
      /** A silence of this length ends a window; null: silence says nothing. */
      readonly maxGapUs: number | null;
    }
  | {
      /** As long as an expression over the signals of one name keeps its value. */
      readonly kind: 'state';
      readonly signal: string;
      /** CEL over `values`, `signal` and `metadata` that gives a number, text or boolean. */
      readonly of: string;
      /** Metadata field that takes the value; null: none does. */
      readonly as: string | null;
      readonly minDurationUs: number;
      readonly maxDurationUs: number;
      readonly maxGapUs: number | null;
    }
  | {
      /** So many samples, in order of event time; fewer after `maxDurationUs`. */
      readonly kind: 'count';
      readonly size: number;
      readonly maxDurationUs: number;
    }
  | {
      /** One window, from the source's first signal on (or while the registry says it is valid). */
      readonly kind: 'wholeLife';
    }
  | {
      readonly kind: 'cron';
      readonly expression: string;
      readonly zone: string;
      readonly scope: 'source' | 'group' | 'global';
    }
  | ({
      /** One for each interval, and none between them. */
      readonly kind: 'calendar';
      readonly scope: 'source' | 'group' | 'global';
      /** Breaks cut an interval in windows of its own, or lie within its one window. */
      readonly breaks: 'split' | 'within';
    } & Calendar)
  | {
      readonly kind: 'outcome';
      readonly algorithm: Ref;
      readonly asked?: AskedRef;
      /** CEL over `result`, `window`, `metadata`; type-checked at registration. */
      readonly when: string;
      /** The new window starts at the upstream window's start or end. */
      readonly from: 'start' | 'end';
      /** It ends with its parent, or after a fixed time. */
      readonly until: 'parent' | { readonly durationUs: number };
      /** `parent`: only the first (in event time) of each parent opens one. */
      readonly once: 'parent' | 'never';
    }
  | { readonly kind: 'emission' };

/** Whose windows they are: of each source, of each group of sources, or of nobody. */
export const scopeOf = (open: Opening): 'source' | 'group' | 'global' =>
  ('scope' in open ? open.scope : undefined) ?? 'source';

/** Whether windows of the one type are a group's, and those of the other of sources that may be its members. */
export const areMembers = (group: WindowType, source: WindowType): boolean =>
  scopeOf(group.open) === 'group' &&
  scopeOf(source.open) === 'source' &&
  (group.for.kind === undefined || source.for.kind === undefined || group.for.kind === source.for.kind) &&
  Object.entries(group.for.labels ?? {}).every(([label, value]) => (source.for.labels?.[label] ?? value) === value);

/** Windows on a grid of time, which exist where signals fall into them. */
export type GridOpening = Extract<Opening, { kind: 'fixed' | 'sliding' }>;

export const isGrid = (open: Opening): open is GridOpening => open.kind === 'fixed' || open.kind === 'sliding';

/** Windows that a clock on the wall lays out, whether signals fall into them or not. */
export type ScheduleOpening = Extract<Opening, { kind: 'cron' | 'calendar' }>;

export const isScheduled = (open: Opening): open is ScheduleOpening => open.kind === 'cron' || open.kind === 'calendar';

/** Windows that exist because signals fall into them; what opens all others says when they begin. */
export type ElementOpening = GridOpening | ScheduleOpening | Extract<Opening, { kind: 'session' | 'wholeLife' }>;

export const isOpenedByElements = (open: Opening): open is ElementOpening =>
  isGrid(open) || isScheduled(open) || open.kind === 'session' || open.kind === 'wholeLife';

/** Windows that signals of one name open, and may close. */
export type SignalOpening = Extract<Opening, { kind: 'startStop' | 'point' }>;

export const isOpenedBySignals = (open: Opening): open is SignalOpening =>
  open.kind === 'startStop' || open.kind === 'point';

/** Windows that are stretches of what signals, one after the other, tell. */
export type ObservedOpening = Extract<Opening, { kind: 'condition' | 'state' | 'count' }>;

export const isObserved = (open: Opening): open is ObservedOpening =>
  open.kind === 'condition' || open.kind === 'state' || open.kind === 'count';

/** The signals that windows of this kind look at beside those that are their elements; null: none. */
export const watchedSignal = (open: Opening): string | null =>
  isOpenedBySignals(open) || open.kind === 'condition' || open.kind === 'state' ? open.signal : null;

export interface WindowType {
  readonly name: string;
  readonly version: string;
  readonly owner: string;
  readonly for: SourceSelector;
  /** Names of the signals that are elements of its windows and move its watermark. */
  readonly reads: readonly string[];
  readonly open: Opening;
  /** The type whose windows hold its windows; at most 4 deep. */
  readonly parent?: Ref;
  readonly parentAsked?: AskedRef;
  /** The type whose windows it took when it was applied, where a range was asked for. */
  readonly like?: { readonly windowType: Ref; readonly asked: AskedRef };
  /** Keep the signals and carry them in pane and task; null: only count them. */
  readonly keepSignals: { readonly count: number; readonly bytes: number } | null;
  readonly metadata: Readonly<Record<string, MetadataField>>;
  /** Whether a closing signal's metadata overlays the opening one's. */
  readonly metadataFromClose: boolean;
  /**
   * One sample is expected in each such stretch of a window, or as many as in windows before it; absent: how complete its panes are is
   * not known.
   */
  readonly expected?: { readonly everyUs: number | 'learned' };
}

/** The dial between availability and accuracy: hub configuration per window type, applied at once, to open windows too. */
export interface AvailabilityPolicy {
  readonly windowType: Ref;
  /** Grows with each change; panes are stamped with it. */
  readonly number: number;
  /** Watermark = highest event time read − this. */
  readonly outOfOrdernessUs: number;
  /** Processing time of silence, without backlog, after which a source is idle; null: never. */
  readonly idleTimeoutMs: number | null;
  readonly onIdle: 'advance' | 'hold';
  /** After an idle advance expiry waits for the data's own watermark at most this long. */
  readonly maxIdleMs: number;
  readonly early: { readonly everyMs?: number; readonly count?: number } | null;
  readonly allowedLatenessUs: number;
  /** Late elements fire at once (0) or are coalesced over this processing time. */
  readonly coalesceLateMs: number;
  /** Elements further ahead of processing time than this go to the dead letters; null: not checked. */
  readonly maxAheadUs: number | null;
  /** Ids of elements newer than watermark − this are remembered. */
  readonly dedupeHorizonUs: number;
  /** Of a schedule: windows that were missed, because the hub was down or the source silent. Absent: all, up to the hub's limit. */
  readonly catchUp?: {
    readonly windows: 'all' | 'last' | 'none';
    /** Of `all` the newest so many. */
    readonly limit: number;
    /** A window that ended by less than this before the time now reached is not missed yet. */
    readonly graceUs: number;
  };
  /** Processing time without a firing after which the type of a source is silent; null: never; absent: what is usual tells. */
  readonly silentAfterMs?: number | null;
  /** How long windows wait for a source that has said it is offline; absent: 7 days. */
  readonly maxOfflineMs?: number;
}

export type PaneTiming = 'EARLY' | 'ON_TIME' | 'LATE';
export type BindingTiming = PaneTiming | 'FINAL';

export interface Binding {
  readonly windowType: Ref;
  readonly asked?: AskedRef;
  /** Default: ON_TIME and LATE. */
  readonly on: readonly BindingTiming[];
  readonly minCompleteness?: number;
}

/** The fired windows of the same type and key that begin before a window. */
export type PreviousRelation =
  | {
      readonly kind: 'previous';
      /** The last so many. */
      readonly count: number;
      /** The nearest so many are left out. */
      readonly gap?: number;
      /** Only those that begin within so long before the window's start. */
      readonly withinUs?: number;
    }
  | {
      readonly kind: 'previous';
      /** Those that begin within so long before the window's start, or before the gap. */
      readonly durationUs: number;
      /** Those that begin within so long before the window's start are left out. */
      readonly gapUs?: number;
    };

/** Results of another algorithm that this one needs. */
export interface Dependency {
  readonly algorithm: Ref;
  readonly asked?: AskedRef;
  readonly relation:
    | { readonly kind: 'same' }
    | { readonly kind: 'parent' }
    | { readonly kind: 'children' }
    | PreviousRelation
    | { readonly kind: 'members' };
  /** There is no result, and none is to come; what is to come is waited for. */
  readonly onMissing: 'wait' | 'runWithout' | 'skip' | 'fail';
  /** It failed or was skipped. */
  readonly onFailed: 'wait' | 'runWithout' | 'skip' | 'fail';
  /** It may still be revised. */
  readonly onProvisional: 'accept' | 'wait' | 'runWithout' | 'skip' | 'fail';
  /** Of the pane that the result is about, 0 to 1; a completeness that is not known is below it. */
  readonly minCompleteness?: number;
  /** It is below `minCompleteness`; present with that. */
  readonly onIncomplete?: 'wait' | 'runWithout' | 'skip' | 'fail';
  /** How long to wait, from when the run was opened; null: as long as there is something to wait for. */
  readonly waitMs: number | null;
  /**
   * What happens when the wait is over, or nothing is left to wait for. `accept` takes a result as it is, and runs without one where
   * there is none. Absent: what `onMissing` says, and `skip` where that is `wait`.
   */
  readonly afterWait?: 'accept' | 'runWithout' | 'skip' | 'fail';
  readonly onRevision: 'rerun' | 'keep' | { readonly rerunDepth: number };
  /** Nobody declared `onRevision`: it is settled anew whenever the DAG changes, because only the whole DAG shows what leads back to itself. */
  readonly onRevisionDefaulted?: boolean;
  /** What the dependant expects to read; checked against what the algorithm declares. */
  readonly reads?: ResultType;
}

export interface ResultType {
  readonly type: 'double' | 'long' | 'boolean' | 'string' | 'bytes' | 'array' | 'struct' | 'none';
  /** UCUM unit. */
  readonly unit?: string;
  /** Of a field: it may be null. Absent: nothing was said of it. */
  readonly optional?: boolean;
  /** Fields of a struct. */
  readonly fields?: Readonly<Record<string, ResultType>>;
  /** A schema of the team's own, which the rest was derived from: how its values travel. */
  readonly avro?: AvroSchema;
}

export interface RetryPolicy {
  readonly attempts: number;
  readonly backoffMs: number;
  readonly backoffFactor: number;
  readonly maxBackoffMs: number;
  /** The part of each wait that is drawn, 0 to 1: between all of it and what is left. Absent: a half. */
  readonly jitter?: number;
  /** Error classes or codes that are never retried. */
  readonly nonRetryable: readonly string[];
  /** The only error classes or codes that are. Absent: all. */
  readonly retryable?: readonly string[];
}

export interface Algorithm {
  readonly name: string;
  readonly version: string;
  readonly owner: string;
  readonly processor: string;
  readonly bindings: readonly Binding[];
  readonly dependencies: readonly Dependency[];
  readonly result: ResultType;
  /** Window types of which its results may emit child windows. */
  readonly emits: readonly Ref[];
  /** Start-to-close limit of one attempt. */
  readonly timeoutMs: number;
  /** From the opening of a run to its outcome, whatever it waits for, with all attempts. Absent: no limit. */
  readonly scheduleToCloseMs?: number;
  /** A newer pane of the window does not wait for what runs on the one before: that is cancelled. Absent: it waits. */
  readonly preempt?: boolean;
  readonly retry: RetryPolicy;
  /** Refused when larger; at most 4 MiB. */
  readonly maxResultBytes: number;
}

export interface Processor {
  readonly name: string;
  readonly version: string;
  readonly owner: string;
  /** Names the result topic `windlass.results.<team>.v1`. */
  readonly team: string;
}

/** An algorithm that a definitions file says will be registered: others may refer to it before. Until then it counts as missing. */
export interface ExpectedAlgorithm {
  readonly algorithm: Ref;
  readonly processor: string;
  readonly owner: string;
}

/** One validated, numbered, immutable state of all window types, processors and algorithms. */
export interface DagRevision {
  readonly number: number;
  readonly windowTypes: readonly WindowType[];
  readonly processors: readonly Processor[];
  readonly algorithms: readonly Algorithm[];
  /** Absent: none. */
  readonly expected?: readonly ExpectedAlgorithm[];
  /** Absent: none. */
  readonly kinds?: readonly SourceKind[];
}

/** `name@version` of a window type or algorithm. */
export const refOf = ({ name, version }: { readonly name: string; readonly version: string }): Ref =>
  `${name}@${version}`;

/**
 * The text by which a pane names a `previous` dependency: `previous(20)`, `previous(20, gap 1, within 3600000000us)`,
 * `previous(600000000us, gap 60000000us)`. Read by SDKs.
 */
export function previousKey(relation: PreviousRelation): string {
  if ('count' in relation) {
    const { count, gap, withinUs } = relation;
    const gapText = gap === undefined ? '' : `, gap ${gap}`;
    return `previous(${count}${gapText}${withinUs === undefined ? '' : `, within ${withinUs}us`})`;
  }
  const { durationUs, gapUs } = relation;
  return `previous(${durationUs}us${gapUs === undefined ? '' : `, gap ${gapUs}us`})`;
}

/** What a dependency does once it waits no longer. */
export const afterWaitOf = ({ afterWait, onMissing }: Dependency): NonNullable<Dependency['afterWait']> =>
  afterWait ?? (onMissing === 'wait' ? 'skip' : onMissing);
