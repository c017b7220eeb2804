import type { Execution, Reason } from './execution.ts';
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

export const reasonOf = (error: AlgorithmError): Reason => ({
  code: error.code ?? 'ALGORITHM_ERROR',
  message: error.class === '' ? error.message : `${error.class}: ${error.message}`,
  stack: error.stack,
  because: null,
});

export function withFailure(
  x: Execution,
  error: AlgorithmError,
  { nowUs, instance }: { readonly nowUs: number; readonly instance: string | null },
): readonly FailedAttempt[] {
  const { code, message, stack } = reasonOf(error);
  const failure: FailedAttempt = {
    run: x.run,
    attempt: x.attempt,
    code,
    message: message.slice(0, MESSAGE_LENGTH),
    stack: stack?.slice(0, STACK_LENGTH) ?? null,
    atUs: nowUs,
    instance,
  };
  return [...x.failures, failure].slice(-FAILED_ATTEMPTS);
}
