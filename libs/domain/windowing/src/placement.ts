import { isScheduled, type EpochUs, type Metadata } from '@windlass/dag';
import { leftFor, scheduledAt } from './changed-schedule.ts';
import { noteChange, noteMissed } from './dial/sighting.ts';
import { reject, typeIn, type Draft, type TypeDraft } from './draft.ts';
import { LOG_LIMIT, type LoggedElement } from './element-log.ts';
import { scheduledUntilUs, spansIn } from './life.ts';
import { missingMetadata, ofElement } from './metadata.ts';
import { isMeantAt, type TypePlan } from './plan.ts';
import { touch } from './previous.ts';
import { reopenedFrom } from './reopened.ts';
import { mergeAt } from './session.ts';
import { isStartSettled, liesInSettled } from './settled.ts';
import { gapOf, isElementBorn, spanFrom, type Span } from './span.ts';
import { ENDLESS } from './time.ts';
import { openWindow, changeEnd, withdraw, revive } from './window-life.ts';
import { containing, look, windowAt } from './windows.ts';
import type { Window } from './window.ts';

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
  if (parents.length === 0) return element.timeUs < finalUpToUs(draft, plan, element.timeUs) ? 'late' : 'outside';
  return best(parents.map((parent) => placeUnder(draft, type, parent, element)));
}

/**
 * Up to where a type is final for what is of this time: by its own floor, or because no window can be opened any more that its windows
 * would lie in.
 */
export function finalUpToUs(draft: Draft, plan: TypePlan, timeUs: EpochUs): EpochUs {
  const { floorUs } = typeIn(draft, plan);
  const { parent } = plan;
  if (!parent || timeUs < floorUs || timeUs >= typeIn(draft, parent).floorUs) return floorUs;
  return isElementBorn(plan) && timeUs < reopenedFrom(draft, parent) ? typeIn(draft, parent).floorUs : floorUs;
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
  if (!plan.parent || !plan.heldByAncestors) return true;
  return containing(typeIn(draft, plan.parent), timeUs).every(({ id }) => liesInSettled(draft, plan, id));
}

export function placeUnder(draft: Draft, type: TypeDraft, parent: Window | null, element: Element): Placement {
  const gapUs = gapOf(type.plan);
  if (gapUs !== null) {
    // A session's start moves with its elements, so each of them must be meant: then any order of arrival gives the same sessions.
    const isMeant = element.timeUs < lifeEndUs(draft, type.plan) && isMeantAt(type.plan, element.timeUs);
    return isMeant ? placeInSession(draft, type, { parent, element, gapUs }) : 'outside';
  }
  if (isScheduled(type.plan.type.open)) return placeInSchedule(draft, type, parent, element);
  return best(
    spansIn(draft, type.plan, parent, element.timeUs).map((span) => placeIn(draft, type, { span, parent, element })),
  );
}

/** Only windows that last as long as the source's life end with it. */
const lifeEndUs = ({ life }: Draft, { type }: TypePlan): EpochUs =>
  type.open.kind === 'wholeLife' ? life.toUs : ENDLESS;

function placeInSchedule(draft: Draft, type: TypeDraft, parent: Window | null, element: Element): Placement {
  const parentId = parent?.id ?? null;
  const span = spanFrom(type.plan, parent, element.timeUs);
  if (span && windowAt(type, span.startUs, parentId)?.endUs === span.endUs)
    return placeIn(draft, type, { span, parent, element });
  const holding = scheduledAt(type, element.timeUs, parentId);
  if (holding)
    return placeIn(draft, type, {
      span: { startUs: holding.startUs, endUs: holding.endUs, opener: [] },
      parent,
      element,
    });
  if (!span || span.startUs >= scheduledUntilUs(draft.life, type.plan)) return 'outside';
  return placeIn(draft, type, { span: leftFor(type, span, element.timeUs, parentId), parent, element });
}

export function placeIn(draft: Draft, type: TypeDraft, { span, parent, element }: OpeningElement): Placement {
  const known = windowAt(type, span.startUs, parent?.id ?? null);
  if (!known && !isMeantAt(type.plan, span.startUs)) return 'outside';
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
  const { startUs, endUs, overlapping } = mergeAt(type, {
    ...{ parent, gapUs },
    timeUs: element.timeUs,
    untilUs: lifeEndUs(draft, type.plan),
  });
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
