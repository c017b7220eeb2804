import { isOpenedBySignals, type Opening } from '@windlass/dag';
import { firingWatermark, reject, typeIn, type Draft, type TypeDraft } from './draft.ts';
import type { Signal } from './input.ts';
import { noteReusedId } from './journal.ts';
import { idOf, type NewWindow } from './window-life.ts';
import { missingMetadata } from './metadata.ts';
import { reconcile } from './reconcile.ts';
import { reopenedFrom } from './reopened.ts';
import { inBoundaryOrder, matchBoundaries, type Matching, type Stretch } from './start-stop.ts';
import { liesInSettled } from './settled.ts';
import type { Boundary } from './state.ts';
import { containing, windowById } from './windows.ts';
import type { Window } from './window.ts';

/** Signals that open or close windows, remembered of one source per window type: until no window needs them and they are too old to open one. */
export const BOUNDARY_LIMIT = 1_000;

/** STARTs that are remembered after their window, so that their STOP is no surprise. */
const SPENT_LIMIT = 100;

/** Signals that would open nested windows, and lie in none yet, that are remembered beyond their own lateness. */
const AWAITING_LIMIT = 100;

/** A signal that opens or closes windows of this type: they are matched again. */
export function onBoundary(draft: Draft, type: TypeDraft, signal: Signal): 'joined' | 'late' | 'duplicate' | 'refused' {
  if (isLate(draft, type, signal)) return 'late';
  const known = type.boundaries.find((one) => one.signal.id === signal.id)?.signal;
  if (known) {
    noteReusedId(draft, signal, { knownUs: known.eventTimeUs, windowTypes: [type.plan.ref] });
    return 'duplicate';
  }
  if (type.boundaries.length >= BOUNDARY_LIMIT) {
    const message = `${type.plan.ref}: ${BOUNDARY_LIMIT} signals that open or close its windows are remembered, which is the limit; a shorter allowed lateness, or fewer of them.`;
    reject(draft, { to: 'dlq', code: 'TOO_MANY_BOUNDARIES', message, windowTypes: [type.plan.ref] });
    return 'refused';
  }
  type.boundaries.push({ signal, refused: false });
  type.boundaries.sort((a, b) => inBoundaryOrder(a.signal, b.signal));
  matchWindows(draft, type);
  return 'joined';
}

/** A START or STOP would change what is final; a window around a POINT is, or cannot be counted any more. */
function isLate({ log }: Draft, { plan, floorUs }: TypeDraft, { eventTimeUs }: Signal): boolean {
  const { open } = plan.type;
  if (open.kind !== 'point') return eventTimeUs < Math.max(floorUs, log.completeFromUs);
  return eventTimeUs + open.afterUs <= floorUs || eventTimeUs - open.beforeUs < log.completeFromUs;
}

/** Makes the type's windows what the signals that open and close them, and the windows they lie in, say. One that is final already and forgotten is not opened again. */
export function matchWindows(draft: Draft, type: TypeDraft): void {
  if (!isOpenedBySignals(type.plan.type.open)) return;
  const { stretches, unmatched, empty } = matched(draft, type);
  const wanted = stretches.flatMap((stretch) => openedBy(draft, type, stretch));
  reconcile(draft, type, wanted);
  for (const stop of empty) refuseEmpty(draft, type, stop);
  refuseUnmatched(draft, type, unmatched);
}

/** One that was here before what its window would lie in, and is final already, is told. */
function openedBy(draft: Draft, type: TypeDraft, stretch: Stretch): NewWindow[] {
  const wanted = wantedWindows(draft, type, stretch);
  const open = wanted.filter((one) => one.span.endUs > type.floorUs || isHeld(draft, type, one));
  if (wanted.length > 0 && open.length === 0 && isAwaiting(type, stretch)) refuseBehind(draft, type, stretch.start);
  return open;
}

/** It is remembered only because it lay in no window: what had one is let go with it. */
const isAwaiting = ({ plan, floorUs }: TypeDraft, { endUs }: Stretch): boolean =>
  plan.parent !== null && endUs < floorUs;

/** The window is known, or may have taken another id with what it lies in. */
export const isHeld = (draft: Draft, type: TypeDraft, { span, parent }: NewWindow): boolean =>
  windowById(type, idOf(draft, type.plan, span, parent)) !== undefined ||
  !liesInSettled(draft, type.plan, parent?.id ?? null);

