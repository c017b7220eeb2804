import type { DagRevision } from '@windlass/dag';
import {
  type AlgorithmError,
  type Context,
  type ExecutionLimits,
  KeyState,
  type KeyInput,
  type Outcome,
  type OutcomeEvent,
  Plans,
  step,
  type Step,
  type Task,
} from '../index.ts';

export const limits: ExecutionLimits = {
  redispatchAfterUs: 1e12,
  notHereDelayUs: 1e6,
  retentionUs: 600e6,
  doneWindows: 1000,
  failedRetentionUs: 0,
  taskBytes: 8e6,
  inlineBytes: 4e6,
  inputBytes: 256e6,
  emissions: 1000,
};

/** How a virtual spoke answers one execution of a task: a value or an error. */
export type Spoke = (task: Task, algorithm: string, upstream: ReadonlyMap<string, number>) => number | AlgorithmError;

/** One key with a clock, a DAG and everything its steps said. Steps are folded in at once, as if every commit succeeded. */
export class World {
  nowUs = 1_000_000;
  state: KeyState;
  readonly events: OutcomeEvent[] = [];
  readonly tasks: Task[] = [];
  readonly steps: Step[] = [];
  credit = Number.POSITIVE_INFINITY;
  /** Queues that are held. */
  readonly held = new Set<string>();
  private readonly plans: Plans;
  private taskCount = 0;

  constructor(
    dag: DagRevision | readonly DagRevision[],
    private readonly limited: Partial<ExecutionLimits> = {},
    private readonly key = 'pump-1',
  ) {
    this.state = new KeyState(key);
    const revisions = [dag].flat();
    this.plans = new Plans({
      revisionOf: (number) => revisions.find((r) => r.number === number),
      live: () => revisions.at(-1)!,
    });
  }

  context(): Context {
    return {
      nowUs: this.nowUs,
      plans: this.plans,
      newTaskId: () => `task-${this.taskCount++}`,
      admit: ({ processor }) => !this.held.has(processor) && (this.credit-- > 0 || (this.credit++, false)),
      heldBy: ({ algorithm, windowType }) =>
        ([`windowType:${windowType}`, `algorithm:${algorithm}`] as const).find((queue) => this.held.has(queue)) ?? null,
      limits: { ...limits, ...this.limited },
    };
  }

  /** Forgets everything but the windows, as a router does that starts again. */
  restart(): void {
    const windows = [...this.state.all(), ...this.state.allDone()];
    this.state = new KeyState(this.key);
    this.state.restore(new Map(windows.map((w) => [w.window, w])), this.nowUs + limits.retentionUs);
  }

  do(input: KeyInput): Step {
    const s = step(this.state, input, this.context());
    this.state.apply(s);
    this.events.push(...s.outcomes);
    this.tasks.push(...s.tasks);
    this.steps.push(s);
    return s;
  }

  /** Answers a task as a processor would: in order, up to the first failure of each chain. */
  answer(task: Task, spoke: Spoke): Step {
    return this.do({ kind: 'result', result: answerOf(task, spoke) });
  }

  outcomes(algorithm?: string): Outcome[] {
    return this.events.flatMap((e) => e.outcomes).filter((o) => !algorithm || o.algorithm === `${algorithm}@1`);
  }
}

export function answerOf(task: Task, spoke: Spoke): Extract<KeyInput, { kind: 'result' }>['result'] {
  const values = new Map<string, number>();
  const names = new Map<string, number>();
  const failed = new Set<string>();
  const answers = [];
  for (const { executionId, attempt, algorithm, after } of task.executions) {
    if (after.some((id) => !values.has(id))) continue;
    const value = spoke(task, algorithm, names);
    const isValue = typeof value === 'number';
    if (isValue) {
      values.set(executionId, value);
      names.set(algorithm, value);
    } else failed.add(executionId);
    const common = { executionId, attempt, emissions: [], startedAtUs: 1, endedAtUs: 2, cpuMs: 0 };
    answers.push({ ...common, result: isValue ? value : null, error: isValue ? null : value });
  }
  return { taskId: task.taskId, answers, processorVersion: '1', instance: 'i' };
}

export const boom = (retryable = false, code: string | null = null): AlgorithmError => ({
  class: 'Error',
  message: 'boom',
  stack: 'at boom',
  retryable,
  code,
});
