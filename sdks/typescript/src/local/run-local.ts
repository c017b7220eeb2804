import { readFileSync } from 'node:fs';
import {
  decodeCurrent,
  fromValue,
  splitWireFormat,
  taskOfFile,
  type AlgorithmError,
  type ResultEmission,
  type ResultItem,
  type Task,
} from '@windlass/contracts';
import { isAlgorithm, type Algorithm, type AnyAlgorithm, type TraceContext } from '../definition/algorithm.ts';
import { refOf } from '../definition/dependency.ts';
import { runTask, type TaskSurroundings } from '../execution/run-task.ts';
import { silentLogger, type Logger } from '../log.ts';
import { nowUs } from '../pool/task-worker.ts';

/** What one algorithm answered. */
export interface LocalResult<T = unknown> {
  /** `name@version`. */
  readonly algorithm: string;
  /** Undefined when it failed. */
  readonly value: T | undefined;
  readonly error: AlgorithmError | null;
  /** Child windows it emitted. */
  readonly emissions: readonly ResultEmission[];
}

export interface LocalOptions {
  readonly log?: Logger;
  readonly signal?: AbortSignal;
  readonly trace?: TraceContext;
}

/** A task, a record's value, or a file of `windlass task save`. */
export type GivenTask = Task | Buffer | string | URL;

type Several = readonly AnyAlgorithm[] | { readonly algorithms: ReadonlyMap<string, AnyAlgorithm> };

/**
 * Runs a task here and now, without servers: a built one (`taskFor`), or a recorded one (a file of `windlass task save` by its path or
 * URL, a record's value as bytes, or decoded). Of an algorithm its own execution is run; of a processor or several algorithms the task's chain, up to its first
 * failure. Values pass through the same encoding as in production; limits of time are not kept.
 */
export function runLocal<T>(
  algorithm: Algorithm<T, any, any>,
  task: GivenTask,
  options?: LocalOptions,
): Promise<LocalResult<T>>;
export function runLocal(several: Several, task: GivenTask, options?: LocalOptions): Promise<readonly LocalResult[]>;
export async function runLocal(
  target: AnyAlgorithm | Several,
  given: GivenTask,
  options: LocalOptions = {},
): Promise<LocalResult | readonly LocalResult[]> {
  const task = taskOf(given);
  if (!isAlgorithm(target)) {
    const algorithms = 'algorithms' in target ? [...target.algorithms.values()] : target;
    return run(algorithms, task, options);
  }
  const executions = task.executions.filter(({ algorithm }) => algorithm === refOf(target));
  if (executions.length === 0) throw new RangeError(`the task has no execution of ${refOf(target)}`);
  return (await run([target], { ...task, executions }, options))[0]!;
}

function taskOf(given: GivenTask): Task {
  if (typeof given === 'string' || given instanceof URL) return taskOfFile(readFileSync(given, 'utf8')).task;
  return Buffer.isBuffer(given) ? decodeCurrent('windows', splitWireFormat(given).body) : given;
}

async function run(algorithms: readonly AnyAlgorithm[], task: Task, options: LocalOptions): Promise<LocalResult[]> {
  const byRef = new Map(algorithms.map((algorithm) => [refOf(algorithm), algorithm]));
  const items = await runTask(task, byRef, surroundings(options));
  return items.map((item, index) => resultOf(item, task.executions[index]!.algorithm));
}

const resultOf = ({ result, error, emissions }: ResultItem, algorithm: string): LocalResult => ({
  algorithm,
  value: result === null ? undefined : fromValue(result),
  error,
  emissions,
});

const surroundings = ({
  log = silentLogger,
  signal = new AbortController().signal,
  trace,
}: LocalOptions): TaskSurroundings => ({
  nowUs,
  cpuMs: () => null,
  starting() {},
  ended() {},
  progress() {},
  cancelled: () => (signal.aborted ? String(signal.reason) : undefined),
  signal,
  referred: {
    fetch: () =>
      Promise.reject(new Error('a local run fetches nothing; `windlass task save` writes results into the file')),
  },
  trace: trace ?? null,
  log,
});