/** A START that lacks required metadata opens nothing, and so does not keep another from opening. */
function matched(draft: Draft, type: TypeDraft): Matching {
  const { open } = type.plan.type;
  if (!isOpenedBySignals(open)) return NOTHING;
  const signals = type.boundaries.map(({ signal }) => signal);
  const usable = signals.filter((signal) => {
    const missing = signal.phase === 'STOP' ? null : missingOf(draft, type, signal);
    if (missing !== null)
      refuse(type, signal, () =>
        reject(draft, {
          ...at(draft, signal),
          to: 'dlq',
          code: 'METADATA_MISSING',
          message: missing,
          windowTypes: [type.plan.ref],
        }),
      );
    return missing === null;
  });
  if (open.kind === 'startStop') return matchBoundaries(usable, open, type.spent);
  const stretches = usable.map((start) => ({ start, stop: null, ...around(start, open) }));
  return { ...NOTHING, stretches };
}

const NOTHING: Matching = { stretches: [], unmatched: [], overdue: [], empty: [] };

const around = ({ eventTimeUs }: Signal, { beforeUs, afterUs }: Extract<Opening, { kind: 'point' }>) => ({
  startUs: eventTimeUs - beforeUs,
  endUs: eventTimeUs + afterUs,
});

/** Not judged before a window is known that it would lie in; of several, one that gives the fields is enough. */
function missingOf(draft: Draft, type: TypeDraft, start: Signal): string | null {
  if (Object.keys(type.plan.type.metadata).length === 0) return null;
  const missing = parentsAt(draft, type, start.eventTimeUs).map((parent) => missingIn(type, parent, start));
  return missing.includes(null) ? null : (missing[0] ?? null);
}

const missingIn = ({ plan }: TypeDraft, parent: Window | null, start: Signal): string | null =>
  missingMetadata(plan, { ...parent?.metadata, ...start.metadata });

/** One in each window of the parent type that holds the signal which opens it. */
const wantedWindows = (draft: Draft, type: TypeDraft, stretch: Stretch): NewWindow[] =>
  parentsAt(draft, type, stretch.start.eventTimeUs).flatMap((parent) => wantedIn(type, parent, stretch) ?? []);

function wantedIn(type: TypeDraft, parent: Window | null, { start, stop, startUs, endUs }: Stretch): NewWindow | null {
  const { plan } = type;
  if (parent && missingIn(type, parent, start) !== null) return null;
  const overlays = stop && plan.type.metadataFromClose && Object.keys(stop.metadata).length > 0;
  const bounds = parent
    ? { startUs: Math.max(startUs, parent.startUs), endUs: Math.min(endUs, parent.endUs) }
    : { startUs, endUs };
  if (bounds.endUs <= bounds.startUs) return null;
  return {
    span: {
      ...bounds,
      opener: plan.type.open.kind === 'point' ? [start.id] : [String(start.eventTimeUs), start.correlation ?? ''],
    },
    parent,
    metadata: { ...parent?.metadata, ...start.metadata },
    closingMetadata: overlays ? stop.metadata : null,
  };
}

/** The windows of the parent type that hold this time; without a parent type one: none. */
const parentsAt = (draft: Draft, { plan }: TypeDraft, timeUs: number): readonly (Window | null)[] =>
  plan.parent ? containing(typeIn(draft, plan.parent), timeUs) : [null];

function refuseEmpty(draft: Draft, type: TypeDraft, stop: Signal): void {
  refuse(type, stop, () =>
    reject(draft, {
      ...at(draft, stop),
      to: 'dlq',
      code: 'EMPTY_WINDOW',
      windowTypes: [type.plan.ref],
      message: `STOP ${stop.id} of ${type.plan.ref} has the time of its START, ${stop.eventTimeUs} µs: a window ends after it starts.`,
    }),
  );
}

/** A STOP may come before its START; when the watermark has passed it, it is told once. It still matches a START within the lateness. */
function refuseUnmatched(draft: Draft, type: TypeDraft, stops: readonly Signal[]): void {
  for (const stop of stops) {
    if (stop.eventTimeUs >= firingWatermark(type)) continue;
    refuse(type, stop, () =>
      reject(draft, {
        ...at(draft, stop),
        to: 'dlq',
        code: 'STOP_WITHOUT_START',
        windowTypes: [type.plan.ref],
        message: `STOP ${stop.id} of ${type.plan.ref} at ${stop.eventTimeUs} µs closes nothing: no START before it is open${stop.correlation === null ? '' : ` with correlation ${stop.correlation}`}.`,
      }),
    );
  }
}

