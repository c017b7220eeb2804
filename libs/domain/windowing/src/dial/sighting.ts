import { isGrid, isOpenedByElements, type EpochUs, type PaneTiming, type Ref } from '@windlass/dag';
import type { Draft, TypeDraft } from '../draft.ts';
import { FOREVER, NEVER } from '../time.ts';
import type { TypePlan } from '../plan.ts';
import { BEYOND, bucketOf } from './delays.ts';
import type { Window } from '../window.ts';

/** What is counted of a window type, each in buckets of `delays.ts` by the duration that is named here; plain counts are in bucket 0. */
export const MEASURES = [
  /** Elements, by how far they were behind the highest event time that their type had read of their source. */
  'element',
  /** Windows that are final, by the least `outOfOrderness` with which their ON_TIME pane would have been complete. */
  'window',
  /** Revisions for late elements, by the least `outOfOrderness` that would have spared them. */
  'revision',
  /** Windows by the processing time from their end to their first pane… */
  'first',
  /** …or from the first pane, which was EARLY, to the end. */
  'firstBefore',
  /** Windows by the processing time from their end to their ON_TIME pane. */
  'onTime',
  /** Windows by the processing time from their end until they were final. */
  'final',
  /** Windows by how far event time had gone beyond their end when ON_TIME fired. */
  'onTimeEvent',
  /** Windows by how far event time had gone beyond their end when they became final. */
  'finalEvent',
  /** EARLY panes. */
  'earlyPane',
  /** LATE panes. */
  'latePane',
  /** LATE panes without late elements: what the window follows has changed. */
  'otherRevision',
  'withdrawn',
  /** Elements that came after the allowed lateness of all their windows. */
  'dropped',
  /** Samples in the first pane of windows that are final. */
  'firstSamples',
  /** Samples in their ON_TIME pane; none where the first pane was LATE. */
  'onTimeSamples',
  /** Samples in them when they became final. */
  'finalSamples',
] as const;

export type Measure = (typeof MEASURES)[number];

/** So many more in a bucket of a measure; fewer, where what was counted before turns out to be otherwise. */
export interface Mark {
  readonly measure: Measure;
  readonly bucket: number;
  readonly count: number;
}

/** What one step has seen of one window type. It changes no window: shells add it up. */
export interface Sighting {
  readonly windowType: Ref;
  /** Event time was more than an hour behind processing time: a replay, a recording, an upload. Such delays are nobody's wait. */
  readonly isHistory: boolean;
  /** Elements that were not behind: marks of `element` in bucket 0. */
  readonly inOrder: number;
  readonly marks: readonly Mark[];
}

export interface MutableSighting extends Sighting {
  inOrder: number;
  readonly marks: Mark[];
}

/** How far event time may be behind processing time to be live. */
export const LIVE_WITHIN_US = 3_600_000_000;

/** Windows of one source and type that are remembered after they became final, so that an element that comes too late finds its own. */
export const CLOSED_LIMIT = 32;

/** A window that is final. */
export interface ClosedWindow {
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
  /** Bucket of the delay that it needed. */
  readonly bucket: number;
}

/**
 * The least `outOfOrderness` with which a window of this end would not have fired yet: 0, if it would not have with none; FOREVER, if
 * a WATERMARK has said that it was complete.
 */
export function neededUs(draft: Draft, { plan, frontUs }: TypeDraft, endUs: EpochUs): number {
  if (!isJudged(plan)) return 0;
  if (draft.toldUs >= endUs) return FOREVER;
  return frontUs >= endUs ? frontUs - endUs + 1 : 0;
}

/** Windows that results open do not wait for elements. Of a group's, what is late is judged at each member, for its part of them. */
const isJudged = ({ openedByResults, role }: TypePlan): boolean => !openedByResults && role !== 'group';

/** The window changes: had it fired before, its ON_TIME pane would have been incomplete. */
export function noteChange(draft: Draft, type: TypeDraft, window: Window): void {
  const us = neededUs(draft, type, window.endUs);
  if (us > window.neededUs) window.neededUs = us;
}

/** An element has been read, whatever becomes of it. */
export function noteElement(draft: Draft, type: TypeDraft, timeUs: EpochUs): void {
  const { frontUs } = type;
  if (timeUs >= frontUs) sightingAt(draft, type, timeUs).inOrder += 1;
  else mark(sightingAt(draft, type, frontUs), 'element', bucketOf(frontUs - timeUs));
}

/** An element came too late for all windows of the type. */
export const noteDropped = (draft: Draft, type: TypeDraft): void =>
  mark(sightingAt(draft, type, type.frontUs), 'dropped', 0);

/**
 * An element would belong to a window that is final. If that is one of the last, it needed more delay than was counted; if not, and
 * elements open such windows, one that is not known was incomplete.
 */
