import type { Dependency } from '@windlass/dag';
import { actOn, flawOf, reasonFor, type Trouble } from './dependency-rules.ts';
import type { Draft } from './draft.ts';
import { type Execution, type Input, isOver, type Reason, type Relation } from './execution.ts';
import { sibling } from './key-state.ts';
import { areMembersClosed, memberWindows } from './members.ts';
import type { PlannedAlgorithm, PlannedDependency, RelationKind } from './plan.ts';
import { executionOf, type WindowState } from './window-state.ts';

/** What a dependency's rule says now. `after`: places in the plan of upstreams that the same task runs before. */
export type Resolution =
  | { readonly kind: 'ready'; readonly inputs: readonly Input[]; readonly after: readonly number[] }
  /** Null: until a record changes it. */
  | { readonly kind: 'wait'; readonly untilUs: number | null }
  | { readonly kind: 'settle'; readonly state: 'SKIPPED' | 'FAILED'; readonly reason: Reason };

/** One upstream result, or why there is none (see `Trouble`). */
type Upstream =
  | { readonly kind: 'accepted'; readonly window: WindowState; readonly execution: Execution }
  | { readonly kind: 'failed'; readonly window: WindowState; readonly execution: Execution }
  | { readonly kind: 'fused'; readonly index: number }
  | { readonly kind: 'coming' | 'later' | 'never' };

/** Whether a task that is being put together already holds this execution of the same window, for the same processor. */
export type Fuses = (index: number, processor: string) => boolean;
export const fusesNothing: Fuses = () => false;

const coming: Upstream = { kind: 'coming' };
const later: Upstream = { kind: 'later' };
const never: Upstream = { kind: 'never' };

export const relations: Readonly<Record<RelationKind, Relation>> = {
  same: 'SAME',
  parent: 'PARENT',
  children: 'CHILDREN',
  previous: 'PREVIOUS',
  members: 'MEMBERS',
};

/** All dependencies of one execution together: the first that settles it, else the first that waits, else every input. */
export function resolveAll(
  draft: Draft,
  w: WindowState,
  { a, x, fuses }: { readonly a: PlannedAlgorithm; readonly x: Execution; readonly fuses: Fuses },
): Resolution {
  const inputs: Input[] = [];
  const after: number[] = [];
  let waits = false;
  let untilUs: number | null = null;
  for (let d = 0; d < a.dependencies.length; d++) {
    const one = resolve(draft, w, { a, d, openedUs: x.openedUs, fuses });
    if (one.kind === 'settle') return one;
    if (one.kind === 'wait') {
      waits = true;
      untilUs = sooner(untilUs, one.untilUs);
    } else {
      inputs.push(...one.inputs);
      after.push(...one.after);
    }
  }
  return waits ? { kind: 'wait', untilUs } : { kind: 'ready', inputs, after };
}

export const sooner = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

/** One dependency, by its number. */
export function resolve(
  draft: Draft,
  w: WindowState,
  { a, d, openedUs, fuses }: { a: PlannedAlgorithm; d: number; openedUs: number; fuses: Fuses },
): Resolution {
  const planned = a.dependencies[d]!;
  const { dependency } = planned;
  const upstreams: readonly Upstream[] =
    planned.sameIndex >= 0 && fuses(planned.sameIndex, a.algorithm.processor)
      ? [{ kind: 'fused', index: planned.sameIndex }]
      : upstreamsOf(draft, w, planned);
  const untilUs = dependency.waitMs === null ? null : openedUs + dependency.waitMs * 1000;
  const isOverdue = untilUs !== null && untilUs <= draft.context.nowUs;
  const inputs: Input[] = [];
  const after: number[] = [];
  let waits = false;
  for (const upstream of upstreams) {
    const trouble = troubleOf(dependency, upstream, w);
    const act = trouble === null ? 'accept' : actOn(dependency, trouble, isOverdue);
    // What is left out of a result still to be made by this very task waits for it, and goes out without it.
    if (act === 'wait' || (act === 'runWithout' && upstream.kind === 'fused')) waits = true;
    else if (act === 'skip' || act === 'fail') return settledFor(planned, trouble!, act);
    else if (act === 'runWithout') continue;
    else if (upstream.kind === 'accepted') inputs.push(inputOf(d, planned, upstream.window, upstream.execution));
    else if (upstream.kind === 'fused') after.push(upstream.index);
  }
  return waits ? { kind: 'wait', untilUs } : { kind: 'ready', inputs, after };
}

