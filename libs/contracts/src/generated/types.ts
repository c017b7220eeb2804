// Made from schemas/*/value.avsc by tools/generate.mjs; change the schema, then run `npm run generate`.

/** A hint to all instances of a processor */
export interface Control {
  readonly processor: string;
  readonly kind: ControlKind;
  readonly taskId: string;
  readonly executionIds: readonly string[];
  readonly reason: string;
  readonly atUs: number;
}

export type ControlKind = 'CANCEL';

/** Opens a window by hand or from outside */
export interface Emission {
  readonly id: string;
  /** name@version of the window type to open */
  readonly windowType: string;
  /** Source (or group) whose window this is */
  readonly key: string;
  /** Inclusive */
  readonly startUs: number;
  /** Exclusive; greater than startUs */
  readonly endUs: number;
  /** Tells apart two windows with one start; default is the start */
  readonly emissionKey: null | string;
  readonly metadata: Readonly<Record<string, null | boolean | number | string>>;
  readonly parentWindowId: null | string;
  /** Who asked */
  readonly owner: null | string;
}

/** How an algorithm stands on a member's window that a group's windows need; or how far the member is */
export interface GroupOutcome {
  /** Also the record key */
  readonly group: string;
  /** 32 hex digits; hashes what is known when the window opens */
  readonly windowId: string;
  /** 0 live; each replay takes the next */
  readonly generation: number;
  /** Grows with every record about this window; the highest applied wins */
  readonly version: number;
  /** name@version */
  readonly windowType: string;
  /** Source or group */
  readonly key: string;
  /** Inclusive */
  readonly startUs: number;
  /** Exclusive */
  readonly endUs: number;
  readonly isFinal: boolean;
  readonly revision: number;
  readonly executionId: string;
  readonly algorithm: string;
  readonly run: number;
  readonly withdrawn: boolean;
  readonly result: null | Value;
  /** Of the current run: PENDING, SUCCEEDED, FAILED, SKIPPED, CANCELLED; NONE: there is no run; CLOSED: no algorithm is meant, but what closedUs says */
  readonly state: string;
  /** Its result is `result` */
  readonly verdict: null | GroupVerdict;
  /** Grows when a verdict differs from the one before */
  readonly value: number;
  /** How many revised results one after the other led to the run */
  readonly cascade: number;
  /** Nothing of it can change any more */
  readonly isFirm: boolean;
  readonly timing: Timing;
  readonly completeness: null | number;
  readonly metadata: Readonly<Record<string, null | boolean | number | string>>;
  readonly dagRevision: number;
  readonly lane: Lane;
  /** Windows of the member that end by then have fired; set only when CLOSED */
  readonly closedUs: null | number;
  /** No window of the member that ends by then can come any more */
  readonly settledUs: null | number;
}

/** Any result: 64-bit floats keep NaN and infinities */
export interface Value {
  readonly value:
    | null
    | { readonly boolean: boolean }
    | { readonly long: bigint }
    | { readonly double: number }
    | { readonly string: string }
    | { readonly bytes: Buffer }
    | { readonly 'io.windlass.v1.DoubleArray': DoubleArray }
    | { readonly 'io.windlass.v1.ValueList': ValueList }
    | { readonly 'io.windlass.v1.ValueMap': ValueMap };
}

/** A dense array of 64-bit floats */
export interface DoubleArray {
  readonly items: readonly number[];
}

/** An ordered list of any values */
export interface ValueList {
  readonly items: readonly Value[];
}

/** A struct: values by field name, each name once */
export interface ValueMap {
  /** An array, because a map of itself cannot be registered everywhere (Apicurio issue 7023) */
  readonly fields: readonly ValueField[];
}

export interface ValueField {
  readonly name: string;
  readonly value: Value;
}

/** The latest that stands */
export interface GroupVerdict {
  readonly executionId: string;
  readonly run: number;
  readonly revision: number;
  readonly state: string;
  readonly reason: null | Reason;
  readonly completeness: null | number;
}

/** Why not SUCCEEDED */
export interface Reason {
  readonly code: string;
  readonly message: string;
  readonly stack: null | string;
  /** Execution id that caused it */
  readonly because: null | string;
}

export type Timing = 'EARLY' | 'ON_TIME' | 'LATE';

