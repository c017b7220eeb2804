import type { Draft, EditedWindow } from './draft.ts';
import { type Execution, isOver } from './execution.ts';
import type { PlannedAlgorithm } from './plan.ts';
import { ruling, settle } from './settle.ts';
import { takeOut } from './take-out.ts';

/** Processing time by which a run must have its outcome (schedule to close); null: it may take as long as it takes, or is over. */
export function dueAt({ algorithm }: PlannedAlgorithm, x: Execution): number | null {
  const { scheduleToCloseMs } = algorithm;
  return scheduleToCloseMs === undefined || isOver(x) ? null : x.openedUs + scheduleToCloseMs * 1000;
}

/** Ends a run that has no outcome in time, whatever it waits for. Only a new pane opens the next. */
export function expire(draft: Draft, w: EditedWindow, index: number, { algorithm }: PlannedAlgorithm): void {
  const { state } = w.executions[index]!;
  const message = `no outcome ${algorithm.scheduleToCloseMs} ms after it was opened (scheduleToClose); it was ${state}`;
  takeOut(draft, w, index, message);
  settle(
    draft,
    w,
    index,
    ruling('window', 'FAILED', { code: 'DEADLINE_EXCEEDED', message, stack: null, because: null }),
  );
}
