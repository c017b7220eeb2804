import { type Sentence, say } from '@windlass/windowing';
import { isOver } from '../execution.ts';
import { sibling } from '../key-state.ts';
import type { PlannedAlgorithm, PlannedDependency } from '../plan.ts';
import { fusesNothing, resolve } from '../resolve.ts';
import { executionOf, type WindowState } from '../window-state.ts';
import type { RunParts } from './parts.ts';

/** Windows that one sentence names, and sentences of one dependency. */
const NAMED = 5;

/** What a pending execution waits on, a dependency after the other. */
export function waitsOf(parts: RunParts, a: PlannedAlgorithm): Sentence[] {
  const { draft, window, execution } = parts;
  return a.dependencies.flatMap((planned, d) => {
    const now = resolve(draft, window, { a, d, openedUs: execution.openedUs, fuses: fusesNothing });
    return now.kind === 'wait' ? waitFor(parts, planned, now.untilUs) : [];
  });
}

function waitFor(parts: RunParts, { dependency, kind, childTypes }: PlannedDependency, untilUs: number | null) {
  const { algorithm } = parts.execution;
  const rule = dependency.onMissing === 'wait' ? 'skip' : dependency.onMissing;
  const until = untilUs === null ? ' as long as it takes' : ` until {time:untilUs}, then ${rule} (onMissing)`;
  const facts = { algorithm, upstream: dependency.algorithm, relation: kind, untilUs };
  const openTypes = kind === 'children' ? childTypes.filter((type) => parts.window.children[type] === undefined) : [];
  if (openTypes.length > 0)
    return [
      say(
        'RUN_WAITS_FOR_CHILDREN',
        `{algorithm} waits for {upstream} over children${until}: not all windows of {childTypes} in this one are known yet.`,
        { ...facts, childTypes: openTypes.join(', '), todo: childrenTodo },
      ),
    ];
  const blockers = upstreamsOf(parts, { kind, algorithm: dependency.algorithm });
  if (blockers.length === 0)
    return [
      say('RUN_WAITS_FOR_INPUT', `{algorithm} waits for {upstream} over {relation}${until}; it has not begun.`, facts),
    ];
  return blockers.slice(0, NAMED).map(({ windowId, executionId, state }) =>
    say(
      'RUN_WAITS_FOR_INPUT',
      `{algorithm} waits for {upstream} over {relation}${until}: on window {windowId} it is {state}.`,
      {
        ...{ ...facts, windowId, executionId, state },
        todo: executionId === null ? null : `windlass explain execution {executionId}`,
      },
    ),
  );
}

const childrenTodo =
  'They are when this window and its children have fired, and what may open more has ended: windlass explain window of the child that is still open.';

interface Blocker {
  readonly windowId: string;
  readonly executionId: string | null;
  readonly state: string;
}

/** Upstream executions that are held here and not over, or that may still be revised. */
function upstreamsOf(
  { draft, window }: RunParts,
  { kind, algorithm }: { readonly kind: PlannedDependency['kind']; readonly algorithm: string },
): Blocker[] {
  return windowsOf(window, kind).flatMap((windowId): Blocker[] => {
    const w = draft.window(sibling(window.pane, windowId));
    if (!w) return kind === 'parent' ? [{ windowId, executionId: null, state: 'not begun: it has not fired' }] : [];
    const x = executionOf(w, draft.plan(w), algorithm);
    if (!x) return [{ windowId, executionId: null, state: 'not begun' }];
    if (isOver(x) && w.pane.isFinal && x.state === 'SUCCEEDED') return [];
    const provisional = isOver(x) ? ', and may still be revised' : '';
    return [{ windowId, executionId: x.executionId, state: `${x.state}${provisional}` }];
  });
}

function windowsOf({ pane, children }: WindowState, kind: PlannedDependency['kind']): readonly string[] {
  switch (kind) {
    case 'same':
      return [pane.windowId];
    case 'parent':
      return pane.parentWindowId === null ? [] : [pane.parentWindowId];
    case 'previous':
      return pane.previous.flatMap(({ windowIds }) => windowIds);
    case 'children':
      return Object.values(children).flat();
    default:
      return [];
  }
}
