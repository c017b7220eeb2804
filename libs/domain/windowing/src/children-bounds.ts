import { isGrid, type EpochUs } from '@windlass/dag';
import { noteBehind } from './behind.ts';
import { typeIn, type Draft, type TypeDraft } from './draft.ts';
import { countBetween, elementsBetween, lastBetween, type LoggedElement } from './element-log.ts';
import { spanIn } from './life.ts';
import { placeIn, placeUnder, type Placement } from './placement.ts';
import type { TypePlan } from './plan.ts';
import { gapOf, isElementBorn, spansAt, type Span } from './span.ts';
import { changeEnd, withdraw } from './window-life.ts';
import { childrenOf, windowAt } from './windows.ts';
import type { Window } from './window.ts';

/** The elements of [fromUs, toUs) that are still remembered find their places in the window's element-born children. */
export function fillChildren(
  draft: Draft,
  { plan }: TypeDraft,
  parent: Window,
  { fromUs, toUs }: { fromUs: EpochUs; toUs: EpochUs },
): void {
  for (const childPlan of plan.children) {
    if (!isElementBorn(childPlan)) continue;
    const childType = typeIn(draft, childPlan);
    for (const element of elementsBetween(draft.log, fromUs, toUs))
      if (childPlan.elements.has(element.name)) putUnder(draft, childType, parent, element);
  }
}

/** An element that was here before finds its place in a window's children. */
const putUnder = (draft: Draft, type: TypeDraft, parent: Window, element: LoggedElement): void =>
  tellLate(draft, type, element, placeUnder(draft, type, parent, { ...element, metadata: null }));

function tellLate(draft: Draft, type: TypeDraft, element: LoggedElement, placement: Placement): void {
  if (placement === 'late') noteBehind(draft, type, element);
}

/** Children that are left out unless whole, and are whole now that the parent ends after `beforeUs`, take up what lay in their part of it. */
export function fillCompleted(draft: Draft, { plan }: TypeDraft, parent: Window, beforeUs: EpochUs): void {
  for (const childPlan of plan.children) {
    const { open } = childPlan.type;
    if (!isGrid(open) || open.partial !== 'drop') continue;
    const childType = typeIn(draft, childPlan);
    for (const element of elementsBetween(draft.log, Math.max(parent.startUs, beforeUs - open.sizeUs), beforeUs)) {
      if (!childPlan.elements.has(element.name)) continue;
      for (const span of spansAt(childPlan, parent, element.timeUs))
        if (span.endUs > beforeUs)
          tellLate(
            draft,
            childType,
            element,
            placeIn(draft, childType, { span, parent, element: { ...element, metadata: null } }),
          );
    }
  }
}

/** The parent's end has moved from `beforeUs`: each child takes the bounds it would have had from the start. */
export function cutChildren(draft: Draft, type: TypeDraft, parent: Window, beforeUs: EpochUs): void {
  const outside = { parentWindowId: parent.id, startUs: parent.startUs, endUs: parent.endUs };
  const reachesUs = Math.min(beforeUs, parent.endUs) - reach(type.plan);
  for (const child of childrenOf(type, parent.id)) {
    if (child.endUs < reachesUs) continue;
    const span = child.startUs < parent.endUs ? spanWithin(draft, type, child, parent) : null;
    if (!span || span.startUs !== child.startUs) {
      const heir = span && heirOf(draft, type, { span, parent, child });
      withdraw(draft, type, child, { replacedBy: heir ? [heir.id] : [], reason: 'outside its parent', outside });
      continue;
    }
    moveChildEnd(draft, type, { child, parent, endUs: span.endUs, beforeUs });
    if (child.elements <= 0) withdraw(draft, type, child, { replacedBy: [], reason: 'no elements are left' });
  }
}

/** Emitted children that no longer lie within their parent do not hold: whoever finds them again on what it is now emits them again. */
export function withdrawOutside(draft: Draft, type: TypeDraft, parent: Window): void {
  const outside = { parentWindowId: parent.id, startUs: parent.startUs, endUs: parent.endUs };
  for (const child of childrenOf(type, parent.id))
    if (child.endUs > parent.endUs)
      withdraw(draft, type, child, { replacedBy: [], reason: 'outside its parent', outside });
}

/** How long before its parent's end a window may end that would end elsewhere, did the parent. */
const reach = ({ type: { open } }: TypePlan): number =>
  open.kind === 'fixed' && open.partial === 'extend' ? open.sizeUs : 0;

function spanWithin(draft: Draft, { plan }: TypeDraft, child: Window, parent: Window): Span | null {
  const gapUs = gapOf(plan);
  if (gapUs === null) return spanIn(draft, plan, parent, child.startUs);
  const { startUs } = child;
  const lastUs = lastBetween(draft.log, plan.elements, startUs, Math.min(child.endUs, parent.endUs));
  const endUs = Math.min(lastUs === undefined ? child.endUs : lastUs + gapUs, parent.endUs);
  return { startUs, endUs, opener: [String(startUs)] };
}

/** The window that takes in what a child held which is no window of its own any more. One that exists grows when its turn comes. */
function heirOf(
  draft: Draft,
  type: TypeDraft,
  { span, parent, child }: { readonly span: Span; readonly parent: Window; readonly child: Window },
): Window | undefined {
  const known = windowAt(type, span.startUs, parent.id);
  if (known && !known.withdrawn) return known;
  for (const element of elementsBetween(draft.log, child.startUs, Math.min(child.endUs, parent.endUs)))
    if (type.plan.elements.has(element.name)) putUnder(draft, type, parent, element);
  return windowAt(type, span.startUs, parent.id);
}

interface ChildMove {
  readonly child: Window;
  readonly parent: Window;
  readonly endUs: EpochUs;
  /** Where the parent ended before. What lies after that is placed by the parent. */
  readonly beforeUs: EpochUs;
}

function moveChildEnd(draft: Draft, type: TypeDraft, { child, parent, endUs, beforeUs }: ChildMove): void {
  const { elements } = type.plan;
  const childBeforeUs = child.endUs;
  changeEnd(draft, type, child, endUs);
  child.elements += countBetween(draft.log, elements, childBeforeUs, Math.min(endUs, beforeUs));
  for (const element of elementsBetween(draft.log, endUs, Math.min(childBeforeUs, parent.endUs)))
    if (elements.has(element.name)) putUnder(draft, type, parent, element);
}
