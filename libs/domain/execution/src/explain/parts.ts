import type { Sentence } from '@windlass/windowing';
import type { Draft } from '../draft.ts';
import type { Execution } from '../execution.ts';
import type { PlannedAlgorithm } from '../plan.ts';
import type { WindowState } from '../window-state.ts';

/** Who holds a queue, since when and why. */
export interface ExplainedHold {
  readonly by: string;
  readonly why: string | null;
  readonly sinceUs: number;
}

/** By a processor's name or a hold's queue; null: nothing holds it. */
export type HoldOf = (queue: string) => ExplainedHold | null;

/** One execution, and what is looked at to explain it. Nothing is changed. */
export interface RunParts {
  readonly draft: Draft;
  readonly window: WindowState;
  readonly execution: Execution;
  /** Null: the DAG revision of the pane has no such algorithm. */
  readonly planned: PlannedAlgorithm | null;
  readonly holdOf: HoldOf;
}

/** What happened to one algorithm on one window, and how it stands: the first of `now` is the answer. */
export interface RunExplanation {
  readonly algorithm: string;
  /** Null: it has not begun. */
  readonly execution: Execution | null;
  readonly timeline: readonly Sentence[];
  readonly now: readonly Sentence[];
}
