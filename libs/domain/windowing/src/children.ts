import { firingWatermark, typeIn, type Draft, type PastChild, type TypeDraft } from './draft.ts';
import { hash53 } from './hash53.ts';
import { about } from './past-children.ts';
import { latenessEndUs, type TypePlan } from './plan.ts';
import { NEVER } from './time.ts';
import { childrenOf, precedes } from './windows.ts';
import type { Window } from './window.ts';

/**
 * Publishes `children closed` for the windows of a type whose children can be told: it has fired, they have fired, no element
 * can bear another, and every algorithm that may open one is terminal. Again when the list has changed since.
 */
export function closeChildren(draft: Draft, type: TypeDraft): void {
  for (const window of type.windows) {
    if (!window.childrenOpen || !window.fired || window.withdrawn) continue;
    const isClosed = type.plan.children.map((childPlan) => closeChildType(draft, type, window, childPlan));
    window.childrenOpen = isClosed.includes(false);
  }
}

function closeChildType(draft: Draft, type: TypeDraft, window: Window, childPlan: TypePlan): boolean {
  const childType = typeIn(draft, childPlan);
  if (childPlan.openedByResults ? !isSettledWithin(draft, type, window) : firingWatermark(childType) < window.endUs)
    return false;
  const children = childrenOf(childType, window.id);
  if (children.some(({ fired }) => !fired)) return false;
  const past = pastChildrenOf(draft, window);
  if (!past) return false;
  const listed = [...children, ...past.filter(({ windowType }) => windowType === childPlan.ref)].sort((a, b) =>
    precedes(a, b) ? -1 : 1,
  );
  const ids = listed.map(({ id }) => id);
  const hash = hash53(ids.join(' '));
  if (window.childrenPublished[childPlan.ref] === hash) return true;
  window.childrenPublished = { ...window.childrenPublished, [childPlan.ref]: hash };
  window.version += 1;
  draft.records.push({
    kind: 'childrenClosed',
    ...about(draft, type, window),
    childType: childPlan.ref,
    childWindowIds: ids,
  });
  return true;
}

/** null: they must be read back first. */
function pastChildrenOf(draft: Draft, window: Window): readonly PastChild[] | null {
  if (window.pastChildren === 0) return [];
  const stored = draft.pastReplaced.get(window.id) ?? draft.pastChildren.get(window.id) ?? [];
  const added = draft.pastAdded.flatMap(({ parentId, child }) => (parentId === window.id ? [child] : []));
  if (stored.length + added.length >= window.pastChildren) return [...stored, ...added];
  draft.needsPast.add(window.id);
  return null;
}

/** Every algorithm that may open windows from this window's panes is done with the last of them. */
export const isSettled = (window: Window): boolean => window.completed >= window.awaited && !window.awaitsFinal;

/** The same for the window and all that lie in it; and no more of those will be born. */
export function isSettledWithin(draft: Draft, type: TypeDraft, window: Window): boolean {
  if (!isSettled(window)) return false;
  return type.plan.children.every((childPlan) => {
    if (!hosts(childPlan)) return true;
    const childType = typeIn(draft, childPlan);
    if (!childPlan.openedByResults && firingWatermark(childType) < window.endUs) return false;
    return childrenOf(childType, window.id).every((child) => child.fired && isSettledWithin(draft, childType, child));
  });
}

/** Windows of this type, or within them, are read by algorithms that may open windows. */
const hosts = (plan: TypePlan): boolean => plan.awaits.size > 0 || plan.children.some(hosts);

/** No window can be opened in this one any more: all is terminal, and has been for as long as results may be revised. */
export const isDone = (draft: Draft, type: TypeDraft, window: Window): boolean =>
  window.finalized && isSettledWithin(draft, type, window) && draft.nowUs >= doneAtUs(type.plan, window);

/** Processing time until which a revised result may still open or withdraw windows in this one. NEVER: none can. */
export const doneAtUs = ({ children }: TypePlan, { outcomeAtUs }: Window): number =>
  outcomeAtUs === null
    ? NEVER
    : children
        .filter((child) => child.openedByResults)
        .reduce((max, child) => Math.max(max, latenessEndUs(child, outcomeAtUs)), NEVER);
