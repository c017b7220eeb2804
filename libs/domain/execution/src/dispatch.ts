import type { Draft, EditedWindow } from './draft.ts';
import type { Execution, Input, TaskId } from './execution.ts';
import type { Task, TaskInput } from './outputs.ts';
import type { PlannedAlgorithm } from './plan.ts';
import { withheldFrom } from './withheld.ts';
import { ruling, settle } from './settle.ts';
import { excessOf, loadOf, type TaskLoad } from './task-inputs.ts';

/** An execution that can run now: `after` others of the same task, with these inputs from elsewhere. */
export interface ReadyExecution {
  readonly index: number;
  readonly planned: PlannedAlgorithm;
  readonly inputs: readonly Input[];
  readonly after: readonly number[];
}

/** Makes one task for each processor, or queues it when there is no credit. True: something had to be settled instead. */
export function dispatch(draft: Draft, w: EditedWindow, ready: ReadonlyMap<number, ReadyExecution>): boolean {
  if (ready.size === 0) return false;
  const groups = new Map<string, ReadyExecution[]>();
  for (const r of ready.values()) {
    const group = groups.get(r.planned.algorithm.processor);
    if (group) group.push(r);
    else groups.set(r.planned.algorithm.processor, [r]);
  }
  let settled = false;
  for (const [processor, group] of groups) if (offer(draft, w, { processor, group })) settled = true;
  return settled;
}

interface Offer {
  readonly processor: string;
  readonly group: readonly ReadyExecution[];
}

/** True: something had to be settled instead. */
function offer(draft: Draft, w: EditedWindow, { processor, group }: Offer): boolean {
  const load = loadOf(draft, w, group);
  const excess = excessOf(load, draft.context.limits);
  if (excess !== null && group.length > 1) return offerApart(draft, w, { processor, group });
  if (excess !== null) refuse(draft, w, group[0]!, excess);
  else if (draft.context.admit({ processor, lane: w.pane.lane })) send(draft, w, { processor, group, ...load });
  else for (const { index } of group) change(w, index, { state: 'QUEUED' });
  return excess !== null;
}

/** Each in a task of its own; those that need another of the group stay pending until that one has its verdict. */
function offerApart(draft: Draft, w: EditedWindow, { processor, group }: Offer): boolean {
  const settled = group
    .filter(({ after }) => after.length === 0)
    .map((alone) => offer(draft, w, { processor, group: [alone] }));
  return settled.includes(true);
}

function change(w: EditedWindow, index: number, to: Partial<Execution>): Execution {
  const x = { ...w.executions[index]!, ...to };
  w.executions[index] = x;
  return x;
}

function refuse(draft: Draft, w: EditedWindow, { index }: ReadyExecution, message: string): void {
  const reason = { code: 'PAYLOAD_TOO_LARGE', message, stack: null, because: null };
  settle(draft, w, index, ruling('window', 'FAILED', reason));
}

function send(draft: Draft, w: EditedWindow, { processor, group, inputs }: Offer & Pick<TaskLoad, 'inputs'>): void {
  const taskId = draft.context.newTaskId();
  for (const { index, inputs } of group)
    change(w, index, {
      state: 'DISPATCHED',
      taskId,
      attempt: w.executions[index]!.attempt + 1,
      dispatchedUs: draft.context.nowUs,
      inputs,
    });
  draft.tasks.push(taskOf(w, { taskId, processor, group, inputs }));
}

const taskOf = (
  w: EditedWindow,
  task: { taskId: TaskId; processor: string; group: readonly ReadyExecution[]; inputs: readonly TaskInput[] },
): Task => ({
  taskId: task.taskId,
  processor: task.processor,
  pane: w.pane,
  executions: task.group.map(({ index, planned, inputs, after }) => {
    const x = w.executions[index]!;
    return {
      executionId: x.executionId,
      algorithm: x.algorithm,
      run: x.run,
      attempt: x.attempt,
      timeoutMs: planned.algorithm.timeoutMs,
      after: after.map((upstream) => w.executions[upstream]!.executionId),
      resolved: planned.resolved,
      withheld: withheldFrom(w.pane, { planned, inputs, brought: task.inputs }),
    };
  }),
  inputs: task.inputs,
});

/** Publishes tasks again that nobody has answered for too long, with the same id and attempts; tells when the next is due. */
export function redispatchOverdue(draft: Draft, w: EditedWindow): number | null {
  const { nowUs, limits } = draft.context;
  const overdue = new Map<TaskId, number[]>();
  let nextUs: number | null = null;
  w.executions.forEach((x, index) => {
    if (x?.state !== 'DISPATCHED') return;
    const dueUs = x.dispatchedUs + limits.redispatchAfterUs;
    if (dueUs <= nowUs) overdue.set(x.taskId!, [...(overdue.get(x.taskId!) ?? []), index]);
    nextUs = Math.min(nextUs ?? Number.POSITIVE_INFINITY, dueUs <= nowUs ? nowUs + limits.redispatchAfterUs : dueUs);
  });
  for (const [taskId, indexes] of overdue) redispatch(draft, w, taskId, indexes);
  return nextUs;
}

function redispatch(draft: Draft, w: EditedWindow, taskId: TaskId, indexes: readonly number[]): void {
  const { algorithms } = draft.plan(w);
  const group = indexes.flatMap((index): ReadyExecution[] => {
    const planned = algorithms[index];
    if (!planned) return [];
    const { inputs } = change(w, index, { dispatchedUs: draft.context.nowUs });
    return [{ index, planned, inputs, after: fusedUpstreams(w, planned, taskId) }];
  });
  if (group.length === 0) return;
  const { processor } = w.executions[group[0]!.index]!;
  draft.tasks.push(taskOf(w, { taskId, processor, group, inputs: loadOf(draft, w, group).inputs }));
}

/** Upstreams over the same window that travel in the same task. */
export const fusedUpstreams = (w: EditedWindow, { dependencies }: PlannedAlgorithm, taskId: TaskId): number[] =>
  dependencies.filter((d) => w.executions[d.sameIndex]?.taskId === taskId).map((d) => d.sameIndex);
