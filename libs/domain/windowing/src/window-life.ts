import { hashedId, type EpochUs, type Metadata } from '@windlass/dag';
import { cutChildren, fillChildren, fillCompleted, withdrawOutside } from './children-bounds.ts';
import { neededUs, noteChange, noteWithdrawn } from './dial/sighting.ts';
import { firingWatermark, typeIn, type Draft, type TypeDraft } from './draft.ts';
import { countBetween } from './element-log.ts';
import { note, withdrawnEvent } from './journal.ts';
import { about, cutPastChildren } from './past-children.ts';
import type { TypePlan } from './plan.ts';
import { touch, touchFollowing } from './previous.ts';
import { isElementBorn, type Span } from './span.ts';
import type { WindowState } from './state.ts';
import { NEVER } from './time.ts';
import { childrenOf, insert, look, remove, touchParent } from './windows.ts';
import { Window } from './window.ts';

export interface NewWindow extends Partial<
  Pick<WindowState, 'openedAtElement' | 'openedAtUs' | 'origin' | 'depth' | 'closingMetadata' | 'lateBorn'>
> {
  readonly span: Span;
  readonly parent: Window | null;
  readonly metadata: Metadata;
}

export const idOf = (draft: Draft, plan: TypePlan, span: Span, parent: { readonly id: string } | null): string =>
  hashedId([plan.ref, draft.key, parent?.id ?? '', ...span.opener]);

/** Opens a window. One that is not born of an element counts what is already there; its children take up their elements. */
export function openWindow(draft: Draft, type: TypeDraft, { span, parent, metadata, ...rest }: NewWindow): Window {
  const { plan } = type;
  const window = new Window({
    id: idOf(draft, plan, span, parent),
    startUs: span.startUs,
    endUs: span.endUs,
    parentId: parent?.id ?? null,
    elements: isElementBorn(plan) ? 0 : countBetween(draft.log, plan.elements, span.startUs, span.endUs),
    firedElements: 0,
    revision: -1,
    version: 0,
    fired: false,
    finalized: false,
    dirty: true,
    lateBorn: !plan.openedByResults && firingWatermark(type) >= span.endUs,
    withdrawn: false,
    childrenOpen: plan.children.length > 0,
    awaited: -1,
    completed: -1,
    awaitsFinal: false,
    metadata,
    closingMetadata: null,
    openedAtElement: null,
    openedAtUs: null,
    origin: null,
    depth: 0,
    earlyDueUs: null,
    lateDueUs: null,
    outcomeAtUs: null,
    pastChildren: 0,
    pastChildrenEndUs: NEVER,
    childrenPublished: {},
    neededUs: rest.lateBorn === false ? 0 : neededUs(draft, type, span.endUs),
    firstElements: 0,
    onTimeElements: 0,
    ...rest,
  });
  note(draft, plan.ref, window, {
    kind: 'opened',
    parentId: window.parentId,
    lateBorn: window.lateBorn,
    openedBy: window.origin,
    dagRevision: draft.plan.dagRevision,
    policyRevision: plan.policy.number,
  });
  touch(window, { nowUs: draft.nowUs, coalesceLateMs: plan.policy.coalesceLateMs });
  insert(type, window);
  type.restructured = true;
  touchParent(draft, type, window);
  fillChildren(draft, type, window, { fromUs: window.startUs, toUs: window.endUs });
  return window;
}

