import type { RunAction, RunCommand, RunRefusal, WindowState } from '@windlass/execution';
import type { StageTransaction } from '@windlass/messaging';
import type { KeyPlace } from '../ports.ts';

/** One run of a command. */
export interface AskedRun extends KeyPlace, RunCommand {
  readonly commandId: string;
  /** Place among the runs of the command. */
  readonly n: number;
  readonly algorithm: string;
  readonly run: number;
  readonly askedUs: number;
}

/** An asked run with what came of it; `doneUs` null: it waits for its owner. */
export interface CommandedRun extends AskedRun {
  readonly doneUs: number | null;
  readonly refusal: RunRefusal | null;
}

/** What was asked for, by whom and why, and how far it is. */
export interface CommandSummary {
  readonly commandId: string;
  readonly action: RunAction;
  readonly by: string;
  readonly why: string | null;
  readonly askedUs: number;
  readonly runs: number;
  readonly waiting: number;
  readonly refused: number;
}

/** Commands about runs, kept until long after they are done. Rows are done in the transaction of the batch that follows them. */
export interface RunCommandStore {
  /** Keeps a command, unless its id is known. */
  ask(runs: readonly AskedRun[]): Promise<void>;
  /** In the order in which they were asked for; none: no such command. */
  find(commandId: string): Promise<readonly CommandedRun[]>;
  /** Newest first. */
  list(limit: number): Promise<readonly CommandSummary[]>;
  /** Slots with something that waits. */
  waitingSlots(): Promise<readonly number[]>;
  /** What waits in these slots, in the order in which it was asked for, at most `limit`. */
  waiting(tx: StageTransaction, slots: readonly number[], limit: number): Promise<readonly AskedRun[]>;
  done(tx: StageTransaction, runs: readonly CommandedRun[]): Promise<void>;
}

/** Windows by what people say of them, as they were last committed. */
export interface WindowFinder {
  ofKey(place: KeyPlace): Promise<readonly WindowState[]>;
  /** With something of the algorithm that failed, whose start lies in `[fromUs, toUs)`, by start; at most `limit`. */
  failed(asked: {
    readonly algorithm: string;
    readonly fromUs: number;
    readonly toUs: number;
    readonly key: string | null;
    readonly limit: number;
  }): Promise<readonly WindowState[]>;
}
