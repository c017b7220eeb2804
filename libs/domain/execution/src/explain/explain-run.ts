import { type Sentence, say } from '@windlass/windowing';
import { Draft } from '../draft.ts';
import type { ExecutionId } from '../execution.ts';
import type { Context } from '../inputs.ts';
import type { KeyState } from '../key-state.ts';
import type { WindowKey } from '../pane.ts';
import type { PlannedAlgorithm } from '../plan.ts';
import type { WindowState } from '../window-state.ts';
import type { HoldOf, RunExplanation, RunParts } from './parts.ts';
import { standingOf } from './standing.ts';

/** Inputs that are named. */
const NAMED_INPUTS = 20;

/** A window of a key, and the world as `Context` tells it. */
export interface ExplainRunsParts {
  readonly state: KeyState;
  readonly window: WindowKey;
  readonly context: Pick<Context, 'nowUs' | 'plans'>;
  readonly holdOf: HoldOf;
}

/**
 * Every algorithm on a window, in the order of its plan: what happened to its current run, and what it waits on. Undefined: the window
 * is not held (any more).
 */
export function explainRuns({ state, window, context, holdOf }: ExplainRunsParts): RunExplanation[] | undefined {
  const draft = new Draft(state, context as Context);
  const w = draft.window(window);
  if (!w) return undefined;
  const { algorithms } = draft.plan(w);
  const bound = algorithms.map((planned, index) => {
    const execution = w.executions[index];
    return execution ? explained({ draft, window: w, execution, planned, holdOf }) : notBegun(w, planned);
  });
  const others = w.executions
    .slice(algorithms.length)
    .flatMap((x) => (x ? [explained({ draft, window: w, execution: x, planned: null, holdOf })] : []));
  return [...bound, ...others];
}

/** Where an execution is, by its id, also that of an earlier run whose verdict stands. */
export function findRun(
  state: KeyState,
  id: ExecutionId,
): { readonly window: WindowKey; readonly algorithm: string } | undefined {
  for (const { window, executions } of state.all())
    for (const x of executions)
      if (x && (x.executionId === id || x.settled?.executionId === id)) return { window, algorithm: x.algorithm };
  return undefined;
}

function explained(parts: RunParts): RunExplanation {
  const { window, execution, planned } = parts;
  const now = window.withdrawn ? [withdrawn(execution.algorithm)] : standingOf(parts);
  if (!planned)
    now.push(
      say('ALGORITHM_GONE', 'The DAG revision of its last pane has no {algorithm}.', {
        algorithm: execution.algorithm,
      }),
    );
  if (window.waiting && !window.withdrawn)
    now.push(
      say('NEWER_PANE_WAITS', 'Revision {next} of the window waits until revision {revision} is through.', {
        ...{ next: window.waiting.pane.revision, revision: window.pane.revision },
      }),
    );
  return { algorithm: execution.algorithm, execution, timeline: timelineOf(parts), now };
}

const withdrawn = (algorithm: string): Sentence =>
  say('RUN_WINDOW_WITHDRAWN', 'The window of {algorithm} was withdrawn: nothing runs on it.', { algorithm });

function notBegun({ pane }: WindowState, { ref, binding }: PlannedAlgorithm): RunExplanation {
  const facts = { algorithm: ref, on: binding.on.join(', '), timing: pane.timing, revision: pane.revision };
  const text =
    '{algorithm} has not begun: it takes panes of {on}, and none came; the last was {timing} (revision {revision}).';
  return { algorithm: ref, execution: null, timeline: [], now: [say('RUN_NOT_BEGUN', text, facts)] };
}

function timelineOf({ execution: x }: RunParts): Sentence[] {
  const { algorithm, run, revision, openedUs, processor, attempt } = x;
  const opened = say('RUN_OPENED', 'Run {run} of {algorithm} was opened for revision {revision}.', {
    ...{ algorithm, run, revision, atUs: openedUs },
  });
  const failures = x.failures.map((failure) =>
    say('ATTEMPT_FAILED', 'Attempt {attempt} of run {run} of {algorithm} failed{where}: {message} ({errorCode}).', {
      ...{ algorithm, run: failure.run, attempt: failure.attempt, message: failure.message, errorCode: failure.code },
      ...{ stack: failure.stack, atUs: failure.atUs },
      where: failure.instance ? ` on ${failure.instance}` : '',
    }),
  );
  const sent =
    x.dispatchedUs === 0
      ? []
      : [
          say(
            'RUN_DISPATCHED',
            'Attempt {attempt} of run {run} of {algorithm} went to {processor}, or was last heard of.',
            {
              ...{ algorithm, run, attempt, processor, taskId: x.taskId, atUs: x.dispatchedUs },
            },
          ),
        ];
  const inputs = x.inputs.slice(0, NAMED_INPUTS).map((input) =>
    say(
      'RUN_GIVEN',
      '{algorithm} was given the result of {upstream} over {relation}, window {windowId} (execution {executionId}).',
      {
        ...{ algorithm, upstream: input.algorithm, relation: input.relation.toLowerCase() },
        ...{ windowId: input.windowId, executionId: input.executionId, atUs: x.dispatchedUs || null },
      },
    ),
  );
  return [opened, ...failures, ...sent, ...inputs].sort((a, b) => (a.atUs ?? 0) - (b.atUs ?? 0));
}
