import type { TaskExecution, TaskInput, Value } from '@windlass/contracts';
import type { AnyAlgorithm } from '../definition/algorithm.ts';
import type { TaskSurroundings } from './run-task.ts';
import type { TaskInputs } from './task-inputs.ts';

/** Results that travel by reference. */
export interface ReferredResults {
  /** Tries until the result is there, or the signal aborts. @throws with what was wrong last, at once when no further try helps. */
  fetch(reference: string, signal: AbortSignal): Promise<Value>;
}

/** Results that are fetched at the same time for one execution. */
const AT_ONCE = 4;
/** How often it is looked whether the execution is cancelled meanwhile. */
const LOOK_MS = 100;
/** What a timer of Node can wait for. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Fetches what an execution is given by reference, for at most as long as it may work itself: its own limit runs from then on. Ends
 * early when it is cancelled. Tells what could not be fetched, and why; undefined: nothing.
 */
export async function fetchInputs({
  inputs,
  execution,
  algorithm,
  around,
}: {
  readonly inputs: TaskInputs;
  readonly execution: TaskExecution;
  readonly algorithm: AnyAlgorithm;
  readonly around: TaskSurroundings;
}): Promise<string | undefined> {
  const referred = algorithm.needs ? [...inputs.referred(algorithm.needs, execution)] : [];
  if (referred.length === 0) return undefined;
  const { timeoutMs, executionId } = execution;
  const isCancelled = (): boolean => around.cancelled(executionId) !== undefined;
  const ended = new AbortController();
  const look = setInterval(() => isCancelled() && ended.abort(), LOOK_MS);
  const signal = AbortSignal.any([AbortSignal.timeout(Math.min(timeoutMs, MAX_TIMER_MS)), ended.signal]);
  const fetchNext = async (): Promise<void> => {
    for (let input = referred.shift(); input; input = referred.shift())
      inputs.fetched(input, await fetchOne(input, around.referred, signal));
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, fetchNext));
    return undefined;
  } catch (error) {
    return isCancelled() ? undefined : (error as Error).message;
  } finally {
    clearInterval(look);
    ended.abort();
  }
}

async function fetchOne(input: TaskInput, referred: ReferredResults, signal: AbortSignal): Promise<Value> {
  const { algorithm, windowId, reference } = input;
  try {
    return await referred.fetch(reference ?? '', signal);
  } catch (cause) {
    throw new Error(`the result of ${algorithm} on window ${windowId}: ${(cause as Error).message}`, { cause });
  }
}
