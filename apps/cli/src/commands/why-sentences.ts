import { say } from '@windlass/windowing';
import type { SentenceAnswer } from './explain-text.ts';

export interface AlgorithmBinding {
  readonly windowType: string;
}

/** As the result-collector tells it. */
export interface StoredOutcome {
  readonly executionId: string;
  readonly windowId: string;
  readonly algorithm: string;
  readonly run: number;
  readonly state: 'SUCCEEDED' | 'FAILED' | 'SKIPPED' | 'CANCELLED';
  readonly reason: { readonly code: string; readonly message: string; readonly because?: string | null } | null;
  readonly knownAtUs: number;
  readonly withdrawn: { readonly reason: string; readonly knownAtUs: number } | null;
}

export function sentence(...said: Parameters<typeof say>): SentenceAnswer {
  const { todo, ...rest } = say(...said);
  return { ...rest, todoTemplate: todo };
}

/** That there is a result, or with which verdict a run ended. */
export function outcomeSentence(outcome: StoredOutcome): SentenceAnswer {
  const { executionId, windowId, algorithm, run, state, knownAtUs, withdrawn } = outcome;
  const facts = { executionId, windowId, algorithm, run, knownAtUs };
  if (withdrawn)
    return sentence(
      'RESULT_WITHDRAWN',
      'There was one, of run {run} of {algorithm} on window {windowId}; it was withdrawn at {time:withdrawnUs}: {why}.',
      { ...facts, withdrawnUs: withdrawn.knownAtUs, why: withdrawn.reason },
    );
  if (state === 'SUCCEEDED')
    return sentence(
      'RESULT_EXISTS',
      'There is one: run {run} of {algorithm} on window {windowId}, known since {time:knownAtUs}.',
      { ...facts, todo: 'windlass lineage {executionId}' },
    );
  const { code: reasonCode = '', message = '', because = null } = outcome.reason ?? {};
  return sentence(
    'RESULT_LACKS',
    'Run {run} of {algorithm} on window {windowId} ended {state} at {time:knownAtUs}: {message} ({reasonCode}).',
    {
      ...{ ...facts, state, message, reasonCode, because },
      todo: because === null ? null : 'It was caused by another: windlass explain execution {because}',
    },
  );
}
