import { isGrid, type EpochUs } from '@windlass/dag';
import { pruneBoundaries } from './boundaries.ts';
import { doneAtUs, isDone, isSettled } from './children.ts';
import { pruneClaims } from './claims.ts';
import { typeIn, type Draft, type TypeDraft } from './draft.ts';
import { LOG_LIMIT, pruneLog } from './element-log.ts';
import { hash53 } from './hash53.ts';
import { gapsFrom, tellsGaps } from './gaps.ts';
import { firstAt } from './kept.ts';
import { foldObservations } from './observed-windows.ts';
import type { TypePlan } from './plan.ts';
import { neededPast } from './previous.ts';
import { movedFrom, reopenedFrom, startsFrom } from './reopened.ts';
import { pruneBlocks, seal } from './sealed-ids.ts';
import { isElementBorn } from './span.ts';
import { FOREVER, shifted } from './time.ts';
import { precedes, windowById } from './windows.ts';
import type { Window } from './window.ts';

/** Ids of windows opened by results that one source remembers, so that a repeated record does not open them again. */
export const EMITTED_LIMIT = 1_000;

/** Lets go of what no later input can change, children before their parents. */
export function forget(draft: Draft): void {
  for (const plan of [...draft.plan.types].reverse()) {
    const type = draft.types.get(plan.ref);
    if (!type) continue;
    forgetWindows(draft, type);
    pruneBoundaries(draft, type);
    foldObservations(draft, type, movedFrom(draft, plan));
  }
  for (const type of draft.types.values()) pruneClaims(draft, type);
}

function forgetWindows(draft: Draft, type: TypeDraft): void {
  const gone = type.windows.filter((window) => isForgettable(draft, type, window));
  if (gone.length === 0) return;
  const ids = new Set(gone.map(({ id }) => id));
  type.windows = type.windows.filter(({ id }) => !ids.has(id));
  for (const window of gone) {
    if (window.pastChildren > 0) draft.pastReplaced.set(window.id, []);
    if (type.plan.openedByResults) draft.emitted = [...draft.emitted, hash53(window.id)].slice(-EMITTED_LIMIT);
    if (!window.withdrawn) remember(draft, type, window);
  }
  trimPast(draft, type);
}

function isForgettable(draft: Draft, type: TypeDraft, window: Window): boolean {
  if (window.withdrawn) return window.endUs <= type.floorUs && !isClaimed(draft, type, window);
  if (!window.finalized || !isSettled(window) || window.childrenOpen) return false;
  if (draft.nowUs < doneAtUs(type.plan, window)) return false;
  if (isWaitedIn(type, window)) return false;
  if (type.plan.children.some((plan) => typeIn(draft, plan).windows.some(({ parentId }) => parentId === window.id)))
    return false;
  return !isClaimed(draft, type, window);
}

/** What comes may still open windows within it: the lateness of some type in it is longer than its own. */
const isWaitedIn = ({ plan, watermarkUs }: TypeDraft, { endUs }: Window): boolean =>
  !plan.openedByResults &&
  plan.children.some((child) => endUs > shifted(watermarkUs, plan.policy.outOfOrdernessUs - patienceUs(child)));

/** How far behind the newest event what comes still counts for windows of a type, or of those that lie in them. */
const patienceUs = ({ policy, children, openedByResults }: TypePlan): number =>
  Math.max(openedByResults ? 0 : policy.outOfOrdernessUs + policy.allowedLatenessUs, ...children.map(patienceUs));

/** A window that is the one of its parent stays as long as another could be claimed for that parent. */
function isClaimed(draft: Draft, { plan }: TypeDraft, window: Window): boolean {
  if (plan.type.open.kind !== 'outcome' || !plan.parent || window.parentId === null) return false;
  const parentType = typeIn(draft, plan.parent);
  const parent = windowById(parentType, window.parentId);
  return parent !== undefined && !isDone(draft, parentType, parent);
}

function remember(draft: Draft, type: TypeDraft, window: Window): void {
  const { id, startUs, endUs, version, parentId } = window;
  if (type.plan.previous.length > 0) type.past.push({ id, startUs });
  if (parentId === null || !type.plan.parent) return;
  const parent = windowById(typeIn(draft, type.plan.parent), parentId);
  if (!parent) return;
  const child = { id, windowType: type.plan.ref, startUs, endUs, version };
  // What this step has made of those before is stored in place of all of them.
  const replaced = draft.pastReplaced.get(parentId);
  if (replaced) draft.pastReplaced.set(parentId, [...replaced, child]);
  else draft.pastAdded.push({ parentId, child });
  parent.pastChildren += 1;
  parent.pastChildrenEndUs = Math.max(parent.pastChildrenEndUs, endUs);
}

