import { reasonOf, withFailure } from './attempts.ts';
import { fusedUpstreams } from './dispatch.ts';
import type { Draft, EditedWindow } from './draft.ts';
import type { Input } from './execution.ts';
import type { AlgorithmError, Answer, Result } from './inputs.ts';
import type { PlannedAlgorithm } from './plan.ts';
import { backoffUs, isRetried } from './retry.ts';
import { takeBack } from './runs.ts';
import { ruling, settle } from './settle.ts';
import { mismatch, sizeOf } from './value.ts';

/**
 * Judges the answer to a task. It counts only when the task is the current one of the executions it names, and then as a whole:
 * results are accepted up to the first failure of each chain, a failed attempt is tried again later or ends its run, and what was
 * left unanswered is dispatched anew without counting an attempt.
 */
export function onResult(draft: Draft, result: Result): void {
  const window = draft.base.windowOfTask(result.taskId);
  const known = window === undefined ? undefined : draft.window(window);
  if (!known) {
    draft.ignored = 'STALE_RESULT';
    return;
  }
  const indexes = known.executions.flatMap((x, index) => (x?.taskId === result.taskId ? [index] : []));
  const answers = new Map(result.answers.map((answer) => [answer.executionId, answer]));
  const answerTo = (index: number): Answer | undefined => {
    const x = known.executions[index]!;
    const answer = answers.get(x.executionId);
    return answer?.attempt === x.attempt ? answer : undefined;
  };
  if (result.answers.length > 0 && !indexes.some((index) => answerTo(index))) {
    draft.ignored = 'STALE_RESULT';
    return;
  }
  const w = draft.edit(known);
  draft.touch(w.window);
  const { processor, dispatchedUs } = w.executions[indexes[0]!]!;
  draft.answered = { processor, lane: w.pane.lane, dispatchedUs, busyUs: busyUs(result.answers) };
  const judged = { result, fused: fusedInputs(draft, w, indexes, result.taskId) };
  for (const index of indexes) {
    const answer = result.answers.length === 0 ? emptyAnswer(w, index, draft.context.nowUs) : answerTo(index);
    if (answer && isReached(w, judged.fused.get(index)!)) judge(draft, w, index, { answer, ...judged });
    else takeBack(w, index);
  }
}

type Fused = ReadonlyMap<number, readonly { readonly dependency: number; readonly upstream: number }[]>;

/** Inputs that came from the same task: known by place, because they have no verdict yet. */
function fusedInputs(draft: Draft, w: EditedWindow, indexes: readonly number[], taskId: string): Fused {
  const { algorithms } = draft.plan(w);
  return new Map(
    indexes.map((index) => {
      const planned = algorithms[index];
      const upstreams = planned ? fusedUpstreams(w, planned, taskId) : [];
      return [
        index,
        upstreams.map((upstream) => ({
          dependency: planned!.dependencies.findIndex((d) => d.sameIndex === upstream),
          upstream,
        })),
      ];
    }),
  );
}

const isReached = (w: EditedWindow, fused: readonly { readonly upstream: number }[]): boolean =>
  fused.every(({ upstream }) => w.executions[upstream]!.state === 'SUCCEEDED');

function judge(
  draft: Draft,
  w: EditedWindow,
  index: number,
  { answer, result, fused }: { answer: Answer; result: Result; fused: Fused },
): void {
  const planned = draft.plan(w).algorithms[index];
  let x = w.executions[index]!;
  const error = answer.error ?? (planned ? badResult(draft, planned, answer) : null);
  if (error?.code === 'NOT_HERE' || error?.code === 'CANCELLED') {
    takeBack(w, index, draft.context.nowUs + draft.context.limits.notHereDelayUs);
    return;
  }
  if (error) {
    const failures = withFailure(x, error, { nowUs: draft.context.nowUs, instance: result.instance });
    x = { ...x, failures };
  }
  if (error && planned && isRetried(planned.algorithm.retry, error, x.attempt)) {
    const notBeforeUs = draft.context.nowUs + backoffUs(planned.algorithm.retry, x);
    w.executions[index] = { ...x, state: 'PENDING', taskId: null, notBeforeUs };
    return;
  }
  const inputs = [...x.inputs, ...fused.get(index)!.map((f): Input => fusedInput(w, f.dependency, f.upstream))];
  w.executions[index] = { ...x, inputs };
  const work = {
    startedAtUs: answer.startedAtUs,
    endedAtUs: answer.endedAtUs,
    cpuMs: answer.cpuMs,
    processorVersion: result.processorVersion,
    instance: result.instance,
  };
  if (error) settle(draft, w, index, { ...ruling('attempt', 'FAILED', reasonOf(error)), work });
  else {
    const { result: value, emissions } = answer;
    settle(draft, w, index, { state: 'SUCCEEDED', by: 'attempt', reason: null, result: value, emissions, work });
  }
}

function fusedInput(w: EditedWindow, dependency: number, upstream: number): Input {
  const { algorithm, settled, value } = w.executions[upstream]!;
  const { windowId } = w.pane;
  return {
    dependency,
    algorithm,
    relation: 'SAME',
    window: w.window,
    windowId,
    executionId: settled!.executionId,
    value,
  };
}

/** What is wrong with a result that was told as a success. Never tried again: the same work gives the same result. */
function badResult(
  draft: Draft,
  { algorithm }: PlannedAlgorithm,
  { result, emissions }: Answer,
): AlgorithmError | null {
  const wrong = (code: string, message: string) => ({ class: '', code, message, stack: null, retryable: false });
  const bytes = sizeOf(result);
  if (bytes > algorithm.maxResultBytes)
    return wrong(
      'PAYLOAD_TOO_LARGE',
      `a result of ${bytes} bytes, limit maxResultBytes is ${algorithm.maxResultBytes}`,
    );
  const type = mismatch(result, algorithm.result);
  if (type !== null) return wrong('BAD_RESULT', type);
  const { emissions: most } = draft.context.limits;
  if (emissions.length > most)
    return wrong('BAD_RESULT', `${emissions.length} emissions, limit emissionsPerResult is ${most}`);
  const foreign = emissions.find((e) => !algorithm.emits.includes(e.windowType));
  if (foreign) return wrong('BAD_RESULT', `emits ${foreign.windowType}, which its registration does not name in emits`);
  const empty = emissions.find((e) => e.endUs <= e.startUs);
  if (empty) return wrong('BAD_RESULT', `emits ${empty.windowType} ending at ${empty.endUs}, not after its start`);
  return null;
}

const emptyAnswer = (w: EditedWindow, index: number, nowUs: number): Answer => ({
  executionId: w.executions[index]!.executionId,
  attempt: w.executions[index]!.attempt,
  result: null,
  error: { class: '', code: 'BAD_RESULT', message: 'the record answers no execution', stack: null, retryable: false },
  emissions: [],
  startedAtUs: nowUs,
  endedAtUs: nowUs,
  cpuMs: null,
});

const busyUs = (answers: readonly Answer[]): number =>
  answers.reduce((sum, { startedAtUs, endedAtUs }) => sum + Math.max(0, endedAtUs - startedAtUs), 0);

/** The processor says that it still works on a task: it is not published again meanwhile. */
export function onProgress(draft: Draft, taskId: string): void {
  const window = draft.base.windowOfTask(taskId);
  const known = window === undefined ? undefined : draft.window(window);
  if (!known) {
    draft.ignored = 'STALE_RESULT';
    return;
  }
  const w = draft.edit(known);
  w.executions = w.executions.map((x) => (x?.taskId === taskId ? { ...x, dispatchedUs: draft.context.nowUs } : x));
  draft.touch(w.window);
}
