export { FAILED_ATTEMPTS, type FailedAttempt } from './attempts.ts';
export { refusalOf, RUN_ACTIONS, type RunAction, type RunCommand, type RunRefusal } from './commands.ts';
export {
  type Emission,
  type Execution,
  executionId,
  type ExecutionId,
  type ExecutionState,
  type HoldQueue,
  type Input,
  isOver,
  type OutcomeState,
  type Reason,
  type Relation,
  type Settled,
  type TaskId,
} from './execution.ts';
export type { MemberNews, Standing } from './guest.ts';
export type { AlgorithmError, Answer, Context, ExecutionLimits, KeyInput, Result } from './inputs.ts';
export { type Changes, KeyState } from './key-state.ts';
export type {
  Cancel,
  Forward,
  InputReference,
  Outcome,
  OutcomeEvent,
  QueueChange,
  Step,
  Task,
  TaskExecution,
  TaskInput,
  Withdrawal,
} from './outputs.ts';
export {
  type ChildrenClosed,
  type Lane,
  type MemberClosed,
  type Pane,
  type WindowFinalized,
  type WindowHeader,
  type WindowId,
  type WindowKey,
  windowKey,
  type WindowRef,
  type WindowWithdrawn,
} from './pane.ts';
export { Plans, type TypePlan, UnknownDagRevision } from './plan.ts';
export { explainRuns, type ExplainRunsParts, findRun } from './explain/explain-run.ts';
export type { ExplainedHold, HoldOf, RunExplanation } from './explain/parts.ts';
export { hasFailed, RETAINED_WINDOWS } from './retained.ts';
export { step } from './step.ts';
export { type ResultValue, sameValue, sizeOf } from './value.ts';
export { aligned, type DoneWindow, queuesOf, type WaitingPane, type WindowState } from './window-state.ts';
export { Replays } from './replay-turns.ts';
export { DispatchQueue, type HeldDepth, isHoldQueue, type Pick, type QueueDepth } from './dispatch-queue.ts';
export { UnderWay, type WindowTasks } from './under-way.ts';
