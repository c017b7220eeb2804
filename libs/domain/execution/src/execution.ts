import { hashedId, type EpochUs, type Metadata, type Ref } from '@windlass/dag';
import type { FailedAttempt } from './attempts.ts';
import type { Outcome } from './outputs.ts';
import type { WindowId, WindowKey, WindowRef } from './pane.ts';
import type { ResultValue } from './value.ts';

/** 32 hex digits: hashes window, generation, algorithm and run. */
export type ExecutionId = string;
/** Random, unguessable. */
export type TaskId = string;

export type Relation = 'SAME' | 'PARENT' | 'CHILDREN' | 'PREVIOUS' | 'MEMBERS';
export type OutcomeState = 'SUCCEEDED' | 'FAILED' | 'SKIPPED' | 'CANCELLED';
export type ExecutionState = 'PENDING' | 'QUEUED' | 'DISPATCHED' | OutcomeState;

/** Why an execution did not succeed. */
export interface Reason {
  readonly code: string;
  readonly message: string;
  readonly stack: string | null;
  /** The execution that caused it. */
  readonly because: ExecutionId | null;
}

/** An accepted result that a run was given. */
export interface Input {
  /** Place among the algorithm's dependencies. */
  readonly dependency: number;
  readonly algorithm: Ref;
  readonly relation: Relation;
  readonly window: WindowKey;
  readonly windowId: WindowId;
  readonly executionId: ExecutionId;
  /** Which of the upstream's values it was; see `Execution.value`. */
  readonly value: number;
}

/** The latest verdict that holds. */
export interface Settled {
  readonly executionId: ExecutionId;
  readonly run: number;
  /** Of the window, when the run was made. */
  readonly revision: number;
  readonly state: OutcomeState;
  readonly reason: Reason | null;
  /** Null also unless SUCCEEDED. */
  readonly result: ResultValue;
  /** What the result takes when encoded. */
  readonly resultBytes: number;
  /** As it was told, where it may have to be told again as stale; else null. */
  readonly told: Outcome | null;
  /** Of the pane that the run answered for; null: unknown. */
  readonly completeness: number | null;
}

/**
 * One algorithm on one window: its current run, and the latest verdict, which stands until the current run has its own.
 * What settled a run decides what can open the next: `attempt` (it ran), `inputs` (a dependency's rule) or `window`
 * (too incomplete, or withdrawn: only a new pane helps).
 */
export interface Execution {
  readonly algorithm: Ref;
  readonly processor: string;
  readonly executionId: ExecutionId;
  /** 0, 1, 2… */
  readonly run: number;
  /** Attempts started in this run. */
  readonly attempt: number;
  readonly state: ExecutionState;
  /** Of the window, that this run answers for. */
  readonly revision: number;
  /** Processing time when the run was opened: waits are measured from here. */
  readonly openedUs: number;
  /** A failed attempt is not tried again before this processing time; 0: at once. */
  readonly notBeforeUs: number;
  readonly taskId: TaskId | null;
  /** Processing time when the task was last published, or its processor last said that it works on it. */
  readonly dispatchedUs: number;
  /** Of the current run, once dispatched. */
  readonly inputs: readonly Input[];
  /** Grows when a verdict differs from the one before: equal results look the same to dependants. */
  readonly value: number;
  /** How many revised results one after the other led to this run; 0: a pane. */
  readonly cascade: number;
  readonly settledBy: 'attempt' | 'inputs' | 'window' | null;
  /** An input was revised and the dependency says to keep the result. */
  readonly staleInput: boolean;
  readonly settled: Settled | null;
  /** While QUEUED: the hold whose queue it waits in; null: it waits for its processor's credit. */
  readonly heldBy: HoldQueue | null;
  /** The last ones, oldest first; see `FAILED_ATTEMPTS`. */
  readonly failures: readonly FailedAttempt[];
}

/** The queue of what a hold keeps back: `algorithm:rul@1`, `windowType:cycle@1`. No processor has such a name. */
export type HoldQueue = `${'algorithm' | 'windowType'}:${Ref}`;

/** Where a queued execution waits. */
export const queueOf = ({ processor, heldBy }: Execution): string => heldBy ?? processor;

export const executionId = (window: WindowRef, algorithm: Ref, run: number): ExecutionId =>
  hashedId([window.windowId, String(window.generation), algorithm, String(run)]);

export const isOver = ({ state }: Execution): boolean =>
  state !== 'PENDING' && state !== 'QUEUED' && state !== 'DISPATCHED';

/** Something was started for it that has not ended: a newer pane waits for this. */
export const isInFlight = (x: Execution, nowUs: number): boolean =>
  x.state === 'DISPATCHED' || x.state === 'QUEUED' || (x.state === 'PENDING' && x.notBeforeUs > nowUs);

/** A child window that a result asks for. */
export interface Emission {
  readonly windowType: Ref;
  readonly key: string;
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
  readonly emissionKey: string | null;
  readonly metadata: Metadata;
}
