import type { Lane, Outcome, OutcomeEvent, OutcomeState, Timing } from '@windlass/contracts';
import type { StageTransaction } from '@windlass/messaging';

export type WindowStatus = 'OPEN' | 'FINAL' | 'WITHDRAWN';

/** What a pane or an outcome told of a window. Undefined: this record does not tell. */
export interface WindowFact {
  readonly slot: number;
  readonly windowId: string;
  readonly generation: number;
  readonly key: string;
  readonly windowType: string;
  readonly startUs: number;
  readonly endUs: number;
  /** Of the trigger's records; −1 when only an outcome has told. */
  readonly version: number;
  readonly revision?: number;
  readonly state?: WindowStatus;
  /** When the state became known: processing time. */
  readonly stateAtUs?: number;
  readonly stateReason?: string;
  readonly replacedBy?: readonly string[];
  readonly parentWindowId?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly lane?: Lane;
  readonly depth?: number;
  readonly openedBy?: Readonly<Record<string, unknown>>;
  /** The revision of which every execution is terminal, and the router's version that said so. */
  readonly completeRevision?: number;
  readonly outcomeVersion?: number;
}

export interface PaneFact {
  readonly slot: number;
  readonly windowId: string;
  readonly generation: number;
  readonly revision: number;
  readonly version: number;
  readonly timing: Timing;
  readonly isFinal: boolean;
  readonly startUs: number;
  readonly endUs: number;
  readonly elements: number;
  readonly added: number;
  readonly completeness: number | null;
  readonly gapUs: number | null;
  readonly watermarkUs: number | null;
  readonly dagRevision: number;
  readonly policyRevision: number;
  readonly firedAtUs: number;
}

/** All children of this parent outside [startUs, endUs) never were. */
export interface ChildBounds {
  readonly slot: number;
  readonly parentWindowId: string;
  readonly generation: number;
  readonly startUs: number;
  readonly endUs: number;
  readonly reason: string;
  readonly atUs: number;
}

/** An outcome with the event that told it, as they came: copying forty fields of each would be most of our work. */
export interface OutcomeFact {
  readonly slot: number;
  readonly event: OutcomeEvent;
  readonly outcome: Outcome;
}

export interface WithdrawalFact {
  readonly slot: number;
  readonly executionId: string;
  readonly windowId: string;
  readonly generation: number;
  readonly algorithm: string;
  readonly run: number;
  readonly startUs: number;
  readonly reason: string;
  readonly knownAtUs: number;
}

/** What a batch of records tells; at most one entry for each key. */
export interface Facts {
  readonly windows: readonly WindowFact[];
  readonly panes: readonly PaneFact[];
  readonly bounds: readonly ChildBounds[];
  readonly outcomes: readonly OutcomeFact[];
  readonly withdrawals: readonly WithdrawalFact[];
}

/** Where facts are kept. Writing the same facts again changes nothing; of a window the highest version wins. */
export interface FactStore {
  write(tx: StageTransaction, facts: Facts): Promise<void>;
}

export interface ResultQuery {
  readonly source?: string | undefined;
  readonly algorithm?: string | undefined;
  readonly windowType?: string | undefined;
  /** Of the window's start, inclusive. */
  readonly fromUs?: number | undefined;
  /** Of the window's start, exclusive. */
  readonly toUs?: number | undefined;
  readonly state?: OutcomeState | undefined;
  /** `latest`: the newest run of the highest generation, unless withdrawn. */
  readonly revisions: 'latest' | 'all';
  readonly limit: number;
  /** Only what comes after. */
  readonly after?: ResultPosition | undefined;
}

/** Results are in order of window start, then execution id. */
export interface ResultPosition {
  readonly startUs: number;
  readonly executionId: string;
}

type ToldByEvent = Omit<
  OutcomeEvent,
  'version' | 'parentWindowId' | 'metadata' | 'depth' | 'outcomes' | 'withdrawn' | 'runComplete'
>;

export interface KnownOutcome extends ToldByEvent, Outcome {
  readonly withdrawn: { readonly reason: string; readonly knownAtUs: number } | null;
}

export interface KnownPane extends Omit<PaneFact, 'slot' | 'windowId' | 'generation' | 'version'> {}

export interface KnownGeneration {
  readonly generation: number;
  readonly lane: Lane | null;
  readonly startUs: number;
  readonly endUs: number;
  readonly revision: number | null;
  readonly state: WindowStatus | null;
  readonly stateAtUs: number | null;
  readonly stateReason: string | null;
  readonly replacedBy: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly depth: number | null;
  readonly openedBy: Readonly<Record<string, unknown>> | null;
  readonly completeRevision: number | null;
  readonly panes: readonly KnownPane[];
  readonly outcomes: readonly KnownOutcome[];
}

export interface KnownWindow {
  readonly windowId: string;
  readonly windowType: string;
  readonly key: string;
  readonly parentWindowId: string | null;
  readonly generations: readonly KnownGeneration[];
}

export interface Summary {
  readonly algorithms: readonly {
    readonly algorithm: string;
    readonly state: OutcomeState;
    readonly count: number;
    readonly withdrawn: number;
  }[];
  readonly windows: readonly {
    readonly windowType: string;
    readonly state: WindowStatus | null;
    readonly count: number;
    readonly complete: number;
  }[];
}

/** Executions, and what they took. */
export interface Effort {
  readonly executions: number;
  /** Of those that were measured. */
  readonly cpuMs: number;
  /** Executions whose processor could not tell its CPU time. */
  readonly unmeasured: number;
}

/** The work of one algorithm. `again`: the part of it that was done because a pane or an input was revised. */
export interface AlgorithmWork extends Effort {
  readonly algorithm: string;
  readonly again: Effort;
}

export interface WorkQuery {
  readonly windowType: string;
  /** Of the time at which the outcome became known, inclusive. */
  readonly fromUs?: number | undefined;
  /** Of the same, exclusive. */
  readonly toUs?: number | undefined;
}

/** What is known. */
export interface FactReader {
  results(query: ResultQuery): Promise<KnownOutcome[]>;
  /** Undefined: nothing is known of it. */
  window(windowId: string): Promise<KnownWindow | undefined>;
  /** Live work on windows of one type, by algorithm. */
  work(query: WorkQuery): Promise<readonly AlgorithmWork[]>;
  /** Of windows that start in [fromUs, toUs); reads all of them. */
  summary(range: { readonly fromUs?: number | undefined; readonly toUs?: number | undefined }): Promise<Summary>;
}
