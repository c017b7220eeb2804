import type { PaneTiming } from '@windlass/dag';
import { answerDueUs, answerFinalUs } from './asked-windows.ts';
import { completenessOf } from './completeness.ts';
import { noteFinal, noteFired } from './dial/sighting.ts';
import { firingWatermark, typeIn, type Draft, type TypeDraft } from './draft.ts';
import { longestGapUs } from './gaps.ts';
import { note } from './journal.ts';
import { keptSignals } from './kept.ts';
import { learnSpacing } from './learned.ts';
import { membersPast, reportCounted } from './members.ts';
import { about } from './past-children.ts';
import { setPaneTimers } from './pane-timers.ts';
import { latenessEndUs } from './plan.ts';
import { previousOf, touchFollowing } from './previous.ts';
import { liesInSettled } from './settled.ts';
import { noteFiring } from './silence.ts';
import { FOREVER, NEVER } from './time.ts';
import { look, touchParent, windowById } from './windows.ts';
import type { Window } from './window.ts';

/** Publishes the window's next pane. */
export function fire(
  draft: Draft,
  type: TypeDraft,
  window: Window,
  pane: { timing: PaneTiming; isFinal: boolean },
): void {
  const { plan } = type;
  const { timing, isFinal } = pane;
  window.revision += 1;
  window.version += 1;
  if (plan.role === 'member') reportCounted(draft, type, window);
  else tellPane(draft, type, window, pane);
  noteFired(draft, type, window, timing);
  window.firedElements = window.elements;
  window.dirty = false;
  window.earlyDueUs = null;
  window.lateDueUs = null;
  if (plan.awaits.has(timing)) window.awaited = window.revision;
  if (isFinal) markFinal(draft, type, window);
  if (timing === 'EARLY' || window.fired) return;
  window.fired = true;
  noteFiring(draft, type, window);
  touchFollowing(type, window, draft.nowUs);
  touchParent(draft, type, window);
}

function tellPane(
  draft: Draft,
  type: TypeDraft,
  window: Window,
  { timing, isFinal }: { timing: PaneTiming; isFinal: boolean },
): void {
  const { plan } = type;
  const { origin } = window;
  const watermarkUs = firingWatermark(type);
  draft.records.push({
    kind: 'pane',
    ...about(draft, type, window),
    revision: window.revision,
    timing,
    isFinal,
    elements: window.elements,
    added: window.elements - window.firedElements,
    completeness: completenessOf(type, window, timing),
    gapUs: longestGapUs(draft, type, window, timing),
    watermarkUs: watermarkUs === NEVER ? null : watermarkUs,
    parentWindowId: window.parentId,
    previous: previousOf(type, window),
    metadata: window.closingMetadata ? { ...window.metadata, ...window.closingMetadata } : window.metadata,
    signals: keptSignals(draft, plan, window),
    openedBy: origin && { windowId: origin.windowId, algorithm: origin.algorithm, executionId: origin.executionId },
    depth: window.depth,
    source: draft.sourceAt(window.startUs),
    dagRevision: draft.plan.dagRevision,
    policyRevision: plan.policy.number,
    firedAtUs: draft.nowUs,
    members: membersOf(type, window),
  });
  note(draft, plan.ref, window, {
    kind: 'fired',
    timing,
    revision: window.revision,
    isFinal,
    elements: window.elements,
    added: window.elements - window.firedElements,
    fromUs: type.steppedFromUs,
    watermarkUs: firingWatermark(type),
    isIdle: type.idleUs > type.watermarkUs,
    policyRevision: plan.policy.number,
  });
}

/** An EARLY pane, if the policy asks for one after this many elements. */
export function fireEarlyByCount(draft: Draft, type: TypeDraft, window: Window): void {
  const count = type.plan.policy.early?.count;
  if (count === undefined || window.fired || window.lateBorn || window.withdrawn) return;
  if (window.elements - window.firedElements < count || firingWatermark(type) >= window.endUs) return;
  fire(draft, type, window, { timing: 'EARLY', isFinal: false });
}

/**
 * Fires and finalises what the type's watermark and floor have reached, in order of start, so that each pane names the previous
 * windows that fire before it. `flush`: the inputs of this step are done, so late elements are told as well.
 */
