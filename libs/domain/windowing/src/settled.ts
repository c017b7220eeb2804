import type { TypePlan } from './plan.ts';
import { typeIn, type Draft, type TypeDraft } from './draft.ts';
import { gapOf } from './span.ts';
import { windowById } from './windows.ts';
import type { Window } from './window.ts';

/**
 * Whether the windows that a window lies in stay what they are. A session that may still merge with one before it may take another
 * id, and with it all that lies in it; and what results or people open is never late, so what lies in it is not either, until it is
 * final. Before that nothing in it is final, nor too late.
 */
export function liesInSettled(draft: Draft, plan: TypePlan, parentId: string | null): boolean {
  if (parentId === null || !plan.parent || !plan.heldByAncestors) return true;
  const type = typeIn(draft, plan.parent);
  const parent = windowById(type, parentId);
  return !parent || (hasSettled(type, parent) && liesInSettled(draft, plan.parent, parent.parentId));
}

/** The window neither takes another id nor takes up what lies behind the watermark any more. */
export const hasSettled = (type: TypeDraft, window: Window): boolean =>
  type.plan.openedByResults ? window.finalized : isStartSettled(type, window);

/** No element can move the window's start any more. */
export function isStartSettled({ plan, floorUs }: TypeDraft, window: Window): boolean {
  const gapUs = gapOf(plan);
  return gapUs === null || window.finalized || (gapUs === Infinity && window.startUs < floorUs);
}