export type Lane = 'LIVE' | 'REPLAY' | 'TRY';

/** What a member did that a group's windows need */
export interface GroupSignal {
  /** Also the record key */
  readonly group: string;
  readonly source: string;
  readonly windowType: string;
  readonly generation: number;
  /** By its data; null: as before */
  readonly watermarkUs: null | number;
  /** Silent: it holds the firing of the group's windows up no more */
  readonly isIdle: boolean;
  /** Samples that it has counted in the window [firstUs, lastUs) of the group since it last told */
  readonly elements: number;
  readonly firstUs: null | number;
  readonly lastUs: null | number;
  /** Where silence has moved its watermark */
  readonly idleUs: null | number;
  /** Silent for so long that it does not hold up what is final either */
  readonly isGone: boolean;
  /** Grows per member; lower is ignored */
  readonly sequence: number;
}

/** A processor instance is alive */
export interface Heartbeat {
  readonly processor: string;
  readonly processorVersion: string;
  readonly instance: string;
  readonly host: string;
  /** Language and version */
  readonly sdk: string;
  readonly state: InstanceState;
  readonly algorithms: readonly string[];
  readonly inFlight: number;
  readonly lagRecords: null | number;
  readonly startedAtUs: number;
  readonly atUs: number;
}

export type InstanceState = 'RUNNING' | 'DRAINING' | 'STOPPED';

/** Something a person should know */
export interface Notice {
  readonly id: string;
  /** Stable code, for instance GAP or DEAD_LETTER */
  readonly kind: string;
  readonly owner: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly message: string;
  readonly details: Readonly<Record<string, string>>;
  readonly atUs: number;
}

export type Severity = 'INFO' | 'WARNING' | 'ERROR';

/** What became known about one window in one step of the router */
export interface OutcomeEvent {
  /** 32 hex digits; hashes what is known when the window opens */
  readonly windowId: string;
  /** 0 live; each replay takes the next */
  readonly generation: number;
  /** Grows with every record about this window; the highest applied wins */
  readonly version: number;
  /** name@version */
  readonly windowType: string;
  /** Source or group */
  readonly key: string;
  /** Inclusive */
  readonly startUs: number;
  /** Exclusive */
  readonly endUs: number;
  readonly revision: number;
  readonly isFinal: boolean;
  readonly parentWindowId: null | string;
  readonly metadata: Readonly<Record<string, null | boolean | number | string>>;
  readonly completeness: null | number;
  readonly dagRevision: number;
  readonly policyRevision: number;
  readonly lane: Lane;
  readonly depth: number;
  readonly outcomes: readonly Outcome[];
  readonly withdrawn: readonly Withdrawal[];
  /** Every execution of this revision is terminal */
  readonly runComplete: boolean;
  /** Every execution of this revision that may open windows is terminal; others may wait for what those windows give. Follows from runComplete */
  readonly openersComplete: boolean;
}

/** The immutable verdict on one run of one algorithm on one window */
export interface Outcome {
  readonly executionId: string;
  /** name@version */
  readonly algorithm: string;
  readonly run: number;
  /** Attempts used; 0 when it never started */
  readonly attempt: number;
  readonly state: OutcomeState;
  readonly reason: null | Reason;
  readonly result: null | Value;
  readonly unit: null | string;
  readonly inputs: readonly InputReference[];
  readonly staleInput: boolean;
  readonly emissions: readonly OutcomeEmission[];
  /** Processing time of the router */
  readonly knownAtUs: number;
  readonly startedAtUs: null | number;
  readonly endedAtUs: null | number;
  readonly cpuMs: null | number;
  readonly processor: string;
  readonly processorVersion: null | string;
  readonly instance: null | string;
}

export type OutcomeState = 'SUCCEEDED' | 'FAILED' | 'SKIPPED' | 'CANCELLED';

/** An accepted input */
export interface InputReference {
  readonly executionId: string;
  readonly algorithm: string;
  readonly relation: Relation;
  readonly windowId: string;
}

export type Relation = 'SAME' | 'PARENT' | 'CHILDREN' | 'PREVIOUS' | 'MEMBERS';

