import type { AlgorithmError, Task, TaskExecution } from '@windlass/contracts';
import { failedItem, type AnswerCodec } from '../execution/answer.ts';
import type { JobOutcome } from './executor.ts';
import type { JournalEntry } from './journal.ts';
import { nowUs } from './task-worker.ts';

/** The answer to a job whose thread has ended: what the chain had done by then, and the error of what ran. */
export function answerOfEnded({
  task,
  begun,
  part,
  error,
  codec,
}: {
  readonly task: Task;
  /** Undefined: it had not begun. */
  readonly begun: JournalEntry | undefined;
  /** Encoded record of the items done. */
  readonly part: Buffer | undefined;
  readonly error: (execution: TaskExecution) => AlgorithmError;
  readonly codec: AnswerCodec;
}): JobOutcome {
  const execution = task.executions[begun?.execution ?? 0]!;
  const done = part && part.length > 0 ? codec.decode(part).items : [];
  const times = { startedAtUs: begun?.startedAtUs ?? nowUs(), endedAtUs: nowUs() };
  const failed = failedItem({ ...execution, ...times }, error(execution));
  const { taskId, homePartition } = task;
  return { kind: 'answered', taskId, homePartition, record: codec.encode(taskId, [...done, failed]) };
}
