import type { Draft, EditedWindow } from './draft.ts';
import { type Execution, executionId, type Input, isOver } from './execution.ts';
import type { PlannedAlgorithm } from './plan.ts';
import { fusesNothing, type Resolution, resolve } from './resolve.ts';
import { markStale, ruling, settle, withdraw } from './settle.ts';
import { executionOf } from './window-state.ts';

/**
 * Opens the next run of an algorithm for the window's current pane. A run that was opened and has told no outcome yet goes on,
 * now for this pane: it is never told twice, and its wait began when it was opened.
 */
export function openRun(draft: Draft, w: EditedWindow, index: number, a: PlannedAlgorithm, cascade = 0): void {
  const x = w.executions[index] ?? null;
  if (x && !isOver(x)) {
    w.executions[index] = { ...x, revision: w.pane.revision };
    return;
  }
  const run = x ? x.run + 1 : w.firstRun;
  w.executions[index] = {
    algorithm: a.ref,
    processor: a.algorithm.processor,
    executionId: executionId(w.pane, a.ref, run),
    run,
    attempt: 0,
    state: 'PENDING',
    revision: w.pane.revision,
    openedUs: draft.context.nowUs,
    notBeforeUs: 0,
    taskId: null,
    dispatchedUs: 0,
    inputs: [],
    value: x?.value ?? 0,
    cascade,
    settledBy: null,
    staleInput: false,
    settled: x?.settled ?? null,
    heldBy: null,
    failures: x?.failures ?? [],
  };
}

/** What was dispatched is pending again, and the attempt is not counted. */
export function takeBack(w: EditedWindow, index: number, notBeforeUs = 0): void {
  const x = w.executions[index]!;
  w.executions[index] = { ...x, state: 'PENDING', taskId: null, attempt: x.attempt - 1, notBeforeUs };
}

/** Settles an execution that its window's pane is too incomplete for. True: settled. */
export function settleIncomplete(draft: Draft, w: EditedWindow, index: number, { binding }: PlannedAlgorithm): boolean {
  const least = binding.minCompleteness;
  const { completeness } = w.pane;
  if (least === undefined || (completeness !== null && completeness >= least)) return false;
  const message = `completeness ${completeness ?? 'unknown'}, at least ${least} is needed (minCompleteness)`;
  settle(draft, w, index, ruling('window', 'SKIPPED', { code: 'INCOMPLETE', message, stack: null, because: null }));
  return true;
}

/**
 * Compares what an ended run was given with what it would be given now, and opens the next run when that differs and the
 * dependency asks for it; a result that is kept instead is marked stale. Upstream runs under way are waited for, so several
 * revisions coalesce into one run.
 */
export function reopenIfRevised(draft: Draft, w: EditedWindow, index: number, a: PlannedAlgorithm): void {
  const x = w.executions[index]!;
  if (a.dependencies.length === 0 || x.settledBy === 'window' || x.settledBy === null) return;
  const resolutions: Resolution[] = [];
  for (let d = 0; d < a.dependencies.length; d++) {
    const now = resolve(draft, w, { a, d, openedUs: WITHOUT_LIMIT, fuses: fusesNothing });
    if (now.kind === 'wait') return;
    resolutions.push(now);
  }
  const ruled = resolutions.find((now) => now.kind === 'settle');
  if (x.settledBy === 'inputs' || ruled) {
    if (x.settledBy === 'inputs' && ruled?.state === x.state) return;
    if (x.state === 'SUCCEEDED') withdraw(draft, w, index, 'INPUT_WITHDRAWN');
    openRun(draft, w, index, a);
    return;
  }
  let rerun = false;
  let stale = false;
  let cascade = 0;
  resolutions.forEach((now, d) => {
    if (now.kind !== 'ready' || sameInputs(x.inputs, d, now.inputs)) return;
    const depth = 1 + cascadeOf(draft, x, d, now.inputs);
    if (reruns(a, d, depth)) {
      rerun = true;
      cascade = Math.max(cascade, depth);
    } else stale = true;
  });
  if (rerun) openRun(draft, w, index, a, cascade);
  else if (stale) markStale(draft, w, index);
}

/**
 * Looks at what ended of algorithms that the pane's DAG revision no longer has: nothing will make those results anew. One that was made
 * from inputs which hold no longer is withdrawn, or marked stale where a dependency may keep results. Upstream runs under way are waited for.
 */
export function retireRevised(draft: Draft, w: EditedWindow): void {
  for (let index = draft.plan(w).algorithms.length; index < w.executions.length; index++) {
    const x = w.executions[index]!;
    if (!x.settled || x.inputs.every((input) => stands(draft, input))) continue;
    if (x.settled.told) {
      markStale(draft, w, index);
      continue;
    }
    withdraw(draft, w, index, 'ALGORITHM_RETIRED');
    // Others here may have been made from it.
    draft.touch(w.window);
  }
}

/** Whether an input is what it was, as far as is known yet: a window that is forgotten does not change. */
function stands(draft: Draft, { window, algorithm, value }: Input): boolean {
  const w = draft.window(window);
  const x = w && executionOf(w, draft.plan(w), algorithm);
  return !x || !isOver(x) || x.value === value;
}

/** An ended run waits for revised inputs as long as they take: its limit was for having none. */
const WITHOUT_LIMIT = Number.POSITIVE_INFINITY;

function reruns({ dependencies }: PlannedAlgorithm, d: number, depth: number): boolean {
  const { onRevision } = dependencies[d]!.dependency;
  return onRevision === 'rerun' || (onRevision !== 'keep' && depth <= onRevision.rerunDepth);
}

function sameInputs(all: readonly Input[], dependency: number, now: readonly Input[]): boolean {
  let i = 0;
  for (const input of all) {
    if (input.dependency !== dependency) continue;
    const other = now[i++];
    if (!other || other.window !== input.window || other.value !== input.value) return false;
  }
  return i === now.length;
}

/** The longest chain of revised results behind the inputs that are not as they were. */
function cascadeOf(draft: Draft, x: Execution, d: number, now: readonly Input[]): number {
  let longest = 0;
  for (const { window, algorithm, value } of now) {
    if (x.inputs.some((i) => i.dependency === d && i.window === window && i.value === value)) continue;
    const w = draft.window(window)!;
    longest = Math.max(longest, executionOf(w, draft.plan(w), algorithm)!.cascade);
  }
  return longest;
}
