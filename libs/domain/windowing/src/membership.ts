import { hashedId, isGrid, isScheduled, type EpochUs, type Metadata } from '@windlass/dag';
import { leftFor, scheduledAt } from './changed-schedule.ts';
import { neededUs, noteChange, noteMissed, noteWithdrawn } from './dial/sighting.ts';
import { firingWatermark, reject, typeIn, type Draft, type TypeDraft, type Window } from './draft.ts';
import { countBetween, elementsBetween, lastBetween, LOG_LIMIT, type LoggedElement } from './element-log.ts';
import { note, withdrawnEvent } from './journal.ts';
import { about, cutPastChildren } from './past-children.ts';
import { missingMetadata, ofElement } from './metadata.ts';
import type { TypePlan } from './plan.ts';
import { touch, touchFollowing } from './previous.ts';
import type { WindowState } from './state.ts';
import { mergeAt } from './session.ts';
import { isStartSettled, liesInSettled } from './settled.ts';
import { gapOf, isElementBorn, spanFrom, spansAt, type Span } from './span.ts';
import { NEVER, shifted } from './time.ts';
import { childrenOf, containing, insert, look, remove, touchParent, windowAt } from './windows.ts';

/** An element on its way into windows; metadata only where it has just arrived. */
export interface Element extends LoggedElement {
  readonly metadata: Metadata | null;
}

export type Placement = 'joined' | 'late' | 'outside' | 'refused';

/** Puts an element into the windows of one type that hold its time. */
export function place(draft: Draft, plan: TypePlan, element: Element): Placement {
  const type = typeIn(draft, plan);
  if (!isElementBorn(plan)) return joinExisting(draft, type, element);
  if (!plan.parent) return placeUnder(draft, type, null, element);
  const parents = containing(typeIn(draft, plan.parent), element.timeUs);
  if (parents.length === 0) return element.timeUs < type.floorUs ? 'late' : 'outside';
  return best(parents.map((parent) => placeUnder(draft, type, parent, element)));
}

const best = (placements: readonly Placement[]): Placement =>
  (['joined', 'refused', 'late'] as const).find((placement) => placements.includes(placement)) ?? 'outside';

function joinExisting(draft: Draft, type: TypeDraft, element: Element): Placement {
  const windows = containing(type, element.timeUs);
  const open = windows.filter((window) => !window.finalized);
  for (const window of open) join(draft, type, window, element);
  if (open.length > 0) return 'joined';
  if (windows.length === 0 && !isOver(draft, type.plan, element.timeUs)) return 'outside';
  noteMissed(draft, type, { startUs: element.timeUs, endUs: element.timeUs + 1 });
  return 'late';
}

/** No window of the type can be opened any more that would hold this time. */
function isOver(draft: Draft, plan: TypePlan, timeUs: EpochUs): boolean {
  if (timeUs >= typeIn(draft, plan).floorUs) return false;
  if (!plan.parent || !plan.liesInSessions) return true;
  return containing(typeIn(draft, plan.parent), timeUs).every(({ id }) => liesInSettled(draft, plan, id));
}

function placeUnder(draft: Draft, type: TypeDraft, parent: Window | null, element: Element): Placement {
  const gapUs = gapOf(type.plan);
  if (gapUs !== null)
    return element.timeUs < type.plan.life.toUs ? placeInSession(draft, type, { parent, element, gapUs }) : 'outside';
  if (isScheduled(type.plan.type.open)) return placeInSchedule(draft, type, parent, element);
  return best(
    spansAt(type.plan, parent, element.timeUs).map((span) => placeIn(draft, type, { span, parent, element })),
  );
}

function placeInSchedule(draft: Draft, type: TypeDraft, parent: Window | null, element: Element): Placement {
  const parentId = parent?.id ?? null;
  const span = spanFrom(type.plan, parent, element.timeUs);
  if (span && windowAt(type, span.startUs, parentId)?.endUs === span.endUs)
    return placeIn(draft, type, { span, parent, element });
  const holding = scheduledAt(type, element.timeUs, parentId);
  if (holding) return placeIn(draft, type, { span: { ...holding, opener: [] }, parent, element });
  if (!span) return 'outside';
  return placeIn(draft, type, { span: leftFor(type, span, element.timeUs, parentId), parent, element });
}

