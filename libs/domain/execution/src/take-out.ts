import { fusedUpstreams } from './dispatch.ts';
import type { Draft, EditedWindow } from './draft.ts';
import { takeBack } from './runs.ts';

/**
 * Takes an execution that is about to be settled out of its task, if it is in one, and those of the task that need its result: they are
 * judged by their rules, not by an answer made from what no longer counts. Its processor is told; the rest of the task goes on.
 */
export function takeOut(draft: Draft, w: EditedWindow, index: number, reason: string): void {
  const { taskId, processor } = w.executions[index]!;
  if (taskId === null) return;
  const { algorithms } = draft.plan(w);
  const out = new Set([index]);
  for (let i = 0; i < algorithms.length; i++) {
    if (out.has(i) || w.executions[i]?.taskId !== taskId) continue;
    if (fusedUpstreams(w, algorithms[i]!, taskId).some((upstream) => out.has(upstream))) out.add(i);
  }
  for (const i of out) if (i !== index) takeBack(w, i);
  const executionIds = [...out].map((i) => w.executions[i]!.executionId);
  draft.cancels.push({ taskId, processor, executionIds, reason });
}