/** A child window to open */
export interface OutcomeEmission {
  /** name@version of the window type to open */
  readonly windowType: string;
  /** Source (or group) whose window this is */
  readonly key: string;
  /** Inclusive */
  readonly startUs: number;
  /** Exclusive; greater than startUs */
  readonly endUs: number;
  /** Tells apart two windows with one start; default is the start */
  readonly emissionKey: null | string;
  readonly metadata: Readonly<Record<string, null | boolean | number | string>>;
}

/** What no longer holds */
export interface Withdrawal {
  readonly executionId: string;
  readonly algorithm: string;
  readonly run: number;
  readonly reason: string;
  readonly knownAtUs: number;
}

/** What happened to a window */
export interface PaneEvent {
  readonly event:
    | { readonly 'io.windlass.v1.Pane': Pane }
    | { readonly 'io.windlass.v1.WindowWithdrawn': WindowWithdrawn }
    | { readonly 'io.windlass.v1.WindowFinalized': WindowFinalized }
    | { readonly 'io.windlass.v1.ChildrenClosed': ChildrenClosed };
}

/** One firing of one window */
export interface Pane {
  /** 32 hex digits; hashes what is known when the window opens */
  readonly windowId: string;
  /** 0 live; each replay takes the next */
  readonly generation: number;
  /** Grows with every record about this window; the highest applied wins */
  readonly version: number;
  /** name@version */
  readonly windowType: string;
  /** Source or group */
  readonly key: string;
  /** Inclusive */
  readonly startUs: number;
  /** Exclusive */
  readonly endUs: number;
  /** 0, 1, 2… without gaps */
  readonly revision: number;
  readonly timing: Timing;
  /** No later revision will come */
  readonly isFinal: boolean;
  /** Samples in the window so far (sum of signal counts) */
  readonly elements: number;
  /** Samples added since the last pane */
  readonly added: number;
  /** 0..1; null when unknown, never a guess */
  readonly completeness: null | number;
  /** Longest stretch of the window without an element, its edges included; null when unknown */
  readonly gapUs: null | number;
  /** Of the window type when the pane fired: how far past (or short of) the end it was tells how sure it is; null when there was none */
  readonly watermarkUs: null | number;
  readonly parentWindowId: null | string;
  readonly previous: readonly PreviousWindows[];
  readonly metadata: Readonly<Record<string, null | boolean | number | string>>;
  /** In order of event time, then id; null when the type keeps none */
  readonly signals: null | readonly KeptSignal[];
  readonly openedBy: null | OpenedBy;
  /** Causation depth: 0 for a window opened from outside */
  readonly depth: number;
  /** Live when the pane fired */
  readonly dagRevision: number;
  /** Of the window type's availability policy */
  readonly policyRevision: number;
  readonly lane: Lane;
  /** Processing time */
  readonly firedAtUs: number;
  /** What the source was at the window's start; null: nobody has declared it, or the key is a group */
  readonly source: null | SourceAttributes;
  /** Of a group's window whose algorithms join its members' results: members that have told the group that they are past its end; null: nothing is joined */
  readonly members: null | number;
}

/** Fired windows of the same type and key that precede this one */
export interface PreviousWindows {
  /** previous(20) or previous(10m): as declared by the algorithms of this type */
  readonly dependency: string;
  /** Oldest first; empty: there is none */
  readonly windowIds: readonly string[];
}

/** A signal that its window keeps */
export interface KeptSignal {
  /** Unique per event; a repeated id is a duplicate and is dropped within the dedupe horizon */
  readonly id: string;
  /** What kind of event; window types read signals by this name */
  readonly name: string;
  /** When it happened at the source, UTC */
  readonly eventTimeUs: number;
  /** POINT, START or STOP of a stretch, or WATERMARK: everything before eventTimeUs has arrived */
  readonly phase: Phase;
  /** At most 64 measured values by channel */
  readonly values: Readonly<Record<string, number>>;
  /** Samples this signal stands for */
  readonly count: number;
  /** Matches a STOP to its START */
  readonly correlation: null | string;
  /** At most 16 KiB */
  readonly metadata: Readonly<Record<string, null | boolean | number | string>>;
}

export type Phase = 'POINT' | 'START' | 'STOP' | 'WATERMARK';

/** The accepted result that opened this window */
export interface OpenedBy {
  readonly windowId: string;
  readonly algorithm: string;
  readonly executionId: null | string;
}

