import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { recordFromJson, type Task } from '@windlass/contracts';

/** One item of the answer; what is left out does not count. */
export interface ExpectedItem {
  /** A value with its type, compared byte for byte. */
  readonly result?: unknown;
  /** Short for a list of text. */
  readonly texts?: readonly string[];
  /** Short for text of so many letters `x`. */
  readonly letters?: number;
  readonly error?: {
    readonly code?: string | null;
    readonly class?: string;
    readonly retryable?: boolean;
    /** The message, or the stack, contains it. */
    readonly message?: string;
    readonly stack?: string;
    /** Characters of the message. */
    readonly length?: number;
  };
  readonly emissions?: readonly unknown[];
}

/** What differs from a plain task, and what its answer must be. */
export interface TaskParts {
  /** Algorithms of the chain, of version 1. */
  readonly run: readonly string[];
  readonly window?: Readonly<Record<string, unknown>>;
  /** By place in the chain. */
  readonly executions?: readonly object[];
  readonly inputs?: readonly object[];
  readonly homePartition?: number;
}

export interface TaskCase extends TaskParts {
  readonly name: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expect: readonly ExpectedItem[];
}

export interface TaskFile {
  readonly theme: string;
  readonly tasks: readonly TaskCase[];
}

const folder = new URL('../tasks/', import.meta.url);

export const taskFiles = (): TaskFile[] =>
  readdirSync(folder)
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as TaskFile);

const START_US = 1_795_400_000_000_000;
const TIMEOUT_MS = 60_000;
export const newId = (): string => randomBytes(16).toString('hex');

/** A task as the router would send it. */
export function taskOf({ run, window = {}, executions = [], inputs = [], homePartition = 0 }: TaskParts): Task {
  const windowId = newId();
  const times = { startUs: START_US, endUs: START_US + 2_000_000 };
  return recordFromJson('windows', {
    taskId: randomUUID(),
    homePartition,
    pane: {
      windowId,
      version: 1,
      windowType: 'conformance@1',
      key: 'unit-1',
      ...times,
      revision: 0,
      timing: 'ON_TIME',
      isFinal: false,
      elements: 0,
      added: 0,
      dagRevision: 1,
      policyRevision: 1,
      firedAtUs: START_US + 2_500_000,
      ...window,
    },
    executions: run.map((name, place) => ({
      executionId: newId(),
      algorithm: `${name}@1`,
      run: 1,
      attempt: 1,
      timeoutMs: TIMEOUT_MS,
      ...executions[place],
    })),
    inputs: inputs.map((input) => ({
      algorithm: 'given@1',
      relation: 'SAME',
      executionId: newId(),
      windowId,
      revision: 0,
      ...times,
      isFinal: false,
      ...input,
    })),
  });
}

export const load = (key: string, value: number): TaskParts => ({
  run: ['load'],
  window: { key, metadata: { load: value } },
});

/** Absent: until it is cancelled. */
export const sleeps = (key: string, sleepMs?: number): TaskParts => ({
  run: ['sleeps'],
  window: { key, metadata: sleepMs === undefined ? {} : { sleepMs } },
});
