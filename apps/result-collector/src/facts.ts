import type { Lane, Outcome, OutcomeEvent, Timing } from '@windlass/contracts';

export type WindowStatus = 'OPEN' | 'FINAL' | 'WITHDRAWN';

/** That nothing late will change a window's last revision. */
export interface Finality {
  readonly version: number;
  readonly revision: number;
  readonly atUs: number;
}

/** What a record told of a window. Undefined: this record does not tell. */
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
  /** Only of an outcome: a pane has its own. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly lane?: Lane;
  readonly depth?: number;
  readonly openedBy?: Readonly<Record<string, unknown>>;
  readonly finality?: Finality;
}

/** What became known of a window beside its panes and outcomes: it never was; every execution of a revision without an outcome is terminal. */
export interface WindowChange {
  readonly slot: number;
  readonly windowId: string;
  readonly generation: number;
  readonly startUs: number;
  readonly kind: 'WITHDRAWN' | 'COMPLETE';
  /** Of the trigger's record, or of the router's. */
  readonly version: number;
  /** Of COMPLETE. */
  readonly revision: number | null;
  readonly atUs: number;
  readonly reason: string | null;
  readonly replacedBy: readonly string[];
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
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly dagRevision: number;
  readonly policyRevision: number;
  readonly firedAtUs: number;
}

/** All children of this parent outside [startUs, endUs) never were. */
export interface ChildBounds {
  readonly slot: number;
  readonly parentWindowId: string;
  readonly generation: number;
  /** Of the parent's record: each is applied once. */
  readonly version: number;
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
  /** When it was told that its inputs no longer hold. */
  readonly staleAtUs: number | null;
}

export interface WithdrawalFact {
  readonly slot: number;
  readonly key: string;
  readonly windowType: string;
  readonly executionId: string;
  readonly windowId: string;
  readonly generation: number;
  readonly algorithm: string;
  readonly run: number;
  readonly startUs: number;
  readonly reason: string;
  readonly knownAtUs: number;
}

/** What records tell; at most one entry for each key. `bounds` hold for the windows told before and in these facts. */
export interface Facts {
  /** As the trigger tells them. */
  readonly windows: readonly WindowFact[];
  /** As outcomes tell them: kept of windows of which nothing is known. */
  readonly seen: readonly WindowFact[];
  readonly changes: readonly WindowChange[];
  readonly panes: readonly PaneFact[];
  readonly bounds: readonly ChildBounds[];
  readonly outcomes: readonly OutcomeFact[];
  readonly withdrawals: readonly WithdrawalFact[];
}