export function placeIn(draft: Draft, type: TypeDraft, { span, parent, element }: OpeningElement): Placement {
  const known = windowAt(type, span.startUs, parent?.id ?? null);
  if (
    span.endUs <= type.floorUs &&
    !(known && !known.finalized) &&
    liesInSettled(draft, type.plan, parent?.id ?? null)
  ) {
    noteMissed(draft, type, span);
    return 'late';
  }
  const window = known ?? openByElement(draft, type, { span, parent, element });
  if (!window) return 'refused';
  if (window.withdrawn) revive(draft, type, window, span.endUs);
  join(draft, type, window, element);
  return 'joined';
}

function placeInSession(
  draft: Draft,
  type: TypeDraft,
  { parent, element, gapUs }: { readonly parent: Window | null; readonly element: Element; readonly gapUs: number },
): Placement {
  const { startUs, endUs, overlapping } = mergeAt(type, { parent, timeUs: element.timeUs, gapUs });
  const isLate =
    overlapping.length === 0
      ? endUs <= type.floorUs
      : startUs < overlapping[0]!.startUs && isStartSettled(type, overlapping[0]!);
  if (isLate && liesInSettled(draft, type.plan, parent?.id ?? null)) {
    noteMissed(draft, type, { startUs, endUs });
    return 'late';
  }
  if (mergesForgotten(draft, type, { startUs, overlapping })) return 'refused';
  const span = { startUs, endUs, opener: [String(startUs)] };
  const known = overlapping.find((window) => window.startUs === startUs) ?? windowAt(type, startUs, parent?.id ?? null);
  const window = known ?? openByElement(draft, type, { span, parent, element });
  if (!window) return 'refused';
  if (window.withdrawn) revive(draft, type, window, endUs);
  else changeEnd(draft, type, window, endUs);
  for (const absorbed of overlapping.filter((one) => one !== window)) {
    window.elements += absorbed.elements;
    withdraw(draft, type, absorbed, { replacedBy: [window.id], reason: 'part of a session that starts before it' });
  }
  join(draft, type, window, element);
  return 'joined';
}

/** Windows within sessions that merge are filled anew, from the elements that are remembered. */
function mergesForgotten(
  draft: Draft,
  { plan }: TypeDraft,
  { startUs, overlapping }: { readonly startUs: EpochUs; readonly overlapping: readonly Window[] },
): boolean {
  const gone = overlapping.find((window) => window.startUs !== startUs);
  const { completeFromUs } = draft.log;
  if (!gone || plan.children.length === 0 || completeFromUs <= gone.startUs) return false;
  const message = `It would merge the session of ${plan.ref} that starts at ${gone.startUs} µs into another, and windows lie in it whose elements the hub remembers only from ${completeFromUs} µs on: ${LOG_LIMIT} of a source is the limit. Sessions with a longer gap do not merge late.`;
  reject(draft, { to: 'dlq', code: 'SESSION_TOO_LONG', message });
  return true;
}

function join(draft: Draft, type: TypeDraft, window: Window, element: Element): void {
  const { policy } = type.plan;
  noteChange(draft, type, window);
  window.elements += element.count;
  if (element.metadata && window.openedAtElement && opensBefore(element, window.openedAtElement)) {
    window.metadata = { ...window.metadata, ...ofElement(type.plan, element.metadata) };
    window.openedAtElement = { timeUs: element.timeUs, hash: element.hash };
  }
  touch(window, { nowUs: draft.nowUs, coalesceLateMs: policy.coalesceLateMs });
  if (!window.fired && policy.early?.everyMs !== undefined && window.earlyDueUs === null)
    window.earlyDueUs = shifted(draft.nowUs, policy.early.everyMs * 1000);
  if (window.fired) look(type);
}

