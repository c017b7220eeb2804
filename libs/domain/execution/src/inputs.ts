import type { Ref } from '@windlass/dag';
import type { Emission, ExecutionId, HoldQueue, TaskId } from './execution.ts';
import type { RunCommand } from './commands.ts';
import type { MemberNews } from './guest.ts';
import type { ChildrenClosed, Lane, MemberClosed, Pane, WindowFinalized, WindowWithdrawn } from './pane.ts';
import type { Plans } from './plan.ts';
import type { ResultValue } from './value.ts';

export interface AlgorithmError {
  readonly class: string;
  readonly message: string;
  readonly stack: string | null;
  readonly retryable: boolean;
  /** TIMEOUT, POISONED, NOT_HERE, CANCELLED…; null: the algorithm threw. */
  readonly code: string | null;
}

/** The answer to one execution of a task: a result, or an error. */
export interface Answer {
  readonly executionId: ExecutionId;
  readonly attempt: number;
  readonly result: ResultValue;
  readonly error: AlgorithmError | null;
  readonly emissions: readonly Emission[];
  readonly startedAtUs: number;
  readonly endedAtUs: number;
  readonly cpuMs: number | null;
}

/** What a processor says of a task. It is judged as a whole and once: what comes again finds no such task. */
export interface Result {
  readonly taskId: TaskId;
  readonly answers: readonly Answer[];
  readonly processorVersion: string | null;
  readonly instance: string | null;
}

/** Everything that can happen to a key. */
export type KeyInput =
  | { readonly kind: 'pane'; readonly pane: Pane; readonly bytes: number }
  | { readonly kind: 'withdrawn'; readonly record: WindowWithdrawn }
  | { readonly kind: 'finalized'; readonly record: WindowFinalized }
  | { readonly kind: 'childrenClosed'; readonly record: ChildrenClosed }
  | { readonly kind: 'result'; readonly result: Result }
  /** This source tells its groups how far it is. */
  | { readonly kind: 'memberClosed'; readonly record: MemberClosed }
  /** This group is told of a member. */
  | { readonly kind: 'memberNews'; readonly news: MemberNews }
  /** The processor still works on it. */
  | { readonly kind: 'progress'; readonly taskId: TaskId }
  /** A person wants something done with a run. */
  | { readonly kind: 'command'; readonly command: RunCommand }
  | { readonly kind: 'timer' }
  /** Credit came free, or a hold ended: dispatch what waits longest in this queue. */
  | { readonly kind: 'dispatch'; readonly queue: string; readonly lane: Lane; readonly windowType: Ref };

/** What a step is told of the world: the core has no clock, no random and no registry of its own. */
export interface Context {
  /** Processing time, microseconds. */
  readonly nowUs: number;
  readonly plans: Plans;
  readonly newTaskId: () => TaskId;
  /** Takes one credit of a processor; false: none is left and the task is queued. */
  readonly admit: (task: { readonly processor: string; readonly lane: Lane }) => boolean;
  /** The queue in which an algorithm on a window type has to wait, whatever credit there is; null, or no such function: none. */
  readonly heldBy?: (about: { readonly algorithm: Ref; readonly windowType: Ref }) => HoldQueue | null;
  readonly limits: ExecutionLimits;
}

export interface ExecutionLimits {
  /** Processing time after which a task without any answer is published again, with the same attempt. */
  readonly redispatchAfterUs: number;
  /** Processing time before a task is offered again to a processor whose instance lacked the algorithm. */
  readonly notHereDelayUs: number;
  /** Processing time for which a window that cannot change is recognised. */
  readonly retentionUs: number;
  /** Windows of one key that are recognised after they cannot change; the oldest are forgotten first. */
  readonly doneWindows: number;
  /** Processing time for which a window of which something failed is kept, so that a person may retry it. */
  readonly failedRetentionUs: number;
  /** Encoded bytes of one task. */
  readonly taskBytes: number;
  /** Encoded bytes of the results that a task itself brings; beyond it the largest travel by reference. */
  readonly inlineBytes: number;
  /** Encoded bytes of all results of a task, those that travel by reference too. */
  readonly inputBytes: number;
  /** Child windows that one result may ask for. */
  readonly emissions: number;
}
