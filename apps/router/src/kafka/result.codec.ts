import { fromValue, type ResultItem, type ResultRecord } from '@windlass/contracts';
import type { Answer, KeyInput } from '@windlass/execution';

/** What a record of a result topic says. */
export function resultInput({ taskId, kind, items, processorVersion, instance }: ResultRecord): KeyInput {
  if (kind === 'PROGRESS') return { kind: 'progress', taskId };
  return { kind: 'result', result: { taskId, answers: items.map(answerOf), processorVersion, instance } };
}

function answerOf({
  executionId,
  attempt,
  result,
  error,
  emissions,
  startedAtUs,
  endedAtUs,
  cpuMs,
}: ResultItem): Answer {
  const common = { executionId, attempt, error, emissions, startedAtUs, endedAtUs, cpuMs };
  if (result === null) return { ...common, result: null };
  try {
    return { ...common, result: fromValue(result) };
  } catch (cause) {
    const message = (cause as Error).message;
    return {
      ...common,
      result: null,
      error: error ?? { class: '', code: 'BAD_RESULT', message, stack: null, retryable: false },
    };
  }
}