/** What is not as the dependency wishes; null: nothing. */
function troubleOf(dependency: Dependency, upstream: Upstream, w: WindowState): Trouble | null {
  switch (upstream.kind) {
    case 'accepted': {
      const { window, execution } = upstream;
      const completeness = execution.settled!.completeness ?? window.pane.completeness;
      return flawOf(dependency, { isFinal: isFinal(window), completeness });
    }
    case 'fused':
      return flawOf(dependency, { isFinal: isFinal(w), completeness: w.pane.completeness });
    case 'failed':
      return { kind: 'failed', isFinal: isFinal(upstream.window), settled: upstream.execution.settled! };
    case 'coming':
    case 'later':
    case 'never':
      return { kind: upstream.kind };
    default:
      return upstream satisfies never;
  }
}

const settledFor = (planned: PlannedDependency, trouble: Trouble, act: 'skip' | 'fail'): Resolution => ({
  kind: 'settle',
  state: act === 'fail' ? 'FAILED' : 'SKIPPED',
  reason: reasonFor(planned, trouble),
});

function upstreamsOf(draft: Draft, w: WindowState, { dependency, kind, ...planned }: PlannedDependency): Upstream[] {
  const look = (id: string, unknown: Upstream) =>
    lookUp(draft, sibling(w.pane, id), dependency.algorithm, kind, unknown);
  switch (kind) {
    case 'same':
      return [statusOf(draft, w, dependency.algorithm, kind)];
    case 'parent':
      return [w.pane.parentWindowId === null ? never : look(w.pane.parentWindowId, later)];
    case 'previous': {
      const ids = w.pane.previous.find((p) => p.dependency === planned.previousKey)?.windowIds ?? [];
      return ids.length === 0 ? [never] : ids.map((id) => look(id, never));
    }
    case 'children': {
      if (planned.childTypes.length === 0) return [never];
      if (planned.childTypes.some((type) => w.children[type] === undefined)) return [coming];
      return planned.childTypes.flatMap((type) => w.children[type]!).map((id) => look(id, never));
    }
    case 'members': {
      const isClosed = areMembersClosed(draft, w);
      // Without a limit to the wait it does not matter what is there already.
      if (!isClosed && dependency.waitMs === null) return [coming];
      const found = memberWindows(draft, w, planned.memberTypes).map((guest) =>
        statusOf(draft, guest, dependency.algorithm, kind),
      );
      return isClosed ? found : [coming, ...found];
    }
    default:
      return kind satisfies never;
  }
}

function lookUp(draft: Draft, key: string, algorithm: string, kind: RelationKind, unknown: Upstream): Upstream {
  const window = draft.window(key);
  if (window) return statusOf(draft, window, algorithm, kind);
  return draft.done(key) ? never : unknown;
}

function statusOf(draft: Draft, window: WindowState, algorithm: string, kind: RelationKind): Upstream {
  if (window.withdrawn) return never;
  const plan = draft.plan(window);
  const execution = executionOf(window, plan, algorithm);
  if (!execution) return plan.indexOf.has(algorithm) && !window.pane.isFinal ? later : never;
  if (!isOver(execution) && !standsIn(window, execution, kind)) return coming;
  const { settled } = execution;
  if (!settled) return never;
  return { kind: settled.state === 'SUCCEEDED' ? 'accepted' : 'failed', window, execution };
}

/**
 * Whether the last verdict serves while a newer run is under way. For a parent it always does; elsewhere only while the
 * upstream fires early, so that frequent early panes hold nobody back, and reruns otherwise wait for each other.
 */
const standsIn = (window: WindowState, { settled }: Execution, kind: RelationKind): boolean =>
  settled !== null && kind !== 'same' && (kind === 'parent' || window.pane.timing === 'EARLY');

/** Nothing about the window itself can change its results any more. */
export const isFinal = (w: WindowState): boolean => w.pane.isFinal && w.waiting === null;

const inputOf = (
  dependency: number,
  { kind, dependency: { algorithm } }: PlannedDependency,
  window: WindowState,
  { settled, value }: Execution,
): Input => ({
  dependency,
  algorithm,
  relation: relations[kind],
  window: window.window,
  windowId: window.pane.windowId,
  executionId: settled!.executionId,
  value,
});