export function noteMissed(draft: Draft, type: TypeDraft, span: { startUs: EpochUs; endUs: EpochUs }): void {
  const known = type.closed.findLastIndex((window) => isMeant(type, window, span));
  const window = type.closed[known] ?? null;
  if (!isJudged(type.plan) || (!window && !isOpenedByElements(type.plan.type.open))) return;
  const { startUs, endUs } = window ?? span;
  const bucket = bucketOf(neededUs(draft, type, endUs));
  if (window?.bucket === bucket) return;
  const sighting = sightingAt(draft, type, type.frontUs);
  if (window) mark(sighting, 'window', window.bucket, -1);
  mark(sighting, 'window', bucket);
  if (window) type.closed = type.closed.with(known, { ...window, bucket });
  else close(type, { startUs, endUs, bucket });
}

/** Windows of a grid are known by their start. Of all others the span is only where the element lies. */
const isMeant = (
  { plan }: TypeDraft,
  window: ClosedWindow,
  span: { readonly startUs: EpochUs; readonly endUs: EpochUs },
): boolean =>
  isGrid(plan.type.open) ? window.startUs === span.startUs : window.startUs < span.endUs && span.startUs < window.endUs;

/** A pane fires; the window still tells of the one before. */
export function noteFired(draft: Draft, type: TypeDraft, window: Window, timing: PaneTiming): void {
  const { endUs, elements, firedElements } = window;
  const sighting = sightingOf(draft, type, endUs);
  const isForElements = window.fired && timing === 'LATE' && elements !== firedElements;
  if (isForElements && window.neededUs > 0) mark(sighting, 'revision', bucketOf(window.neededUs));
  if (type.plan.role === 'member') return;
  const afterUs = draft.nowUs - endUs;
  if (window.revision === 0) {
    window.firstElements = elements;
    if (afterUs >= 0) mark(sighting, 'first', bucketOf(afterUs));
    else if (bucketOf(-afterUs) !== BEYOND) mark(sighting, 'firstBefore', bucketOf(-afterUs));
  }
  if (timing === 'EARLY') mark(sighting, 'earlyPane', 0);
  if (timing === 'ON_TIME') {
    window.onTimeElements = elements;
    mark(sighting, 'onTime', bucketOf(afterUs));
    mark(sighting, 'onTimeEvent', bucketOf(type.frontUs - endUs));
  }
  if (timing !== 'LATE') return;
  mark(sighting, 'latePane', 0);
  const isKnown = isForElements && (window.neededUs > 0 || type.plan.role === 'group');
  if (window.fired && !isKnown) mark(sighting, 'otherRevision', 0);
}

/** The window is final. */
export function noteFinal(draft: Draft, type: TypeDraft, window: Window): void {
  const { startUs, endUs } = window;
  const sighting = sightingOf(draft, type, endUs);
  if (type.plan.role !== 'member') {
    mark(sighting, 'final', bucketOf(draft.nowUs - endUs));
    mark(sighting, 'finalEvent', bucketOf(type.frontUs - endUs));
    if (window.firstElements > 0) mark(sighting, 'firstSamples', 0, window.firstElements);
    if (window.onTimeElements > 0) mark(sighting, 'onTimeSamples', 0, window.onTimeElements);
    if (window.elements > 0) mark(sighting, 'finalSamples', 0, window.elements);
  }
  if (!isJudged(type.plan)) return;
  const bucket = bucketOf(window.neededUs);
  mark(sighting, 'window', bucket);
  close(type, { startUs, endUs, bucket });
}

/** A window that has fired does not hold any more. */
export function noteWithdrawn(draft: Draft, type: TypeDraft, window: Window): void {
  if (type.plan.role !== 'member') mark(sightingOf(draft, type, window.endUs), 'withdrawn', 0);
}

/** All that the step has seen. */
export const sightingsOf = (types: Iterable<TypeDraft>): Sighting[] =>
  [...types].flatMap(({ live, history }) => [...(live ? [live] : []), ...(history ? [history] : [])]);

/** At what a window says. One that ends in the future is as live as what is read. */
const sightingOf = (draft: Draft, type: TypeDraft, endUs: EpochUs): MutableSighting =>
  sightingAt(draft, type, endUs <= draft.nowUs ? Math.max(type.frontUs, endUs) : type.frontUs);

function sightingAt(draft: Draft, type: TypeDraft, timeUs: EpochUs): MutableSighting {
  const isHistory = timeUs !== NEVER && draft.nowUs - timeUs > LIVE_WITHIN_US;
  return isHistory ? (type.history ??= nothingSeen(type, true)) : (type.live ??= nothingSeen(type, false));
}

const nothingSeen = ({ plan }: TypeDraft, isHistory: boolean): MutableSighting => ({
  windowType: plan.ref,
  isHistory,
  inOrder: 0,
  marks: [],
});

function mark({ marks }: MutableSighting, measure: Measure, bucket: number, count = 1): void {
  marks.push({ measure, bucket, count });
}

function close(type: TypeDraft, window: ClosedWindow): void {
  type.closed = [...type.closed.slice(1 - CLOSED_LIMIT), window];
}
