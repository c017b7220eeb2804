import type { Ref } from '@windlass/dag';
import { type Execution, isInFlight, isOver, queueOf } from './execution.ts';
import type { Pane, WindowId, WindowKey } from './pane.ts';
import type { Timings, TypePlan } from './plan.ts';

/** A newer pane that waits until the revision in flight has ended. */
export interface WaitingPane {
  readonly pane: Pane;
  readonly bytes: number;
  /** Timings of all panes it stands for. */
  readonly owed: Timings;
}

/** What the router knows of one window while it may still matter. Never changed in place outside of a step. */
export interface WindowState {
  readonly kind: 'open';
  readonly window: WindowKey;
  /** Highest version applied of the records about this window. */
  readonly version: number;
  /** Of the last outcome event; grows, also over forgetting, because it is never below the clock. */
  readonly outcomeVersion: number;
  /** The revision that is in flight or was last. `isFinal` is also true once the window was finalised. */
  readonly pane: Pane;
  /** Of the encoded pane. */
  readonly paneBytes: number;
  readonly waiting: WaitingPane | null;
  /** The pane that waits, or else the current one, is the last. */
  readonly finalized: boolean;
  readonly withdrawn: boolean;
  /** Neither it nor anything its results were made from can change; that may be forgotten already, so its inputs are not looked at again. */
  readonly firm: boolean;
  /** First run of executions that are made new. */
  readonly firstRun: number;
  /** Last revision whose completion was announced; -1: none. */
  readonly completedRevision: number;
  /** That revision was announced as final. */
  readonly completedFinal: boolean;
  /** In the order of the pane's plan, null where nothing ran yet; then those that the plan no longer has. */
  readonly executions: readonly (Execution | null)[];
  /** Children by type, once closed. */
  readonly children: Readonly<Record<Ref, readonly WindowId[]>>;
  /** Processing time when something is to be done without any record; null: nothing. */
  readonly deadlineUs: number | null;
}

/** What is left of a window that cannot change any more: its records are recognised when they come again. */
export interface DoneWindow {
  readonly kind: 'done';
  readonly window: WindowKey;
  readonly version: number;
  /** Runs of it would start here, were it to come back. */
  readonly nextRun: number;
  /** Processing time. */
  readonly doneUs: number;
}

export const isComplete = (w: WindowState): boolean => w.executions.every((x) => x === null || isOver(x));

/** No execution of the current revision can open a window any more. `openers`: their places. */
export const areOver = (w: WindowState, openers: readonly number[]): boolean =>
  openers.every((i) => !w.executions[i] || isOver(w.executions[i]));

/** Nothing will change by itself or by its own records. */
export const isQuiet = (w: WindowState): boolean =>
  w.withdrawn || (w.pane.isFinal && w.waiting === null && isComplete(w));

export const hasFlight = (w: WindowState, nowUs: number): boolean =>
  w.executions.some((x) => x !== null && isInFlight(x, nowUs));

/** Queues in which executions of this window wait: of processors, and of holds. */
export function queuesOf(w: WindowState): readonly string[] {
  const queues: string[] = [];
  for (const x of w.executions) if (x?.state === 'QUEUED' && !queues.includes(queueOf(x))) queues.push(queueOf(x));
  return queues;
}

export const nextRunOf = (w: WindowState): number =>
  w.executions.reduce((next, x) => (x === null ? next : Math.max(next, x.run + 1)), w.firstRun);

/** The execution of an algorithm, also of one that the plan no longer has. */
export function executionOf(w: WindowState, plan: TypePlan, algorithm: Ref): Execution | null {
  const index = plan.indexOf.get(algorithm);
  if (index !== undefined) return w.executions[index] ?? null;
  for (let i = plan.algorithms.length; i < w.executions.length; i++)
    if (w.executions[i]?.algorithm === algorithm) return w.executions[i]!;
  return null;
}

/** Puts executions into the order of a plan. */
export function aligned(executions: readonly (Execution | null)[], plan: TypePlan): (Execution | null)[] {
  const inPlan: (Execution | null)[] = plan.algorithms.map(() => null);
  const others: Execution[] = [];
  for (const x of executions) {
    if (x === null) continue;
    const index = plan.indexOf.get(x.algorithm);
    if (index === undefined) others.push(x);
    else inPlan[index] = x;
  }
  return [...inPlan, ...others];
}