/** Keeps those that a window which is still kept, or yet to come, may name. */
function trimPast(draft: Draft, type: TypeDraft): void {
  const { count, durationUs } = neededPast(type);
  const past = type.past.sort((a, b) => (precedes(a, b) ? -1 : 1));
  const earliestUs = Math.min(type.windows[0]?.startUs ?? FOREVER, startsFrom(draft, type.plan));
  const before = past.findIndex(({ startUs }) => startUs >= earliestUs);
  const first = Math.max(0, (before < 0 ? past.length : before) - count);
  type.past = past.filter(({ startUs }, i) => i >= first || startUs >= earliestUs - durationUs);
}

/** Drops logged elements and, from memory, kept signals that no window can want any more. @returns where those begin that one may. */
export function pruneElements(draft: Draft): EpochUs {
  pruneIds(draft);
  const neededUs = keptNeededFrom(draft);
  if (draft.kept.length > 0) draft.kept.splice(0, firstAt(draft.kept, neededUs));
  return neededUs;
}

function pruneIds(draft: Draft): void {
  const { log } = draft;
  const floors = log.names.map((name) => {
    const of = (neededFrom: (plan: TypePlan) => EpochUs): EpochUs =>
      earliest(draft, (plan) => (plan.elements.has(name) ? neededFrom(plan) : FOREVER));
    return {
      countedUs: of((plan) => countedFrom(draft, plan)),
      dedupedUs: of((plan) => dedupedFrom(draft, plan)),
      // What comes out of order is mostly behind none of these.
      passedUs: of((plan) => typeIn(draft, plan).watermarkUs),
    };
  });
  const neededAt = (i: number) => floors[log.nameIndexes[i]!]!;
  pruneLog(log, neededAt);
  seal(draft, (i) => {
    const { countedUs, passedUs } = neededAt(i);
    return log.timesUs[i]! < Math.min(countedUs, passedUs);
  });
  if (log.timesUs.length > LOG_LIMIT)
    seal(draft, (i) => {
      if (log.timesUs.length <= LOG_LIMIT) return false;
      const timeUs = log.timesUs[i]!;
      if (timeUs >= neededAt(i).countedUs) log.completeFromUs = Math.max(log.completeFromUs, timeUs + 1);
      return true;
    });
  pruneBlocks(
    draft,
    earliest(draft, (plan) => (plan.elements.size > 0 ? dedupedFrom(draft, plan) : FOREVER)),
  );
}

/** Where the kept signals begin that a window may want. */
export const keptNeededFrom = (draft: Draft): EpochUs =>
  earliest(draft, (plan) => (plan.type.keepSignals ? keptFrom(draft, plan) : FOREVER));

const earliest = (draft: Draft, of: (plan: TypePlan) => EpochUs): EpochUs =>
  draft.plan.types.reduce((min, plan) => Math.min(min, of(plan)), FOREVER);

/** What may come again and would count: elements of windows that are not final, and those of the policy's horizon. */
function dedupedFrom(draft: Draft, plan: TypePlan): EpochUs {
  const { windows, watermarkUs } = typeIn(draft, plan);
  const open = windows.find(({ finalized, withdrawn }) => !finalized && !withdrawn);
  return Math.min(open?.startUs ?? FOREVER, shifted(watermarkUs, -plan.policy.dedupeHorizonUs));
}

/** Windows that elements open never change their bounds on their own; the gaps between their elements may. */
function countedFrom(draft: Draft, plan: TypePlan): EpochUs {
  const isNeeded = !isElementBorn(plan) || plan.parent !== null || (isGrid(plan.type.open) && tellsGaps(plan));
  return Math.min(gapsFrom(typeIn(draft, plan)), isNeeded ? reopenedFrom(draft, plan) : FOREVER);
}

function keptFrom(draft: Draft, plan: TypePlan): EpochUs {
  const open = typeIn(draft, plan).windows.find(({ finalized, withdrawn }) => !finalized && !withdrawn);
  return Math.min(open?.startUs ?? FOREVER, Math.max(reopenedFrom(draft, plan), draft.log.completeFromUs));
}