/** What a declared source was */
export interface SourceAttributes {
  readonly kind: string;
  /** What it was part of: its parent first, then that one's */
  readonly parents: readonly string[];
  readonly groups: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** IANA time zone */
  readonly zone: null | string;
}

/** This window never was; its results no longer hold */
export interface WindowWithdrawn {
  /** 32 hex digits; hashes what is known when the window opens */
  readonly windowId: string;
  /** 0 live; each replay takes the next */
  readonly generation: number;
  /** Grows with every record about this window; the highest applied wins */
  readonly version: number;
  /** name@version */
  readonly windowType: string;
  /** Source or group */
  readonly key: string;
  /** Inclusive */
  readonly startUs: number;
  /** Exclusive */
  readonly endUs: number;
  /** Ids of the windows that stand in its place */
  readonly replacedBy: readonly string[];
  readonly reason: string;
  readonly outside: null | ParentBounds;
}

/** All children of this parent outside [startUs, endUs) are withdrawn */
export interface ParentBounds {
  readonly parentWindowId: string;
  readonly startUs: number;
  readonly endUs: number;
}

/** The last revision is final; the trigger forgets the window */
export interface WindowFinalized {
  /** 32 hex digits; hashes what is known when the window opens */
  readonly windowId: string;
  /** 0 live; each replay takes the next */
  readonly generation: number;
  /** Grows with every record about this window; the highest applied wins */
  readonly version: number;
  /** name@version */
  readonly windowType: string;
  /** Source or group */
  readonly key: string;
  /** Inclusive */
  readonly startUs: number;
  /** Exclusive */
  readonly endUs: number;
  readonly revision: number;
  readonly dagRevision: number;
  readonly finalizedAtUs: number;
  /** As in a pane, and now: members that were silent when the last one fired may have come since; null: nothing is joined, or not known */
  readonly members: null | number;
}

/** All children of one type are known and have fired */
export interface ChildrenClosed {
  /** 32 hex digits; hashes what is known when the window opens */
  readonly windowId: string;
  /** 0 live; each replay takes the next */
  readonly generation: number;
  /** Grows with every record about this window; the highest applied wins */
  readonly version: number;
  /** name@version */
  readonly windowType: string;
  /** Source or group */
  readonly key: string;
  /** Inclusive */
  readonly startUs: number;
  /** Exclusive */
  readonly endUs: number;
  readonly childType: string;
  /** In order of start, then id */
  readonly childWindowIds: readonly string[];
  readonly member: null | MemberClosed;
}

/** It tells of no window, but how far a member of groups is with what the groups' windows of this type join */
export interface MemberClosed {
  readonly groups: readonly string[];
  /** Its windows that end by then have fired */
  readonly closedUs: number;
  /** No window that ends by then can come any more; null: not known */
  readonly settledUs: null | number;
  readonly dagRevision: number;
}

/** One entity of the registry as it now stands */
export interface RegistryEntry {
  readonly kind: RegistryKind;
  /** Revision number, window type or source */
  readonly name: string;
  /** Revision of this entity; grows */
  readonly number: number;
  /** JSON; its shape is in docs/reference */
  readonly body: string;
  readonly changedBy: string;
  readonly changedAtUs: number;
  /** What it is when it is none of the kinds; `kind`, `name` and `body` are then a removal of a source that never was, which readers from before ignore */
  readonly extension: null | RegistryExtension;
}

export type RegistryKind = 'REVISION' | 'POLICY' | 'SOURCE';

/** An entity that the kinds cannot say */
export interface RegistryExtension {
  /** HOLD; whoever does not know it passes it over */
  readonly kind: string;
  /** Of the entity: kind and name of what is held, `processor/health` */
  readonly name: string;
  /** JSON; its shape is in docs/reference */
  readonly body: string;
}

/** What a processor answers to a task */
export interface ResultRecord {
  readonly taskId: string;
  readonly kind: ResultKind;
  readonly items: readonly ResultItem[];
  readonly processor: string;
  readonly processorVersion: string;
  readonly instance: string;
}

export type ResultKind = 'RESULT' | 'PROGRESS';

/** Of one execution */
export interface ResultItem {
  readonly executionId: string;
  readonly attempt: number;
  readonly result: null | Value;
  readonly error: null | AlgorithmError;
  readonly emissions: readonly ResultEmission[];
  readonly startedAtUs: number;
  readonly endedAtUs: number;
  readonly cpuMs: null | number;
}

