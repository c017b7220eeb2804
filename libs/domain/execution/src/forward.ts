import { matches } from '@windlass/dag';
import type { Draft, EditedWindow } from './draft.ts';
import { isOver, type Execution } from './execution.ts';
import { isGuest, type Standing } from './guest.ts';
import type { MemberClosed, WindowKey } from './pane.ts';
import type { GroupReader } from './plan.ts';
import { isFinal } from './resolve.ts';
import { executionOf, isQuiet, type WindowState } from './window-state.ts';

/** Tells the groups of this source how far it is; the windows that it means were told before, in order. */
export function passOn(draft: Draft, { groups, ...closed }: MemberClosed): void {
  for (const group of groups) draft.forwards.push({ group, kind: 'closed', closed });
}

/** Tells the groups of this source what of a window their own windows join, where it is not as it was before this step. */
export function forward(draft: Draft, key: WindowKey): void {
  const w = draft.changed.get(key);
  if (w?.kind !== 'open' || isGuest(w, draft.base.key) || w.pane.lane === 'TRY') return;
  const plan = draft.plan(w);
  if (plan.readByGroups.length === 0) return;
  const before = draft.base.window(key);
  const left = before ? readersOf(before, plan.readByGroups) : new Map<string, ReadonlySet<string>>();
  const now = readersOf(w, plan.readByGroups);
  for (const [group, algorithms] of now)
    for (const algorithm of algorithms)
      if (!before || !left.has(group) || isNews(draft, algorithm, before, w)) tell(draft, w, { group, algorithm });
  for (const [group, algorithms] of left)
    if (!now.has(group)) for (const algorithm of algorithms) tell(draft, w, { group, algorithm, withdrawn: true });
}

/** A window is found firm, outside of any change of its own. */
export function forwardFirm(draft: Draft, w: EditedWindow): void {
  const wasKnown = isKnownFirm(draft, w);
  w.firm = true;
  if (wasKnown || isGuest(w, draft.base.key) || w.pane.lane === 'TRY') return;
  for (const [group, algorithms] of readersOf(w, draft.plan(w).readByGroups))
    for (const algorithm of algorithms) tell(draft, w, { group, algorithm });
}

/** By group, what it is told of. */
function readersOf({ pane }: WindowState, readers: readonly GroupReader[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const { source } = pane;
  if (!source) return found;
  const { kind, groups, labels } = source;
  for (const { selector, algorithms } of readers) {
    if (!matches(selector, { kind, groups, labels })) continue;
    for (const group of groups) {
      if (selector.groups && !selector.groups.includes(group)) continue;
      const known = found.get(group) ?? new Set();
      found.set(group, known);
      for (const algorithm of algorithms) known.add(algorithm);
    }
  }
  return found;
}

function isNews(draft: Draft, algorithm: string, before: WindowState, w: WindowState): boolean {
  const a = executionOf(before, draft.plan(before), algorithm);
  const b = executionOf(w, draft.plan(w), algorithm);
  return (
    stateOf(a) !== stateOf(b) ||
    a?.settled !== b?.settled ||
    before.withdrawn !== w.withdrawn ||
    isFinal(before) !== isFinal(w) ||
    isKnownFirm(draft, before) !== isKnownFirm(draft, w) ||
    before.pane.timing !== w.pane.timing ||
    before.pane.startUs !== w.pane.startUs ||
    before.pane.endUs !== w.pane.endUs
  );
}

const stateOf = (x: Execution | null) => (x === null ? null : isOver(x) ? x.state : 'PENDING');

/** What nothing else can revise is firm when it is quiet; of others that is found out now and then. */
const isKnownFirm = (draft: Draft, w: WindowState): boolean => w.firm || (!draft.plan(w).reads && isQuiet(w));

function tell(
  draft: Draft,
  w: EditedWindow,
  {
    group,
    algorithm,
    withdrawn = w.withdrawn,
  }: { readonly group: string; readonly algorithm: string; readonly withdrawn?: boolean },
): void {
  w.outcomeVersion = Math.max(w.outcomeVersion + 1, draft.context.nowUs);
  const { pane } = w;
  const standing: Standing = {
    windowId: pane.windowId,
    generation: pane.generation,
    version: w.outcomeVersion,
    windowType: pane.windowType,
    key: pane.key,
    startUs: pane.startUs,
    endUs: pane.endUs,
    revision: pane.revision,
    timing: pane.timing,
    isFinal: isFinal(w),
    isFirm: isKnownFirm(draft, w),
    withdrawn,
    completeness: pane.completeness,
    metadata: pane.metadata,
    lane: pane.lane,
    dagRevision: pane.dagRevision,
    algorithm,
    execution: snapshotOf(executionOf(w, draft.plan(w), algorithm)),
  };
  draft.forwards.push({ group, kind: 'standing', standing });
}

function snapshotOf(x: Execution | null): Standing['execution'] {
  if (x === null) return null;
  const { executionId, run, value, cascade, state, settled } = x;
  const told = settled && {
    executionId: settled.executionId,
    run: settled.run,
    revision: settled.revision,
    state: settled.state,
    reason: settled.reason,
    result: settled.result,
    completeness: settled.completeness,
  };
  const now = isOver(x) ? (state as Exclude<typeof state, 'PENDING' | 'QUEUED' | 'DISPATCHED'>) : 'PENDING';
  return { executionId, run, value, cascade, state: now, settled: told };
}
