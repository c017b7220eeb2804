import { adopt } from './adopt.ts';
import { dueAt, expire } from './deadline.ts';
import { dispatch, type ReadyExecution, redispatchOverdue } from './dispatch.ts';
import type { Draft, EditedWindow } from './draft.ts';
import { isOver } from './execution.ts';
import { preempt } from './preempt.ts';
import { resolveAll, sooner } from './resolve.ts';
import { reopenIfRevised, retireRevised, settleIncomplete } from './runs.ts';
import { ruling, settle } from './settle.ts';
import type { PlannedAlgorithm } from './plan.ts';
import { hasFlight } from './window-state.ts';

/**
 * Does all that can be done on one window now: settles what its inputs settle, opens runs for revised inputs, dispatches what is
 * ready, one task a processor, and takes the pane that waits once nothing of the current revision is in flight.
 */
export function advance(draft: Draft, w: EditedWindow): void {
  while (!w.withdrawn && !w.firm) {
    while (pass(draft, w));
    if (w.waiting === null || (hasFlight(w, draft.context.nowUs) && !preempt(draft, w))) return;
    draft.announce(w.window);
    adopt(draft, w, w.waiting);
  }
}

/** One look at every execution, upstream first. True: something was settled behind those already looked at. */
function pass(draft: Draft, w: EditedWindow): boolean {
  const { algorithms } = draft.plan(w);
  const { nowUs } = draft.context;
  const ready = new Map<number, ReadyExecution>();
  const fuses = (index: number, processor: string) => ready.get(index)?.planned.algorithm.processor === processor;
  let deadlineUs: number | null = null;
  for (let index = 0; index < algorithms.length; index++) {
    const a = algorithms[index]!;
    let x = w.executions[index];
    if (!x) continue;
    if (isOver(x)) {
      reopenIfRevised(draft, w, index, a);
      x = w.executions[index]!;
    }
    const dueUs = dueAt(a, x);
    if (dueUs !== null && dueUs <= nowUs) {
      expire(draft, w, index, a);
      continue;
    }
    deadlineUs = sooner(deadlineUs, dueUs);
    if (x.state !== 'PENDING') continue;
    if (x.notBeforeUs > nowUs) {
      deadlineUs = sooner(deadlineUs, x.notBeforeUs);
      continue;
    }
    if (settleIncomplete(draft, w, index, a)) continue;
    const now = resolveAll(draft, w, { a, x, fuses });
    const heldBy = now.kind === 'ready' ? (draft.context.heldBy?.(aboutOf(w, a)) ?? null) : null;
    // Those that need its result wait for it, as they do while it works.
    if (heldBy !== null) w.executions[index] = { ...x, state: 'QUEUED', heldBy };
    else if (now.kind === 'ready') ready.set(index, { index, planned: a, inputs: now.inputs, after: now.after });
    else if (now.kind === 'wait') deadlineUs = sooner(deadlineUs, now.untilUs);
    else settle(draft, w, index, ruling('inputs', now.state, now.reason));
  }
  retireRevised(draft, w);
  const settledMore = dispatch(draft, w, ready);
  w.deadlineUs = sooner(deadlineUs, redispatchOverdue(draft, w));
  return settledMore;
}

const aboutOf = (w: EditedWindow, { ref }: PlannedAlgorithm) => ({ algorithm: ref, windowType: w.pane.windowType });
