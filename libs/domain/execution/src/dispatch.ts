import type { Draft, EditedWindow } from './draft.ts';
import type { Execution, Input, TaskId } from './execution.ts';
import type { Task, TaskInput } from './outputs.ts';
import type { PlannedAlgorithm } from './plan.ts';
import { withheldFrom } from './withheld.ts';
import { isFinal } from './resolve.ts';
import { ruling, settle } from './settle.ts';

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
  for (const [processor, group] of groups) {
    const inputs = taskInputs(draft, group);
    const bytes = w.paneBytes + inputs.bytes + group.length * EXECUTION_BYTES;
    if (bytes > draft.context.limits.taskBytes) {
      refuse(draft, w, group, bytes);
      settled = true;
    } else if (draft.context.admit({ processor, lane: w.pane.lane })) {
      send(draft, w, { processor, group, inputs: inputs.list });
    } else for (const { index } of group) change(w, index, { state: 'QUEUED' });
  }
  return settled;
}

/** Ids, names and numbers of one execution in a task. */
const EXECUTION_BYTES = 400;
/** Ids, names and numbers of one input in a task. */
const INPUT_BYTES = 400;

function change(w: EditedWindow, index: number, to: Partial<Execution>): Execution {
  const x = { ...w.executions[index]!, ...to };
  w.executions[index] = x;
  return x;
}

function refuse(draft: Draft, w: EditedWindow, group: readonly ReadyExecution[], bytes: number): void {
  const message = `a task of ${bytes} bytes, limit recordBytes is ${draft.context.limits.taskBytes}`;
  const reason = { code: 'PAYLOAD_TOO_LARGE', message, stack: null, because: null };
  for (const { index } of group) settle(draft, w, index, ruling('window', 'FAILED', reason));
}

function send(
  draft: Draft,
  w: EditedWindow,
  { processor, group, inputs }: { processor: string; group: readonly ReadyExecution[]; inputs: readonly TaskInput[] },
): void {
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

const relationOrder = { SAME: 0, PARENT: 1, CHILDREN: 2, PREVIOUS: 3, MEMBERS: 4 } as const;

/** The inputs of a group, each once, by relation, then start; and at most how many bytes they take. */
function taskInputs(draft: Draft, group: readonly ReadyExecution[]): { list: TaskInput[]; bytes: number } {
  const list = new Map<string, TaskInput>();
  let bytes = 0;
  for (const { inputs } of group)
    for (const input of inputs) {
      const id = `${input.relation}/${input.executionId}`;
      if (list.has(id)) continue;
      const upstream = draft.window(input.window);
      const settled = upstream?.executions.find((x) => x?.algorithm === input.algorithm)?.settled;
      if (!upstream || !settled) continue;
      const { pane } = upstream;
      list.set(id, {
        key: pane.key,
        algorithm: input.algorithm,
        relation: input.relation,
        executionId: settled.executionId,
        windowId: pane.windowId,
        generation: pane.generation,
        revision: settled.revision,
        startUs: pane.startUs,
        endUs: pane.endUs,
        isFinal: isFinal(upstream),
        metadata: pane.metadata,
        result: settled.result,
        completeness: settled.completeness,
      });
      bytes += settled.resultBytes + INPUT_BYTES;
    }
  const sorted = [...list.values()];
  if (sorted.length > 1)
    sorted.sort((a, b) => relationOrder[a.relation] - relationOrder[b.relation] || a.startUs - b.startUs);
  return { list: sorted, bytes };
}

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
  draft.tasks.push(taskOf(w, { taskId, processor, group, inputs: taskInputs(draft, group).list }));
}

/** Upstreams over the same window that travel in the same task. */
export const fusedUpstreams = (w: EditedWindow, { dependencies }: PlannedAlgorithm, taskId: TaskId): number[] =>
  dependencies.filter((d) => w.executions[d.sameIndex]?.taskId === taskId).map((d) => d.sameIndex);
