import { encodeValue, toValue, type ResultItem, type Task, type TaskExecution } from '@windlass/contracts';
import type { AnyAlgorithm, Context, TraceContext, Window } from '../definition/algorithm.ts';
import type { Logger } from '../log.ts';
import { AnswerFault, answerError, thrownError } from './algorithm-error.ts';
import { failedItem } from './answer.ts';
import { conform } from './conform.ts';
import { checkReturnedDepth } from './depth.ts';
import { Emissions } from './emissions.ts';
import { fetchInputs, type ReferredResults } from './fetch-inputs.ts';
import { TaskInputs } from './task-inputs.ts';

/** What surrounds a running task: a worker thread, or the main thread. */
export interface TaskSurroundings {
  /** Microseconds since the epoch, UTC. */
  nowUs(): number;
  /** CPU time this thread has used, milliseconds; null where it cannot be told apart from other work. */
  cpuMs(): number | null;
  /** Its start-to-close limit runs from here. `done` are the items of the chain so far. */
  starting(execution: TaskExecution, index: number, done: readonly ResultItem[]): void;
  /** Its limit no longer runs. */
  ended(): void;
  progress(execution: TaskExecution): void;
  /** Why the hub cancelled it; undefined: it did not. */
  cancelled(executionId: string): string | undefined;
  readonly signal: AbortSignal;
  readonly referred: ReferredResults;
  readonly trace: TraceContext | null;
  readonly log: Logger;
}

/**
 * Runs a task's executions in order, up to the first that fails: what follows it is a new task of the hub. Never throws for
 * what an algorithm does; at least one item is returned.
 */
export async function runTask(
  task: Task,
  algorithms: ReadonlyMap<string, AnyAlgorithm>,
  around: TaskSurroundings,
): Promise<ResultItem[]> {
  const inputs = new TaskInputs(task);
  const items: ResultItem[] = [];
  for (const [index, execution] of task.executions.entries()) {
    const algorithm = algorithms.get(execution.algorithm);
    const item = await runBegun({ task, execution, algorithm, inputs, around }, () =>
      around.starting(execution, index, items),
    );
    items.push(item);
    if (item.error) break;
  }
  return items;
}

interface Run {
  readonly task: Task;
  readonly execution: TaskExecution;
  readonly algorithm: AnyAlgorithm | undefined;
  readonly inputs: TaskInputs;
  readonly around: TaskSurroundings;
}

/** Fetches its inputs, then runs it within its limit. */
async function runBegun({ algorithm, ...run }: Run, starting: () => void): Promise<ResultItem> {
  const { execution, inputs, around } = run;
  const startedAtUs = around.nowUs();
  const missing = algorithm && (await fetchInputs({ inputs, execution, algorithm, around }));
  if (missing !== undefined) {
    const error = answerError('INPUT_UNAVAILABLE', missing);
    return failedItem({ ...execution, startedAtUs, endedAtUs: around.nowUs() }, error);
  }
  starting();
  try {
    return await runExecution({ algorithm, ...run }, startedAtUs);
  } finally {
    around.ended();
  }
}

async function runExecution(
  { task, execution, algorithm, inputs, around }: Run,
  startedAtUs: number,
): Promise<ResultItem> {
  const { executionId, attempt } = execution;
  const cpuBefore = around.cpuMs();
  const item = (answer: Pick<ResultItem, 'result' | 'error' | 'emissions'>): ResultItem => {
    const cpuAfter = around.cpuMs();
    const cpuMs = cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore;
    return { executionId, attempt, ...answer, startedAtUs, endedAtUs: around.nowUs(), cpuMs };
  };
  const failed = (error: ResultItem['error']) => item({ result: null, error, emissions: [] });
  const cancelled = () => {
    const reason = around.cancelled(executionId);
    return reason === undefined ? undefined : failed(answerError('CANCELLED', reason));
  };
  if (!algorithm) {
    return failed(answerError('NOT_HERE', `${execution.algorithm} is not an algorithm of this instance`));
  }
  const before = cancelled();
  if (before) return before;
  const emissions = new Emissions(task, algorithm);
  try {
    const context = contextOf({ task, execution, algorithm, inputs, around }, emissions);
    const returned: unknown = algorithm.run(context);
    const given = isThenable(returned) ? await returned : returned;
    checkReturnedDepth(given);
    const value = conform(algorithm.result, given);
    const result = toValue(value);
    checkSize(algorithm, result);
    inputs.made(execution.algorithm, value);
    return cancelled() ?? item({ result, error: null, emissions: emissions.items });
  } catch (thrown) {
    return cancelled() ?? failed(thrownError(thrown));
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/** The contracts keep the general limit; an algorithm may set a smaller one. */
function checkSize({ maxResultBytes }: AnyAlgorithm, result: NonNullable<ResultItem['result']>): void {
  if (maxResultBytes === undefined) return;
  const { length } = encodeValue(result);
  if (length > maxResultBytes) {
    throw new AnswerFault('PAYLOAD_TOO_LARGE', `result of ${length} bytes, limit maxResultBytes is ${maxResultBytes}`);
  }
}

function contextOf(
  { task, execution, algorithm, inputs, around }: Run & { algorithm: AnyAlgorithm },
  emissions: Emissions,
) {
  const context: Context<any, any> = {
    window: task.pane as Window,
    signals: task.pane.signals ?? [],
    inputs: algorithm.needs ? inputs.of(algorithm.needs, execution) : {},
    executionId: execution.executionId,
    attempt: execution.attempt,
    emit: (child) => emissions.add(child),
    progress: () => around.progress(execution),
    signal: around.signal,
    trace: around.trace,
    log: around.log,
  };
  return context;
}
