import type { Draft, EditedWindow } from './draft.ts';
import { isInFlight } from './execution.ts';
import { takeBack } from './runs.ts';
import { cancelTasks } from './windows.ts';

/**
 * Makes way for the pane that waits, where all that is in flight on the window allows it: tasks are cancelled, and their runs go on for
 * the newer pane without an attempt counted. What comes back of them finds no such task. False: something has to be waited for.
 */
export function preempt(draft: Draft, w: EditedWindow): boolean {
  const { algorithms } = draft.plan(w);
  const { nowUs } = draft.context;
  const isKept = w.executions.some(
    (x, index) => x !== null && isInFlight(x, nowUs) && algorithms[index]?.algorithm.preempt !== true,
  );
  if (isKept) return false;
  cancelTasks(draft, w, `revision ${w.waiting!.pane.revision} of the window has come (preempt)`);
  w.executions.forEach((x, index) => {
    if (x?.state === 'DISPATCHED') takeBack(w, index);
    else if (x && isInFlight(x, nowUs)) w.executions[index] = { ...x, state: 'PENDING', heldBy: null, notBeforeUs: 0 };
  });
  return true;
}