function refuseBehind(draft: Draft, type: TypeDraft, start: Signal): void {
  const { plan, floorUs } = type;
  refuse(type, start, () =>
    reject(draft, {
      ...at(draft, start),
      to: 'late',
      code: 'LATE_WITHIN',
      windowTypes: [plan.ref],
      message: `It was here before the window of ${plan.parent!.ref} that holds it, and ${plan.ref} is final up to ${floorUs} µs: it opens no window there.`,
      late: { eventTimeUs: start.eventTimeUs, lateFor: [{ windowType: plan.ref, finalUpToUs: floorUs }] },
    }),
  );
}

function refuse(type: TypeDraft, signal: Signal, tell: () => void): void {
  const index = type.boundaries.findIndex((boundary) => boundary.signal === signal);
  const boundary = type.boundaries[index];
  if (!boundary || boundary.refused) return;
  type.boundaries[index] = { signal: boundary.signal, refused: true };
  tell();
}

/** The current input's own record is rejected where it can be; an earlier one by its content. */
const at = (draft: Draft, signal: Signal): { signal?: Signal } => (draft.current === signal ? {} : { signal });

/** The watermark has moved: STOPs that waited for their START. */
export function refuseWaiting(draft: Draft, type: TypeDraft): void {
  const { open } = type.plan.type;
  if (open.kind !== 'startStop' || !type.boundaries.some(isWaitingStop)) return;
  const watermarkUs = firingWatermark(type);
  if (!type.boundaries.some((boundary) => isWaitingStop(boundary) && boundary.signal.eventTimeUs < watermarkUs)) return;
  refuseUnmatched(draft, type, matched(draft, type).unmatched);
}

const isWaitingStop = ({ signal, refused }: Boundary): boolean => signal.phase === 'STOP' && !refused;

/** Boundaries that no window needs, and that are too old to open one. */
export function pruneBoundaries(draft: Draft, type: TypeDraft): void {
  const { open } = type.plan.type;
  if (open.kind === 'point') prunePoints(draft, type);
  if (open.kind !== 'startStop' || type.boundaries.length === 0) return;
  const fromUs = Math.max(type.floorUs, draft.log.completeFromUs);
  if (type.boundaries[0]!.signal.eventTimeUs >= fromUs) return;
  const { stretches, overdue } = matched(draft, type);
  const awaiting = awaitingParents(draft, type, stretches);
  const starts = new Set(type.windows.map(({ startUs }) => startUs));
  const needed = new Set(
    stretches
      .filter(({ start, endUs }) => starts.has(start.eventTimeUs) || endUs >= fromUs || awaiting.has(start))
      .flatMap(({ start, stop }) => (stop ? [start, stop] : [start])),
  );
  const isKept = (signal: Signal): boolean => signal.eventTimeUs >= fromUs || needed.has(signal);
  const answered = overdue.filter(({ stop }) => !isKept(stop)).map(({ start }) => start);
  const ended = stretches
    .filter(({ start, stop, endUs }) => !isKept(start) && !stop && endUs === start.eventTimeUs + open.maxDurationUs)
    .map(({ start }) => ({ startUs: start.eventTimeUs, correlation: start.correlation }));
  type.spent = [...type.spent, ...ended]
    .filter((one) => !answered.some((start) => start.startUs === one.startUs && start.correlation === one.correlation))
    .slice(-SPENT_LIMIT);
  type.boundaries = type.boundaries.filter(({ signal }) => isKept(signal));
}

/** Those whose window is forgotten, and cannot be opened again. */
function prunePoints(draft: Draft, type: TypeDraft): void {
  if (!type.boundaries.some(({ signal }) => isLate(draft, type, signal))) return;
  const known = new Set(type.windows.map(({ id }) => id));
  const { stretches } = matched(draft, type);
  const awaiting = awaitingParents(draft, type, stretches);
  const isKnown = (stretch: Stretch): boolean =>
    wantedWindows(draft, type, stretch).some(({ span, parent }) => known.has(idOf(draft, type.plan, span, parent)));
  const needed = new Set(stretches.filter((one) => awaiting.has(one.start) || isKnown(one)).map(({ start }) => start));
  type.boundaries = type.boundaries.filter(({ signal }) => needed.has(signal) || !isLate(draft, type, signal));
}

/** Those that lie in no window yet, while one may still be opened that holds them: the newest few, so that who opens too late is told. */
function awaitingParents(draft: Draft, { plan }: TypeDraft, stretches: readonly Stretch[]): ReadonlySet<Signal> {
  const { parent } = plan;
  if (!parent) return new Set();
  const fromUs = reopenedFrom(draft, parent);
  const outside = stretches.filter(
    ({ start }) => start.eventTimeUs >= fromUs && containing(typeIn(draft, parent), start.eventTimeUs).length === 0,
  );
  return new Set(outside.slice(-AWAITING_LIMIT).map(({ start }) => start));
}
