import type { Draft, EditedWindow } from './draft.ts';
import { type Execution, type ExecutionId, isOver } from './execution.ts';
import type { WindowKey } from './pane.ts';
import type { TypePlan } from './plan.ts';
import { openRun } from './runs.ts';
import { ruling, settle } from './settle.ts';
import { takeOut } from './take-out.ts';
import type { WindowState } from './window-state.ts';

export const RUN_ACTIONS = ['retry', 'cancel', 'skip'] as const;
/** `retry`: a new run of what ended without a result. `cancel`, `skip`: ends what has not ended. */
export type RunAction = (typeof RUN_ACTIONS)[number];

/** What a person wants done with one run, as they saw it: a later run is left alone. */
export interface RunCommand {
  readonly action: RunAction;
  readonly window: WindowKey;
  readonly executionId: ExecutionId;
  readonly by: string;
  readonly why: string | null;
}

/** Why a command makes no sense; the message says the state and what would be possible. */
export interface RunRefusal {
  readonly code:
    | 'UNKNOWN_EXECUTION'
    | 'WINDOW_WITHDRAWN'
    | 'WINDOW_SETTLED'
    | 'ALGORITHM_RETIRED'
    | 'RUN_SUPERSEDED'
    | 'RUN_NOT_OVER'
    | 'RUN_SUCCEEDED'
    | 'RUN_IS_OVER';
  readonly message: string;
}

type Asked = Pick<RunCommand, 'action' | 'executionId'>;

/** Whether a command can be followed now; null: it can. `plan`: of the window's pane. */
export function refusalOf(w: WindowState | undefined, plan: TypePlan | null, asked: Asked): RunRefusal | null {
  const { executionId } = asked;
  const x = w?.executions.find((one) => one?.executionId === executionId);
  if (!w || !plan || !x) return missing(w, executionId);
  const name = `${x.algorithm}, run ${x.run}`;
  if (w.withdrawn) return refuse('WINDOW_WITHDRAWN', `${name}: its window is withdrawn; nothing runs on it any more`);
  return asked.action === 'retry' ? refusalOfRetry(w, plan, x) : refusalOfEnd(x, asked.action);
}

function missing(w: WindowState | undefined, executionId: ExecutionId): RunRefusal {
  const newer = w?.executions.find((one) => one?.settled?.executionId === executionId);
  if (newer)
    return refuse(
      'RUN_SUPERSEDED',
      `run ${newer.settled!.run} of ${newer.algorithm} is followed by run ${newer.run} (execution ${newer.executionId}, ${newer.state}); ask for that one`,
    );
  return refuse(
    'UNKNOWN_EXECUTION',
    `the router holds no execution ${executionId}: it never was, it was followed by later runs, or its window cannot change any more`,
  );
}

function refusalOfRetry(w: WindowState, { indexOf }: TypePlan, x: Execution): RunRefusal | null {
  const name = `${x.algorithm}, run ${x.run}`;
  if (!isOver(x)) return refuse('RUN_NOT_OVER', `${name} is ${x.state}; possible: cancel, skip`);
  if (x.state === 'SUCCEEDED' && x.settled)
    return refuse('RUN_SUCCEEDED', `${name} is SUCCEEDED; only what ended without a result is tried again`);
  if (!indexOf.has(x.algorithm))
    return refuse('ALGORITHM_RETIRED', `${name} is ${x.state}; the DAG revision of its pane has no ${x.algorithm}`);
  if (w.firm)
    return refuse('WINDOW_SETTLED', `${name} is ${x.state}; its window is settled, and its inputs may be forgotten`);
  return null;
}

const refusalOfEnd = (x: Execution, action: RunAction): RunRefusal | null =>
  isOver(x)
    ? refuse(
        'RUN_IS_OVER',
        `${x.algorithm}, run ${x.run} is ${x.state}: too late to ${action} it; possible: ${x.state === 'SUCCEEDED' ? 'nothing' : 'retry'}`,
      )
    : null;

const refuse = (code: RunRefusal['code'], message: string): RunRefusal => ({ code, message });

/** Follows a command, or tells in the step why not. */
export function onCommand(draft: Draft, command: RunCommand): void {
  const known = draft.window(command.window);
  draft.refused = refusalOf(known, known ? draft.plan(known) : null, command);
  if (draft.refused || !known) return;
  const w = draft.edit(known);
  const index = w.executions.findIndex((x) => x?.executionId === command.executionId);
  if (command.action === 'retry') openRun(draft, w, index, draft.plan(w).algorithms[index]!);
  else end(draft, w, index, command);
  draft.touch(w.window);
}

/** Only a new pane, or a person, opens the next run of what a person has ended. */
function end(draft: Draft, w: EditedWindow, index: number, { action, by, why }: RunCommand): void {
  const [state, done] = action === 'cancel' ? (['CANCELLED', 'cancelled'] as const) : (['SKIPPED', 'skipped'] as const);
  const message = `${done} by ${by}${why === null ? '' : `: ${why}`}`;
  takeOut(draft, w, index, message);
  const reason = { code: `${state}_BY_PERSON`, message, stack: null, because: null };
  settle(draft, w, index, ruling('window', state, reason));
}
