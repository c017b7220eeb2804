import { slotOf } from '@windlass/contracts';
import {
  aligned,
  explainRuns,
  findRun,
  type HoldOf,
  KeyState,
  type RunExplanation,
  type WindowState,
} from '@windlass/execution';
import type { WindowFinder } from './commands/ports.ts';
import { holdQueueOf } from './hold-queue.ts';
import type { DagView } from './kafka/dag-view.ts';

/** A window that the router holds, and what is with each algorithm on it. */
export interface ExplainedRuns {
  readonly window: WindowState;
  readonly runs: readonly RunExplanation[];
}

interface Surroundings {
  readonly finder: WindowFinder;
  readonly dag: Pick<DagView, 'plans' | 'holds'>;
  readonly nowUs: () => number;
}

/** Explains runs by the windows of their key as they were last committed, by any instance. */
export class RunExplainer {
  private readonly surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
  }

  /** Of all generations; none: the router does not hold the window. */
  async ofWindow(source: string, windowId: string): Promise<readonly ExplainedRuns[]> {
    const state = await this.stateOf(source);
    return [...state.all()]
      .filter(({ pane }) => pane.windowId === windowId)
      .map((window) => ({ window, runs: this.runs(state, window.window) }));
  }

  /** Undefined: the router does not hold it. */
  async ofRun(source: string, executionId: string): Promise<ExplainedRuns | undefined> {
    const state = await this.stateOf(source);
    const found = findRun(state, executionId);
    if (!found) return undefined;
    const runs = this.runs(state, found.window).filter(({ algorithm }) => algorithm === found.algorithm);
    return { window: state.window(found.window)!, runs };
  }

  private runs(state: KeyState, window: string): readonly RunExplanation[] {
    const { dag, nowUs } = this.surroundings;
    return explainRuns({ state, window, context: { nowUs: nowUs(), plans: dag.plans }, holdOf: this.holdOf })!;
  }

  private async stateOf(source: string): Promise<KeyState> {
    const { finder, dag } = this.surroundings;
    const windows = await finder.ofKey({ slot: slotOf(source), key: source });
    const state = new KeyState(source);
    const inOrder = windows.map((w): [string, WindowState] => {
      const plan = dag.plans.of(w.pane.dagRevision, w.pane.windowType);
      return [w.window, { ...w, executions: aligned(w.executions, plan) }];
    });
    state.restore(new Map(inOrder), 0);
    return state;
  }

  private readonly holdOf: HoldOf = (queue) =>
    this.surroundings.dag.holds.find((hold) => holdQueueOf(hold) === queue) ?? null;
}
