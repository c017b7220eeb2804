import type { RetryPolicy } from '@windlass/dag';
import type { ExecutionId } from './execution.ts';
import type { AlgorithmError } from './inputs.ts';

/** Whether another attempt follows this failure. `attempt` counts from 1. */
export function isRetried(
  { attempts, nonRetryable, retryable }: RetryPolicy,
  error: AlgorithmError,
  attempt: number,
): boolean {
  const isIn = (names: readonly string[]): boolean =>
    names.includes(error.class) || (error.code !== null && names.includes(error.code));
  return error.retryable && attempt < attempts && !isIn(nonRetryable) && (retryable === undefined || isIn(retryable));
}

/** The part of a wait that is drawn, where nothing else is said ("equal jitter"). */
const USUAL_JITTER = 0.5;

/**
 * Processing time until the next attempt: exponential, limited, and a part of that (`jitter`) drawn from the
 * execution's id, so that what failed together is not tried together and a replay of the core decides the same.
 */
export function backoffUs(
  policy: RetryPolicy,
  { executionId, attempt }: { readonly executionId: ExecutionId; readonly attempt: number },
): number {
  const fullMs = Math.min(policy.backoffMs * policy.backoffFactor ** (attempt - 1), policy.maxBackoffMs);
  const drawn = (Number.parseInt(executionId.slice(0, 8), 16) ^ Math.imul(attempt, 0x9e3779b1)) >>> 0;
  const { jitter = USUAL_JITTER } = policy;
  return Math.round(fullMs * 1000 * (1 - jitter + (jitter * drawn) / 2 ** 32));
}
