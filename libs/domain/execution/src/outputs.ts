import type { AskedRef, EpochUs, Metadata, Ref } from '@windlass/dag';
import type { RunRefusal } from './commands.ts';
import type { Emission, ExecutionId, OutcomeState, Reason, Relation, TaskId } from './execution.ts';
import type { MemberNews } from './guest.ts';
import type { Changes } from './key-state.ts';
import type { Lane, Pane, WindowHeader, WindowId } from './pane.ts';
import type { ResultValue } from './value.ts';

export interface TaskExecution {
  readonly executionId: ExecutionId;
  readonly algorithm: Ref;
  readonly run: number;
  /** From 1. */
  readonly attempt: number;
  /** Start to close. */
  readonly timeoutMs: number;
  /** Executions of this task whose results it needs first. */
  readonly after: readonly ExecutionId[];
  /** What the references of its dependencies stand for, where they are written otherwise (as ranges). */
  readonly resolved: readonly ResolvedAlgorithm[];
  /** Results that are in the task for others, and that its own dependencies are to run without. */
  readonly withheld: readonly Withheld[];
}

export interface Withheld {
  /** Place among the dependencies that its algorithm was registered with. */
  readonly dependency: number;
  readonly executionIds: readonly ExecutionId[];
}

export interface ResolvedAlgorithm {
  readonly asked: AskedRef;
  readonly algorithm: Ref;
}

export interface TaskInput {
  /** Source or group whose window it is. */
  readonly key: string;
  readonly algorithm: Ref;
  readonly relation: Relation;
  readonly executionId: ExecutionId;
  readonly windowId: WindowId;
  readonly generation: number;
  readonly revision: number;
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
  readonly isFinal: boolean;
  readonly metadata: Metadata;
  readonly result: ResultValue;
  /** Encoded bytes of the result. */
  readonly resultBytes: number;
  /** The task names the result, for its processor to fetch; it would be too large with it. */
  readonly byReference: boolean;
  /** Of the pane that the result is about; null: unknown. */
  readonly completeness: number | null;
}

/** One pane and the part of the DAG that one processor can run on it now. */
export interface Task {
  readonly taskId: TaskId;
  readonly processor: string;
  readonly pane: Pane;
  /** In an order that can be run. */
  readonly executions: readonly TaskExecution[];
  /** By relation, then start. */
  readonly inputs: readonly TaskInput[];
}

export interface InputReference {
  readonly executionId: ExecutionId;
  readonly algorithm: Ref;
  readonly relation: Relation;
  readonly windowId: WindowId;
}

/** The verdict on one run. Told once; told again only to say `staleInput`, when a kept result no longer stands on its inputs. */
export interface Outcome {
  readonly executionId: ExecutionId;
  readonly algorithm: Ref;
  readonly run: number;
  /** Attempts used; 0: it never started. */
  readonly attempt: number;
  readonly state: OutcomeState;
  readonly reason: Reason | null;
  /** Meant only when SUCCEEDED. */
  readonly result: ResultValue;
  readonly unit: string | null;
  readonly inputs: readonly InputReference[];
  readonly staleInput: boolean;
  readonly emissions: readonly Emission[];
  readonly knownAtUs: number;
  readonly startedAtUs: number | null;
  readonly endedAtUs: number | null;
  readonly cpuMs: number | null;
  readonly processor: string;
  readonly processorVersion: string | null;
  readonly instance: string | null;
}

/** A verdict that no longer holds. */
export interface Withdrawal {
  readonly executionId: ExecutionId;
  readonly algorithm: Ref;
  readonly run: number;
  readonly reason: string;
  readonly knownAtUs: number;
}

/** Everything that became known about one revision of one window in one step. */
export interface OutcomeEvent extends WindowHeader {
  readonly revision: number;
  readonly isFinal: boolean;
  readonly parentWindowId: WindowId | null;
  readonly metadata: Metadata;
  readonly completeness: number | null;
  readonly dagRevision: number;
  readonly policyRevision: number;
  readonly lane: Lane;
  readonly depth: number;
  readonly outcomes: readonly Outcome[];
  readonly withdrawn: readonly Withdrawal[];
  /** Every execution of this revision that may open windows is terminal: others may wait for what those windows give. */
  readonly openersComplete: boolean;
  /** Every execution of this revision is terminal. */
  readonly runComplete: boolean;
}

/** A hint to a processor that nobody waits for a task any more. */
export interface Cancel {
  readonly processor: string;
  readonly taskId: TaskId;
  readonly executionIds: readonly ExecutionId[];
  readonly reason: string;
}

/** What a group of the source is told. */
export type Forward = MemberNews & { readonly group: string };

/** Something of a window went into or out of a queue, or its task left the processor's topic. */
export interface QueueChange {
  readonly kind: 'queued' | 'unqueued' | 'ended';
  /** A processor's name, or a hold's queue. */
  readonly queue: string;
  readonly lane: Lane;
  readonly windowType: Ref;
}

/** What a step wants done. Nothing has happened yet; its owner commits all of it or none. */
export interface Step {
  readonly changes: Changes;
  readonly tasks: readonly Task[];
  readonly outcomes: readonly OutcomeEvent[];
  readonly cancels: readonly Cancel[];
  /** For groups of the source, in this order. */
  readonly forwards: readonly Forward[];
  readonly queue: readonly QueueChange[];
  /** The key's timer as it is to stand; null: none. Only told when it changes. */
  readonly timer: { readonly dueUs: number | null } | null;
  /** All windows were looked at for what can be forgotten. */
  readonly swept: boolean;
  /** Why the input changed nothing; null: it was applied. */
  readonly ignored: 'DUPLICATE' | 'STALE_RESULT' | 'UNKNOWN_WINDOW' | null;
  /** Why a command was not followed; null: it was, or the input is none. */
  readonly refused: RunRefusal | null;
  /** The task that the input answered, for the processor's credit; null: none. */
  readonly answered: Answered | null;
}

export interface Answered {
  readonly processor: string;
  readonly lane: Lane;
  readonly dispatchedUs: EpochUs;
  /** How long its executions worked. */
  readonly busyUs: number;
}
