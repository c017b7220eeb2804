import { ContractError } from './errors.ts';
import type { Task } from './generated/types.ts';
import { recordFromJson, recordToJson } from './record-json.ts';

/** Where a recorded task was, and what its record said beside it. */
export interface TaskOrigin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** A task that `windlass task save` has written: everything that a run of it needs, its inputs too. */
export interface TaskFile extends TaskOrigin {
  readonly format: typeof taskFileFormat;
  /** As JSON (`recordToJson`). */
  readonly task: unknown;
}

export const taskFileFormat = 'windlass-task/1';

export const taskFileOf = (task: Task, origin: TaskOrigin): TaskFile => ({
  format: taskFileFormat,
  ...origin,
  task: recordToJson('windows', task),
});

/** @throws {ContractError} INVALID_MESSAGE when it is no such file, or of another format. */
export function taskOfFile(text: string): { readonly task: Task; readonly origin: TaskOrigin } {
  const { format, task, ...origin } = parsed(text);
  if (format !== taskFileFormat) {
    const found = String(JSON.stringify(format)).slice(0, 60);
    throw new ContractError('INVALID_MESSAGE', `a task file has the format "${taskFileFormat}", this has ${found}`);
  }
  return { task: recordFromJson('windows', task), origin: origin as TaskOrigin };
}

function parsed(text: string): Partial<TaskFile> {
  try {
    return (JSON.parse(text) as Partial<TaskFile> | null) ?? {};
  } catch (cause) {
    throw new ContractError('INVALID_MESSAGE', `a task file is JSON: ${(cause as Error).message}`, { cause });
  }
}