const opensBefore = (a: { timeUs: EpochUs; hash: number }, b: { timeUs: EpochUs; hash: number }): boolean =>
  a.timeUs < b.timeUs || (a.timeUs === b.timeUs && a.hash < b.hash);

interface OpeningElement {
  readonly span: Span;
  readonly parent: Window | null;
  readonly element: Element;
}

function openByElement(draft: Draft, type: TypeDraft, { span, parent, element }: OpeningElement): Window | null {
  const metadata = { ...parent?.metadata, ...ofElement(type.plan, element.metadata ?? {}), ...span.metadata };
  const missing = missingMetadata(type.plan, metadata);
  if (missing) {
    reject(draft, { to: 'dlq', code: 'METADATA_MISSING', message: missing, windowTypes: [type.plan.ref] });
    return null;
  }
  return openWindow(draft, type, {
    span,
    parent,
    metadata,
    openedAtElement: { timeUs: element.timeUs, hash: element.hash },
  });
}

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
  const window: Window = {
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
  };
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

/** The elements of [fromUs, toUs) that are still remembered find their places in the window's element-born children. */
function fillChildren(
  draft: Draft,
  { plan }: TypeDraft,
  parent: Window,
  { fromUs, toUs }: { fromUs: EpochUs; toUs: EpochUs },
): void {
  for (const childPlan of plan.children) {
    if (!isElementBorn(childPlan)) continue;
    const childType = typeIn(draft, childPlan);
    for (const element of elementsBetween(draft.log, fromUs, toUs))
      if (childPlan.elements.has(element.name)) placeUnder(draft, childType, parent, { ...element, metadata: null });
  }
}

/** Children that are left out unless whole, and are whole now that the parent ends after `beforeUs`, take up what lay in their part of it. */
function fillCompleted(draft: Draft, { plan }: TypeDraft, parent: Window, beforeUs: EpochUs): void {
  for (const childPlan of plan.children) {
    const { open } = childPlan.type;
    if (!isGrid(open) || open.partial !== 'drop') continue;
    const childType = typeIn(draft, childPlan);
    for (const element of elementsBetween(draft.log, Math.max(parent.startUs, beforeUs - open.sizeUs), beforeUs)) {
      if (!childPlan.elements.has(element.name)) continue;
      for (const span of spansAt(childPlan, parent, element.timeUs))
        if (span.endUs > beforeUs) placeIn(draft, childType, { span, parent, element: { ...element, metadata: null } });
    }
  }
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
  if (endUs > beforeUs) {
    fillCompleted(draft, type, window, beforeUs);
    fillChildren(draft, type, window, { fromUs: beforeUs, toUs: endUs });
  }
  if (window.pastChildrenEndUs > endUs) cutPastChildren(draft, type, window);
}

/** A session that has not fired grows with each element: nothing that anyone would ask about. */
const isSessionGrowth = ({ plan }: TypeDraft, { fired, endUs }: Window, beforeUs: EpochUs): boolean =>
  plan.type.open.kind === 'session' && !fired && endUs > beforeUs;

/** The parent's end has moved from `beforeUs`: each child takes the bounds it would have had from the start. */
function cutChildren(draft: Draft, type: TypeDraft, parent: Window, beforeUs: EpochUs): void {
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

/** How long before its parent's end a window may end that would end elsewhere, did the parent. */
const reach = ({ type: { open } }: TypePlan): number =>
  open.kind === 'fixed' && open.partial === 'extend' ? open.sizeUs : 0;

function spanWithin(draft: Draft, { plan }: TypeDraft, child: Window, parent: Window): Span | null {
  const gapUs = gapOf(plan);
  if (gapUs === null) return spanFrom(plan, parent, child.startUs);
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
    if (type.plan.elements.has(element.name)) placeUnder(draft, type, parent, { ...element, metadata: null });
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
    if (elements.has(element.name)) placeUnder(draft, type, parent, { ...element, metadata: null });
}

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