export function settle(draft: Draft, type: TypeDraft, { flush }: { flush: boolean }): void {
  const watermarkUs = firingWatermark(type);
  if (!flush && watermarkUs < type.nextFireUs && type.floorUs < type.nextFinalUs) return;
  let waits = false;
  let nextFireUs = FOREVER;
  let nextFinalUs = FOREVER;
  for (const window of type.windows) {
    if (window.withdrawn) continue;
    const isFinal = !waits && isExpired(draft, type, window);
    const tells = isFinal || (flush && isLateDue(draft, type, window));
    if (!window.fired) {
      const isOver = watermarkUs >= window.endUs || (flush && isAnswerDue(draft, type, window));
      if (isOver && (!window.lateBorn || tells))
        fire(draft, type, window, { timing: window.lateBorn ? 'LATE' : 'ON_TIME', isFinal });
    } else if (window.dirty && !window.finalized && tells) fire(draft, type, window, { timing: 'LATE', isFinal });
    if (isFinal && window.fired && !window.finalized) finalize(draft, type, window);
    if (flush) {
      fireEarlyByCount(draft, type, window);
      setPaneTimers(draft, type, window);
    }
    if (!window.fired && !window.lateBorn) nextFireUs = Math.min(nextFireUs, window.endUs);
    if (!window.finalized) nextFinalUs = Math.min(nextFinalUs, settledEnd(draft, type, window));
    if (!window.fired && type.plan.previous.length > 0) waits = true;
  }
  type.nextFireUs = nextFireUs;
  type.nextFinalUs = nextFinalUs;
}

const isLateDue = (draft: Draft, { plan }: TypeDraft, window: Window): boolean =>
  plan.policy.coalesceLateMs === 0 || (window.lateDueUs !== null && window.lateDueUs <= draft.nowUs);

const isAnswerDue = (draft: Draft, type: TypeDraft, window: Window): boolean =>
  !draft.backlog && answerDueUs(draft, type, window) <= draft.nowUs;

/** No later revision can come. */
function isExpired(draft: Draft, type: TypeDraft, window: Window): boolean {
  if (!liesInSettled(draft, type.plan, window.parentId)) return false;
  if (settledEnd(draft, type, window) > type.floorUs)
    return !draft.backlog && answerFinalUs(draft, type, window) <= draft.nowUs;
  return window.openedAtUs === null || draft.nowUs >= latenessEndUs(type.plan, window.openedAtUs);
}

/** Its end; for a window that may still take in the rest of its parent, a size later. */
function settledEnd(draft: Draft, { plan }: TypeDraft, window: Window): number {
  const { open } = plan.type;
  if (open.kind !== 'fixed' || open.partial !== 'extend' || !plan.parent) return window.endUs;
  const parent = windowById(typeIn(draft, plan.parent), window.parentId ?? '');
  return parent?.endUs === window.endUs ? window.endUs : window.endUs + open.sizeUs;
}

function finalize(draft: Draft, type: TypeDraft, window: Window): void {
  window.version += 1;
  markFinal(draft, type, window);
  if (type.plan.role === 'member') return;
  note(draft, type.plan.ref, window, { kind: 'finalized', fromUs: type.steppedFromUs, floorUs: type.floorUs });
  draft.records.push({
    kind: 'finalized',
    ...about(draft, type, window),
    revision: window.revision,
    dagRevision: draft.plan.dagRevision,
    finalizedAtUs: draft.nowUs,
    members: membersOf(type, window),
  });
}

/** See `Pane.members`. */
const membersOf = (type: TypeDraft, { endUs }: Window): number | null =>
  type.plan.role === 'group' && type.plan.joins !== null ? membersPast(type, endUs) : null;

function markFinal(draft: Draft, type: TypeDraft, window: Window): void {
  window.finalized = true;
  noteFinal(draft, type, window);
  learnSpacing(type, window);
  if (type.plan.awaits.has('FINAL')) window.awaitsFinal = true;
  touchParent(draft, type, window);
  if (type.plan.startsMove || type.plan.openedByResults)
    for (const child of type.plan.children) look(typeIn(draft, child));
}

/** EARLY panes whose processing time has come, where something has changed. */
export function fireEarlyByTime(draft: Draft, type: TypeDraft): void {
  for (const window of type.windows) {
    if (window.earlyDueUs === null || window.earlyDueUs > draft.nowUs || window.withdrawn || window.fired) continue;
    if (window.dirty && !window.lateBorn) fire(draft, type, window, { timing: 'EARLY', isFinal: false });
    window.earlyDueUs = null;
  }
}
