import type { Execution } from './execution.ts';
import type { AlgorithmError } from './inputs.ts';

/** An attempt that ended with an error, whether or not another followed. */
export interface FailedAttempt {
  readonly run: number;
  /** From 1, within the run. */
  readonly attempt: number;
  readonly code: string;
  /** Cut at 1,000 characters. */
  readonly message: string;
  /** Cut at 2,000 characters. */
  readonly stack: string | null;
  /** Processing time when the hub heard of it. */
  readonly atUs: number;
  readonly instance: string | null;
}

/** Failed attempts that are remembered of one execution, over all its runs: the last ones. */
export const FAILED_ATTEMPTS = 5;
const MESSAGE_LENGTH = 1_000;
const STACK_LENGTH = 2_000;

export function withFailure(
  x: Execution,
  { class: type, code, message, stack }: AlgorithmError,
  { nowUs, instance }: { readonly nowUs: number; readonly instance: string | null },
): readonly FailedAttempt[] {
  const failure: FailedAttempt = {
    run: x.run,
    attempt: x.attempt,
    code: code ?? 'ALGORITHM_ERROR',
    message: (type === '' ? message : `${type}: ${message}`).slice(0, MESSAGE_LENGTH),
    stack: stack?.slice(0, STACK_LENGTH) ?? null,
    atUs: nowUs,
    instance,
  };
  return [...x.failures, failure].slice(-FAILED_ATTEMPTS);
}
