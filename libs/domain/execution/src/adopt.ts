import type { Draft, EditedWindow } from './draft.ts';
import { isOver } from './execution.ts';
import type { Pane, WindowKey } from './pane.ts';
import { takes, type Timings, timings } from './plan.ts';
import { openRun } from './runs.ts';
import { ruling, settle, touchReaders } from './settle.ts';
import { aligned, type WaitingPane } from './window-state.ts';

/** A window's first pane, and one that follows its withdrawal. */
export function begin(
  draft: Draft,
  pane: Pane,
  from: { readonly window: WindowKey; readonly bytes: number; readonly firstRun: number },
): EditedWindow {
  const w = draft.open({
    kind: 'open',
    window: from.window,
    version: pane.version,
    outcomeVersion: 0,
    pane,
    paneBytes: from.bytes,
    waiting: null,
    finalized: pane.isFinal,
    withdrawn: false,
    firm: false,
    firstRun: from.firstRun,
    completedRevision: -1,
    completedFinal: false,
    executions: [],
    children: {},
    deadlineUs: null,
  });
  adopt(draft, w, { pane, bytes: from.bytes, owed: owedBy(pane) });
  return w;
}

export const owedBy = ({ timing, isFinal }: Pane): Timings => timings(timing) | (isFinal ? timings('FINAL') : 0);

/** Makes a pane the window's current one and opens the runs of the algorithms that take it. */
export function adopt(draft: Draft, w: EditedWindow, { pane, bytes, owed }: WaitingPane): void {
  w.pane = pane;
  w.paneBytes = bytes;
  w.waiting = null;
  const { algorithms } = draft.plan(w);
  w.executions = aligned(w.executions, draft.plan(w));
  algorithms.forEach((a, index) => {
    const x = w.executions[index];
    if (takes(a.binding, owed) || (x && !isOver(x))) openRun(draft, w, index, a);
  });
  for (let index = algorithms.length; index < w.executions.length; index++)
    if (!isOver(w.executions[index]!)) settle(draft, w, index, ruling('window', 'CANCELLED', retired));
  touchReaders(draft, w);
}

const retired = {
  code: 'ALGORITHM_RETIRED',
  message: "the pane's DAG revision no longer binds this algorithm to the window type",
  stack: null,
  because: null,
};
