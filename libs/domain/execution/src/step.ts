import { advance } from './advance.ts';
import { onCommand } from './commands.ts';
import { Draft, type EditedWindow } from './draft.ts';
import { closeIfAlone, forgetDone, openWindows, sweep } from './forget.ts';
import { forward, passOn } from './forward.ts';
import { queueOf } from './execution.ts';
import type { Context, KeyInput } from './inputs.ts';
import { onProgress, onResult } from './judge.ts';
import { onMemberNews } from './members.ts';
import type { KeyState } from './key-state.ts';
import type { QueueChange, Step } from './outputs.ts';
import type { WindowKey } from './pane.ts';
import { sooner } from './resolve.ts';
import { type DoneWindow, queuesOf, type WindowState } from './window-state.ts';
import { onChildrenClosed, onFinalized, onPane, onWithdrawn } from './windows.ts';

/**
 * What one input does to one key: the router's whole logic. It reads `state` and changes nothing; the caller commits the step and
 * then folds it in with `state.apply`. The same input twice changes nothing the second time.
 *
 * @throws {UnknownDagRevision} retryable: the pane is newer than the registry's view.
 */
export function step(state: KeyState, input: KeyInput, context: Context): Step {
  const draft = new Draft(state, context);
  receive(draft, input);
  settleDown(draft);
  for (const key of [...draft.changed.keys()]) {
    draft.announce(key);
    forward(draft, key);
  }
  const swept = input.kind === 'timer' || state.openWindows > state.sweepAt;
  if (swept) sweep(draft);
  else for (const w of [...draft.changed.values()]) if (w?.kind === 'open') closeIfAlone(draft, w);
  if (input.kind === 'timer' || state.doneCount > context.limits.doneWindows * DONE_SLACK) forgetDone(draft);
  return finish(draft, { swept, fired: input.kind === 'timer' });
}

/** Closed windows beyond the limit are forgotten together, not one by one. */
const DONE_SLACK = 1.25;

/** Looks of one step at windows: far beyond any cascade, so only a cycle that registration should have refused gets there. */
const MAX_LOOKS = 1_000_000;

function receive(draft: Draft, input: KeyInput): void {
  switch (input.kind) {
    case 'pane':
      return onPane(draft, input);
    case 'withdrawn':
      return onWithdrawn(draft, input.record);
    case 'finalized':
      return onFinalized(draft, input.record);
    case 'childrenClosed':
      return onChildrenClosed(draft, input.record);
    case 'memberClosed':
      return passOn(draft, input.record);
    case 'memberNews':
      return onMemberNews(draft, input.news);
    case 'result':
      return onResult(draft, input.result);
    case 'progress':
      return onProgress(draft, input.taskId);
    case 'command':
      return onCommand(draft, input.command);
    case 'timer':
      return touchDue(draft);
    case 'dispatch':
      return unqueue(draft, input);
    default:
      return input satisfies never;
  }
}

function settleDown(draft: Draft): void {
  for (let looks = 0; ; looks++) {
    if (looks > MAX_LOOKS) throw new Error(`${draft.base.key}: a step of ${MAX_LOOKS} looks does not settle`);
    const key = draft.nextTouched();
    if (key === undefined) return;
    const w = draft.window(key);
    if (w) advance(draft, draft.edit(w));
  }
}

function touchDue(draft: Draft): void {
  for (const { deadlineUs, window } of draft.base.all())
    if (deadlineUs !== null && deadlineUs <= draft.context.nowUs) draft.touch(window);
}

/** Makes the longest waiting task of a queue ready again; it is put together anew from what holds now. */
function unqueue(draft: Draft, { queue, lane, windowType }: Extract<KeyInput, { kind: 'dispatch' }>): void {
  for (const key of draft.base.queuedIn(queue)) {
    const known = draft.window(key)!;
    if (known.pane.lane !== lane || known.pane.windowType !== windowType) continue;
    const w = draft.edit(known);
    w.executions = w.executions.map((x) =>
      x?.state === 'QUEUED' && queueOf(x) === queue ? { ...x, state: 'PENDING', heldBy: null } : x,
    );
    draft.touch(key);
    return;
  }
}

function finish(draft: Draft, { swept, fired }: { readonly swept: boolean; readonly fired: boolean }): Step {
  const changes = new Map<WindowKey, WindowState | DoneWindow | null>();
  let deadlineUs: number | null = null;
  for (const [key, next] of draft.changed) {
    const old = draft.base.window(key);
    if (next?.kind === 'open') {
      if (old && isUnchanged(old, next)) continue;
      deadlineUs = sooner(deadlineUs, next.deadlineUs);
    }
    changes.set(key, next);
    compareTasks(draft, old, next?.kind === 'open' ? next : undefined);
  }
  return {
    changes,
    tasks: draft.tasks,
    outcomes: draft.outcomes,
    cancels: draft.cancels,
    forwards: draft.forwards,
    queue: draft.queue,
    timer: fired ? { dueUs: nextTimer(draft) } : earlierTimer(draft, deadlineUs, changes.size > 0),
    swept,
    ignored: draft.ignored,
    refused: draft.refused,
    answered: draft.answered,
  };
}

function isUnchanged(old: WindowState, next: EditedWindow): boolean {
  const { executions, ...rest } = next;
  return (
    executions.length === old.executions.length &&
    executions.every((x, i) => x === old.executions[i]) &&
    (Object.keys(rest) as (keyof typeof rest)[]).every((field) => rest[field] === old[field])
  );
}

function compareTasks(draft: Draft, old: WindowState | undefined, next: WindowState | undefined): void {
  const tell = (kind: QueueChange['kind'], { pane }: WindowState, queue: string) =>
    draft.queue.push({ kind, queue, lane: pane.lane, windowType: pane.windowType });
  const before = old ? queuesOf(old) : [];
  const after = next ? queuesOf(next) : [];
  for (const queue of before) if (!after.includes(queue)) tell('unqueued', old!, queue);
  for (const queue of after) if (!before.includes(queue)) tell('queued', next!, queue);
  if (!old) return;
  const ended = new Map<string, string>();
  for (const x of old.executions) if (x?.taskId) ended.set(x.taskId, x.processor);
  for (const x of next?.executions ?? []) if (x?.taskId) ended.delete(x.taskId);
  for (const processor of ended.values()) tell('ended', old, processor);
}

/** After the timer fired: the soonest deadline of all windows, and in any case the next sweep while anything is held. */
function nextTimer(draft: Draft): number | null {
  const windows = openWindows(draft);
  const done = draft.base.doneCount > 0 || [...draft.changed.values()].some((w) => w?.kind === 'done');
  if (windows.length === 0 && !done) return null;
  const sweepUs = draft.context.nowUs + draft.context.limits.retentionUs;
  return windows.reduce((soonest, w) => sooner(soonest, w.deadlineUs)!, sweepUs);
}

function earlierTimer(draft: Draft, deadlineUs: number | null, changed: boolean): Step['timer'] {
  if (!changed) return null;
  const { timerUs } = draft.base;
  const wanted =
    timerUs === null ? sooner(deadlineUs, draft.context.nowUs + draft.context.limits.retentionUs) : deadlineUs;
  return wanted !== null && (timerUs === null || wanted < timerUs) ? { dueUs: wanted } : null;
}