/** A window's end has moved. Its elements and children follow. */
export function changeEnd(draft: Draft, type: TypeDraft, window: Window, endUs: EpochUs): void {
  const beforeUs = window.endUs;
  if (endUs === beforeUs) return;
  noteChange(draft, type, window);
  const { elements } = type.plan;
  if (endUs < beforeUs) window.elements -= countBetween(draft.log, elements, endUs, beforeUs);
  else if (!isElementBorn(type.plan)) window.elements += countBetween(draft.log, elements, beforeUs, endUs);
  window.endUs = endUs;
  if (!isSessionGrowth(type, window, beforeUs)) note(draft, type.plan.ref, window, { kind: 'moved', beforeUs });
  touch(window, { nowUs: draft.nowUs, coalesceLateMs: type.plan.policy.coalesceLateMs });
  look(type);
  type.restructured = true;
  touchParent(draft, type, window);
  for (const childPlan of type.plan.children)
    if (isElementBorn(childPlan)) cutChildren(draft, typeIn(draft, childPlan), window, beforeUs);
    else if (childPlan.type.open.kind === 'emission') withdrawOutside(draft, typeIn(draft, childPlan), window);
  if (endUs > beforeUs) {
    fillCompleted(draft, type, window, beforeUs);
    fillChildren(draft, type, window, { fromUs: beforeUs, toUs: endUs });
  }
  if (window.pastChildrenEndUs > endUs) cutPastChildren(draft, type, window);
}

/** A session that has not fired grows with each element: nothing that anyone would ask about. */
const isSessionGrowth = ({ plan }: TypeDraft, { fired, endUs }: Window, beforeUs: EpochUs): boolean =>
  plan.type.open.kind === 'session' && !fired && endUs > beforeUs;

export interface Withdrawal {
  readonly replacedBy: readonly string[];
  readonly reason: string;
  readonly outside?: { readonly parentWindowId: string; readonly startUs: EpochUs; readonly endUs: EpochUs };
}

/** The window does not hold any more, nor do its children. One that has never fired leaves nothing behind. */
export function withdraw(
  draft: Draft,
  type: TypeDraft,
  window: Window,
  { replacedBy, reason, outside }: Withdrawal,
): void {
  for (const childPlan of type.plan.children) {
    const childType = typeIn(draft, childPlan);
    for (const child of childrenOf(childType, window.id))
      withdraw(draft, childType, child, { replacedBy: [], reason: 'its parent is withdrawn' });
  }
  if (window.pastChildren > 0) cutPastChildren(draft, type, window, NEVER);
  touchParent(draft, type, window);
  look(type);
  type.restructured = true;
  const wasTold = window.revision >= 0 || window.version > 0;
  note(draft, type.plan.ref, window, withdrawnEvent(reason, replacedBy, wasTold));
  if (!wasTold) return remove(type, window);
  noteWithdrawn(draft, type, window);
  const hadFired = window.fired;
  if (hadFired) touchFollowing(type, window, draft.nowUs);
  window.withdrawn = true;
  window.lateBorn = window.lateBorn || hadFired;
  window.fired = false;
  window.finalized = false;
  window.dirty = false;
  window.elements = 0;
  window.firedElements = 0;
  window.neededUs = 0;
  window.firstElements = 0;
  window.onTimeElements = 0;
  window.earlyDueUs = null;
  window.lateDueUs = null;
  window.childrenPublished = {};
  window.version += 1;
  draft.records.push({
    kind: 'withdrawn',
    ...about(draft, type, window),
    replacedBy,
    reason,
    outside: outside ?? null,
  });
}

/** A withdrawn window holds again. Its versions and revisions go on. */
export function revive(draft: Draft, type: TypeDraft, window: Window, endUs: EpochUs): void {
  window.withdrawn = false;
  window.endUs = endUs;
  window.neededUs = neededUs(draft, type, endUs);
  window.elements = isElementBorn(type.plan) ? 0 : countBetween(draft.log, type.plan.elements, window.startUs, endUs);
  window.childrenOpen = type.plan.children.length > 0;
  note(draft, type.plan.ref, window, { kind: 'revived' });
  touch(window, { nowUs: draft.nowUs, coalesceLateMs: type.plan.policy.coalesceLateMs });
  look(type);
  type.restructured = true;
  touchParent(draft, type, window);
  fillChildren(draft, type, window, { fromUs: window.startUs, toUs: endUs });
}
