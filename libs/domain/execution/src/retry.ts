import type { RetryPolicy } from '@windlass/dag';
import type { ExecutionId } from './execution.ts';
import type { AlgorithmError } from './inputs.ts';

/** Whether another attempt follows this failure. `attempt` counts from 1. */
export const isRetried = (policy: RetryPolicy, error: AlgorithmError, attempt: number): boolean =>
  error.retryable && attempt < policy.attempts && !policy.nonRetryable.includes(error.class);

/**
 * Processing time until the next attempt: exponential, limited, and of that a part between a half and all ("equal jitter"), drawn
 * from the execution's id, so that what failed together is not tried together and a replay of the core decides the same.
 */
export function backoffUs(
  policy: RetryPolicy,
  { executionId, attempt }: { readonly executionId: ExecutionId; readonly attempt: number },
): number {
  const fullMs = Math.min(policy.backoffMs * policy.backoffFactor ** (attempt - 1), policy.maxBackoffMs);
  const drawn = (Number.parseInt(executionId.slice(0, 8), 16) ^ Math.imul(attempt, 0x9e3779b1)) >>> 0;
  return Math.round(fullMs * 1000 * (0.5 + drawn / 2 ** 33));
}
