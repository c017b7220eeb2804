import { begin, owedBy } from './adopt.ts';
import type { Draft, EditedWindow } from './draft.ts';
import { isOver } from './execution.ts';
import { sibling } from './key-state.ts';
import { type ChildrenClosed, type Pane, type WindowFinalized, type WindowHeader, windowKey } from './pane.ts';
import type { WindowWithdrawn } from './pane.ts';
import { takes, timings } from './plan.ts';
import { openRun } from './runs.ts';
import { ruling, settle, touchReaders, withdraw } from './settle.ts';
import { nextRunOf } from './window-state.ts';

/** A window fired: it begins, or its newer pane waits (and replaces one that waits) until nothing is in flight. */
export function onPane(draft: Draft, { pane, bytes }: { readonly pane: Pane; readonly bytes: number }): void {
  const window = windowKey(pane);
  draft.context.plans.of(pane.dagRevision, pane.windowType);
  const known = draft.window(window);
  const done = draft.done(window);
  if (pane.version <= (known?.version ?? done?.version ?? -1)) {
    draft.ignored = 'DUPLICATE';
    return;
  }
  draft.touch(window);
  if (!known || known.withdrawn) {
    begin(draft, pane, { window, bytes, firstRun: known ? nextRunOf(known) : (done?.nextRun ?? 0) });
    return;
  }
  const w = draft.edit(known);
  w.version = pane.version;
  w.firm = false;
  w.finalized ||= pane.isFinal;
  w.waiting = { pane, bytes, owed: owedBy(pane) | (w.waiting?.owed ?? 0) };
}

/** The window's last pane is final: starts what is bound to FINAL, unless it has run on this very pane. */
export function onFinalized(draft: Draft, record: WindowFinalized): void {
  const w = known(draft, record);
  if (!w) return;
  w.finalized = true;
  draft.touch(w.window);
  if (w.waiting) {
    const pane = finalOf(w.waiting.pane, record);
    w.waiting = { ...w.waiting, pane, owed: w.waiting.owed | timings('FINAL') };
    return;
  }
  w.pane = finalOf(w.pane, record);
  draft.plan(w).algorithms.forEach((a, index) => {
    const ran = w.executions[index]?.revision === w.pane.revision;
    if (takes(a.binding, timings('FINAL')) && !ran) openRun(draft, w, index, a);
  });
  touchReaders(draft, w);
}

/** A member that was silent when the pane fired may have come since: what it brings counts until all that came are settled. */
const finalOf = (pane: Pane, { members }: WindowFinalized): Pane => ({
  ...pane,
  isFinal: true,
  members: members === null ? pane.members : Math.max(members, pane.members ?? 0),
});

export function onChildrenClosed(draft: Draft, record: ChildrenClosed): void {
  const w = known(draft, record);
  if (!w) return;
  w.children = { ...w.children, [record.childType]: record.childWindowIds };
  draft.touch(w.window);
}

/** The window never was; with bounds, nor were its siblings outside of them (or its children, if they are its own bounds). */
export function onWithdrawn(draft: Draft, record: WindowWithdrawn): void {
  const { outside, reason } = record;
  const isParent = outside?.parentWindowId === record.windowId;
  const w = known(draft, record);
  if (w && !isParent && !w.withdrawn) withdrawWindow(draft, w, reason);
  if (!w || outside === null) return;
  for (const key of draft.base.childrenOf(sibling(record, outside.parentWindowId))) {
    const child = draft.window(key);
    if (!child || child.withdrawn) continue;
    const { startUs, endUs } = child.waiting?.pane ?? child.pane;
    if (startUs < outside.startUs || endUs > outside.endUs) withdrawWindow(draft, draft.edit(child), reason);
  }
}

function withdrawWindow(draft: Draft, w: EditedWindow, why: string): void {
  const reason = { code: 'WINDOW_WITHDRAWN', message: why, stack: null, because: null };
  cancelTasks(draft, w, why);
  for (let index = 0; index < w.executions.length; index++) {
    const x = w.executions[index];
    if (!x) continue;
    withdraw(draft, w, index, why);
    if (!isOver(x)) settle(draft, w, index, ruling('window', 'CANCELLED', reason));
  }
  w.withdrawn = true;
  w.waiting = null;
  w.deadlineUs = null;
  touchReaders(draft, w);
}

/** Tells processors that nobody waits for what they run on this window. */
export function cancelTasks(draft: Draft, w: EditedWindow, reason: string): void {
  const tasks = new Map<string, { processor: string; executionIds: string[] }>();
  for (const x of w.executions) {
    if (x?.state !== 'DISPATCHED') continue;
    const task = tasks.get(x.taskId!) ?? { processor: x.processor, executionIds: [] };
    tasks.set(x.taskId!, task);
    task.executionIds.push(x.executionId);
  }
  for (const [taskId, task] of tasks) draft.cancels.push({ taskId, ...task, reason });
}

/** The window a record is about, to be changed; undefined: it is not known (any more), or has applied this record before. */
function known(draft: Draft, header: WindowHeader): EditedWindow | undefined {
  const window = draft.window(windowKey(header));
  if (!window) {
    draft.ignored = draft.done(windowKey(header)) ? 'DUPLICATE' : 'UNKNOWN_WINDOW';
    return undefined;
  }
  if (header.version <= window.version) {
    draft.ignored = 'DUPLICATE';
    return undefined;
  }
  const w = draft.edit(window);
  w.version = header.version;
  return w;
}
