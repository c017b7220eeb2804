import type { Draft, EditedWindow } from './draft.ts';
import type { Emission, Execution, OutcomeState, Reason, Settled } from './execution.ts';
import type { Outcome } from './outputs.ts';
import { type ResultValue, sameValue, sizeOf } from './value.ts';

/** How a run ended. */
export interface Verdict {
  readonly state: OutcomeState;
  readonly by: 'attempt' | 'inputs' | 'window';
  readonly reason: Reason | null;
  readonly result: ResultValue;
  readonly emissions: readonly Emission[];
  /** What the processor told of the attempt; null: nothing ran. */
  readonly work: Pick<Outcome, 'startedAtUs' | 'endedAtUs' | 'cpuMs' | 'processorVersion' | 'instance'> | null;
}

/** A verdict that the hub reaches without an algorithm. */
export const ruling = (by: 'inputs' | 'window' | 'attempt', state: OutcomeState, reason: Reason): Verdict => ({
  state,
  by,
  reason,
  result: null,
  emissions: [],
  work: null,
});

/** Ends the current run of an execution with its one outcome. Its readers are looked at in this step, also when the value is as before: one may have waited for this run. */
export function settle(draft: Draft, w: EditedWindow, index: number, verdict: Verdict): void {
  const x = w.executions[index]!;
  const outcome = outcomeOf(draft, w, x, verdict);
  const settled: Settled = {
    executionId: x.executionId,
    run: x.run,
    revision: x.revision,
    state: verdict.state,
    reason: verdict.reason,
    result: verdict.result,
    resultBytes: verdict.state === 'SUCCEEDED' ? sizeOf(verdict.result) : 0,
    told: draft.plan(w).algorithms[index]?.keeps ? outcome : null,
    completeness: w.pane.completeness,
  };
  const changed = !looksSame(x.settled, settled);
  const next: Execution = {
    ...x,
    state: verdict.state,
    settled,
    settledBy: verdict.by,
    taskId: null,
    notBeforeUs: 0,
    value: changed ? x.value + 1 : x.value,
    staleInput: false,
  };
  w.executions[index] = next;
  draft.tell(w, { outcome });
  touchReaders(draft, w);
}

/** To dependants: equal results, or neither succeeded. */
const looksSame = (a: Settled | null, b: Settled): boolean =>
  a !== null &&
  (a.state === 'SUCCEEDED' ? b.state === 'SUCCEEDED' && sameValue(a.result, b.result) : b.state !== 'SUCCEEDED');

/** Takes back the latest verdict of an execution. */
export function withdraw(draft: Draft, w: EditedWindow, index: number, reason: string): void {
  const x = w.executions[index]!;
  if (!x.settled) return;
  const { executionId, run } = x.settled;
  w.executions[index] = { ...x, settled: null, value: x.value + 1 };
  draft.tell(w, {
    withdrawal: { executionId, algorithm: x.algorithm, run, reason, knownAtUs: draft.context.nowUs },
  });
  touchReaders(draft, w);
}

/** Says once more, and otherwise unchanged, a kept outcome that no longer stands on its inputs as they are now. */
export function markStale(draft: Draft, w: EditedWindow, index: number): void {
  const x = w.executions[index]!;
  const told = x.settled?.told;
  if (x.staleInput || !told) return;
  w.executions[index] = { ...x, staleInput: true };
  draft.tell(w, { outcome: { ...told, staleInput: true } });
}

export function touchReaders(draft: Draft, w: EditedWindow): void {
  for (const reader of draft.readersOf(w)) draft.touch(reader);
}

function outcomeOf(draft: Draft, w: EditedWindow, x: Execution, verdict: Verdict): Outcome {
  const plan = draft.plan(w);
  const index = plan.indexOf.get(x.algorithm);
  return {
    executionId: x.executionId,
    algorithm: x.algorithm,
    run: x.run,
    attempt: x.attempt,
    state: verdict.state,
    reason: verdict.reason,
    result: verdict.result,
    unit: (index === undefined ? undefined : plan.algorithms[index]!.algorithm.result.unit) ?? null,
    inputs: x.inputs.map(({ executionId, algorithm, relation, windowId }) => ({
      executionId,
      algorithm,
      relation,
      windowId,
    })),
    staleInput: false,
    emissions: verdict.emissions,
    knownAtUs: draft.context.nowUs,
    startedAtUs: verdict.work?.startedAtUs ?? null,
    endedAtUs: verdict.work?.endedAtUs ?? null,
    cpuMs: verdict.work?.cpuMs ?? null,
    processor: x.processor,
    processorVersion: verdict.work?.processorVersion ?? null,
    instance: verdict.work?.instance ?? null,
  };
}