/** Why it failed */
export interface AlgorithmError {
  readonly class: string;
  readonly message: string;
  readonly stack: null | string;
  readonly retryable: boolean;
  /** TIMEOUT, POISONED, NOT_HERE, CANCELLED or null: the algorithm threw */
  readonly code: null | string;
}

/** A child window found by the algorithm */
export interface ResultEmission {
  /** name@version of the window type to open */
  readonly windowType: string;
  /** Source (or group) whose window this is */
  readonly key: string;
  /** Inclusive */
  readonly startUs: number;
  /** Exclusive; greater than startUs */
  readonly endUs: number;
  /** Tells apart two windows with one start; default is the start */
  readonly emissionKey: null | string;
  readonly metadata: Readonly<Record<string, null | boolean | number | string>>;
}

/** A source has sent its first signal */
export interface SeenSource {
  /** Also the record key */
  readonly source: string;
  /** Name of the signal */
  readonly signal: string;
  /** Of the signal */
  readonly eventTimeUs: number;
  /** Processing time */
  readonly seenAtUs: number;
}

/** One event about a source */
export interface Signal {
  /** The asset; also the record key */
  readonly source: string;
  /** Unique per event; a repeated id is a duplicate and is dropped within the dedupe horizon */
  readonly id: string;
  /** What kind of event; window types read signals by this name */
  readonly name: string;
  /** When it happened at the source, UTC */
  readonly eventTimeUs: number;
  /** POINT, START or STOP of a stretch, or WATERMARK: everything before eventTimeUs has arrived */
  readonly phase: Phase;
  /** At most 64 measured values by channel */
  readonly values: Readonly<Record<string, number>>;
  /** Samples this signal stands for */
  readonly count: number;
  /** Matches a STOP to its START */
  readonly correlation: null | string;
  /** At most 16 KiB */
  readonly metadata: Readonly<Record<string, null | boolean | number | string>>;
  /** Why the hub wrote it itself, for instance idle */
  readonly cause: null | string;
  /** UCUM units of values, by channel, where the sender says so; another than the kind's channel has goes to the dead letters */
  readonly units: Readonly<Record<string, string>>;
}

/** One pane and the part of the DAG that this processor can run now */
export interface Task {
  /** Random, unguessable */
  readonly taskId: string;
  readonly pane: Pane;
  /** Results go back to this partition */
  readonly homePartition: number;
  /** In an order that can be run */
  readonly executions: readonly TaskExecution[];
  /** By relation, then start, oldest first */
  readonly inputs: readonly TaskInput[];
}

/** One algorithm to run */
export interface TaskExecution {
  readonly executionId: string;
  /** name@version */
  readonly algorithm: string;
  readonly run: number;
  /** From 1 */
  readonly attempt: number;
  /** Start-to-close limit, kept by the SDK from the moment work starts */
  readonly timeoutMs: number;
  /** Executions of this task whose results it needs first */
  readonly after: readonly string[];
  /** Of its dependencies those that name a range, or a version written otherwise */
  readonly resolved: readonly ResolvedAlgorithm[];
  /** Inputs of this task that are for others: these dependencies run without them */
  readonly withheld: readonly Withheld[];
}

/** What a reference of its registration stands for */
export interface ResolvedAlgorithm {
  /** As registered, for instance indicator@^1.2 */
  readonly asked: string;
  /** name@version, as inputs name it */
  readonly algorithm: string;
}

export interface Withheld {
  /** Place among the dependencies as registered, from 0 */
  readonly dependency: number;
  readonly executionIds: readonly string[];
}

/** An accepted result of another algorithm */
export interface TaskInput {
  readonly algorithm: string;
  readonly relation: Relation;
  readonly executionId: string;
  readonly windowId: string;
  readonly generation: number;
  readonly revision: number;
  readonly startUs: number;
  readonly endUs: number;
  readonly isFinal: boolean;
  readonly metadata: Readonly<Record<string, null | boolean | number | string>>;
  /** null when it travels by reference */
  readonly result: null | Value;
  readonly reference: null | string;
  /** 0 to 1, of the pane that the result is about; null: unknown */
  readonly completeness: null | number;
  /** Source whose window it is; null: not told */
  readonly key: null | string;
}
