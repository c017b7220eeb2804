import { slotOf } from '@windlass/contracts';
import { refOf } from '@windlass/dag';
import {
  type Execution,
  hasFailed,
  isOver,
  type Plans,
  refusalOf,
  type RunAction,
  type RunRefusal,
  type TypePlan,
  type WindowState,
} from '@windlass/execution';
import type { DagView } from '../kafka/dag-view.ts';
import type { CommandedRun, RunCommandStore, WindowFinder } from './ports.ts';

/** Runs of one command. */
export const MAX_RUNS = 1_000;

/** Which runs are meant: one, the current one of an algorithm on a window, or all that failed. */
export type Selection =
  | { readonly source: string; readonly executionId: string }
  | { readonly source: string; readonly windowId: string; readonly algorithm: string }
  | { readonly source: string | null; readonly algorithm: string; readonly fromUs: number; readonly toUs: number };

/** A run that is meant, and why the command cannot be followed; `refusal` null: it can. */
export interface SelectedRun {
  readonly window: WindowState;
  readonly execution: Execution;
  readonly refusal: RunRefusal | null;
  /** Team that owns the algorithm; null: the live revision does not have it. */
  readonly owner: string | null;
}

export interface Asked {
  readonly commandId: string;
  readonly action: RunAction;
  readonly by: string;
  readonly why: string | null;
  readonly askedUs: number;
}

interface Surroundings {
  readonly commands: RunCommandStore;
  readonly finder: WindowFinder;
  readonly dag: Pick<DagView, 'plans' | 'live'>;
  /** Told when a command was kept. */
  readonly prompt: () => void;
}

/** Finds the runs that a person means and keeps what they want done, for the owners of their partitions to follow. */
export class RunCommands {
  private readonly surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
  }

  /** At most {@link MAX_RUNS} and one. */
  async select(action: RunAction, selection: Selection): Promise<SelectedRun[]> {
    const { dag } = this.surroundings;
    const owners = new Map(dag.live.algorithms.map((one) => [refOf(one), one.owner]));
    const found = (await this.windows(selection)).flatMap((window) => meantIn(window, selection));
    return found.map(({ window, execution }) => ({
      window,
      execution,
      refusal: refusalOf(window, planOf(dag.plans, window), { action, executionId: execution.executionId }),
      owner: owners.get(execution.algorithm) ?? null,
    }));
  }

  /** Keeps a command; one whose id is known stays as it was. */
  async ask(asked: Asked, selected: readonly SelectedRun[]): Promise<readonly CommandedRun[]> {
    const { commands, prompt } = this.surroundings;
    await commands.ask(
      selected.map(({ window: { window, pane }, execution: { executionId, algorithm, run } }, n) => ({
        ...asked,
        n,
        slot: slotOf(pane.key),
        key: pane.key,
        window,
        executionId,
        algorithm,
        run,
      })),
    );
    prompt();
    return this.find(asked.commandId);
  }

  find(commandId: string): Promise<readonly CommandedRun[]> {
    return this.surroundings.commands.find(commandId);
  }

  private windows(selection: Selection): Promise<readonly WindowState[]> {
    const { finder } = this.surroundings;
    if ('fromUs' in selection) {
      const { algorithm, fromUs, toUs, source } = selection;
      return finder.failed({ algorithm, fromUs, toUs, key: source, limit: MAX_RUNS + 1 });
    }
    return finder.ofKey({ slot: slotOf(selection.source), key: selection.source });
  }
}

/** A run that a later one followed is found too, and refused by its state. */
function meantIn(window: WindowState, selection: Selection): { window: WindowState; execution: Execution }[] {
  return window.executions.flatMap((execution) => {
    if (execution === null || !isMeant(window, execution, selection)) return [];
    return [{ window, execution }];
  });
}

function isMeant({ pane }: WindowState, x: Execution, selection: Selection): boolean {
  if ('executionId' in selection) return x.executionId === selection.executionId;
  if (x.algorithm !== selection.algorithm) return false;
  return 'windowId' in selection ? pane.windowId === selection.windowId : isOver(x) && hasFailed(x);
}

const planOf = (plans: Plans, { pane }: WindowState): TypePlan => plans.of(pane.dagRevision, pane.windowType);
