import { isObserved, type EpochUs, type ObservedOpening } from '@windlass/dag';
import { firingWatermark, reject, typeIn, type Draft, type TypeDraft } from './draft.ts';
import { hash53 } from './hash53.ts';
import type { Signal } from './input.ts';
import { isHeld } from './boundaries.ts';
import type { NewWindow } from './window-life.ts';
import { missingMetadata, ofElement } from './metadata.ts';
import type { TypePlan } from './plan.ts';
import { reconcile } from './reconcile.ts';
import {
  countedFromUs,
  decidedAtUs,
  foldBefore,
  foldRun,
  inObservationOrder,
  isDecidedByTime,
  nothingOpen,
  openRun,
  runsOf,
  type Observation,
  type ObservedState,
  type Run,
  type RunFold,
} from './runs.ts';
import { knownAt } from './sealed-ids.ts';
import { FOREVER, NEVER } from './time.ts';
import type { Window } from './window.ts';

/** Observations of one source and window type that are remembered one by one; of more, the oldest half is folded, and what is older comes late. */
export const OBSERVATION_LIMIT = 10_000;

/** A signal that windows of this type look at: their stretches are drawn again. */
export function onObservation(
  draft: Draft,
  type: TypeDraft,
  signal: Signal,
): 'joined' | 'late' | 'duplicate' | 'refused' {
  const { plan, observed } = type;
  const { eventTimeUs: timeUs } = signal;
  if (timeUs < observedFromUs(draft, type))
    return knownAt(draft, hash53(signal.id), timeUs) === undefined ? 'late' : 'duplicate';
  const observation = observationOf(draft, plan, signal);
  if (!observation) return 'refused';
  const at = observed.rest.findLastIndex((one) => inObservationOrder(one, observation) <= 0);
  const before = observed.rest[at];
  if (before && inObservationOrder(before, observation) === 0) return 'duplicate';
  type.observed = { ...observed, rest: observed.rest.toSpliced(at + 1, 0, observation) };
  if (at + 1 < observed.rest.length || !goesOnAsBefore(type, observed, observation)) drawWindows(draft, type);
  if (type.observed.rest.length > OBSERVATION_LIMIT)
    foldObservations(draft, type, type.observed.rest[OBSERVATION_LIMIT / 2]!.timeUs);
  return 'joined';
}

/** Where the last run stands after all observations of windows without a parent, so that most observations cost a look at it alone. */
const lastRuns = new WeakMap<ObservedState, RunFold>();

/** The newest observation changes nothing but how far the open run has come. */
function goesOnAsBefore(type: TypeDraft, before: ObservedState, observation: Observation): boolean {
  const { open } = type.plan.type;
  const last = lastRuns.get(before);
  if (!isObserved(open) || !last) return false;
  let hasEnded = false;
  const next = foldRun(open, last, observation, () => (hasEnded = true));
  if (hasEnded) return false;
  const watermarkUs = firingWatermark(type);
  const was = openRun(open, last, watermarkUs);
  const is = openRun(open, next, watermarkUs);
  if (was?.startUs !== is?.startUs || was?.endUs !== is?.endUs || was?.metadata !== is?.metadata) return false;
  lastRuns.set(type.observed, next);
  return true;
}

const observedFromUs = ({ log }: Draft, { floorUs, observed }: TypeDraft): EpochUs =>
  Math.max(floorUs, observed.foldedUs, log.completeFromUs);

/** Null: it tells nothing, or could open nothing. */
function observationOf(draft: Draft, plan: TypePlan, signal: Signal): Observation | null {
  const mark = plan.observe!(signal);
  if (mark === undefined) {
    draft.counts.unjudged += 1;
    return null;
  }
  const { open } = plan.type;
  const own = ofElement(plan, signal.metadata);
  const metadata = open.kind === 'state' && open.as !== null ? { ...own, [open.as]: mark } : own;
  const missing = plan.parent ? null : missingMetadata(plan, metadata);
  if (missing === null) return { timeUs: signal.eventTimeUs, hash: hash53(signal.id), mark, metadata };
  reject(draft, { to: 'dlq', code: 'METADATA_MISSING', message: missing });
  return null;
}

/** Makes the type's windows what its observations, and the windows they lie in, say. `closedUs`: those that end before are final, and not opened again. `isDecided`: the watermark opens them, so none of them is late. */
export function drawWindows(
  draft: Draft,
  type: TypeDraft,
  { closedUs, isDecided }: { readonly closedUs: EpochUs; readonly isDecided: boolean } = {
    closedUs: type.floorUs,
    isDecided: false,
  },
): void {
  const { plan, observed } = type;
  const { open } = plan.type;
  if (!isObserved(open)) return;
  const watermarkUs = firingWatermark(type);
  const wanted: NewWindow[] = [];
  const settledFrom = new Map<string, EpochUs>();
  for (const parent of parentsOf(draft, type)) {
    const drawn = runsOf(open, observed, { ...parent, watermarkUs });
    settledFrom.set(parent.id, drawn.fromUs);
    if (!plan.parent) lastRuns.set(observed, drawn.last);
    for (const run of drawn.runs) {
      const one = windowOf(type, { run, parent: parent.window });
      if (one && (one.span.endUs > closedUs || isHeld(draft, type, one)))
        wanted.push(isDecided ? { ...one, lateBorn: false } : one);
    }
  }
  reconcile(draft, type, wanted, ({ startUs, parentId }) => startUs >= (settledFrom.get(parentId ?? '') ?? FOREVER));
}

/** The watermark has moved from `beforeUs`: what has lasted for long enough now is a window, and a break that did is its end. */
export function drawDecided(
  draft: Draft,
  type: TypeDraft,
  { beforeUs, closedUs }: { readonly beforeUs: EpochUs; readonly closedUs: EpochUs },
): void {
  const { open } = type.plan.type;
  if (!isObserved(open) || !isDecidedByTime(open) || !hasObserved(type)) return;
  const last = lastRuns.get(type.observed);
  const atUs = last ? decidedAtUs(open, last, beforeUs) : beforeUs;
  if (atUs !== null && atUs <= firingWatermark(type)) drawWindows(draft, type, { closedUs, isDecided: true });
}

/** The watermark at which the next stretch becomes a window, or ends, if nothing comes before; FOREVER: none does. */
export function undecidedUntilUs(draft: Draft, type: TypeDraft): EpochUs {
  const { open } = type.plan.type;
  if (!isObserved(open) || !isDecidedByTime(open) || !hasObserved(type)) return FOREVER;
  const watermarkUs = firingWatermark(type);
  return parentsOf(draft, type).reduce((min, parent) => {
    const known = type.plan.parent ? undefined : lastRuns.get(type.observed);
    const last = known ?? runsOf(open, type.observed, { ...parent, watermarkUs }).last;
    return Math.min(min, decidedAtUs(open, last, watermarkUs) ?? FOREVER);
  }, FOREVER);
}

const hasObserved = ({ observed }: TypeDraft): boolean => observed.rest.length > 0 || observed.folds.size > 0;

interface Bounds {
  readonly id: string;
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
  readonly window: Window | null;
}

/** What the windows lie in: only what a parent holds is looked at for its children. */
function parentsOf(draft: Draft, { plan }: TypeDraft): Bounds[] {
  if (!plan.parent) return [{ id: '', startUs: NEVER, endUs: FOREVER, window: null }];
  return typeIn(draft, plan.parent)
    .windows.filter(({ withdrawn }) => !withdrawn)
    .map((window) => ({ id: window.id, startUs: window.startUs, endUs: window.endUs, window }));
}

/** A nested window that lacks required metadata, its parent's included, is not opened. */
function windowOf(
  { plan }: TypeDraft,
  { run, parent }: { readonly run: Run; readonly parent: Window | null },
): NewWindow | null {
  const metadata = { ...parent?.metadata, ...run.metadata };
  if (parent && missingMetadata(plan, metadata) !== null) return null;
  const { startUs, endUs } = run;
  return { span: { startUs, endUs, opener: [String(startUs)] }, parent, metadata };
}

/** Folds what cannot change any more. `beforeUs`: nothing older opens or moves windows of this type or of those it lies in. */
export function foldObservations(draft: Draft, type: TypeDraft, beforeUs: EpochUs): void {
  const { open } = type.plan.type;
  if (!isObserved(open) || beforeUs <= type.observed.foldedUs || !hasObserved(type)) return;
  const last = lastRuns.get(type.observed);
  type.observed = foldBefore(open, type.observed, { beforeUs, parents: parentsOf(draft, type) });
  if (last) lastRuns.set(type.observed, last);
}

/** Elements from here on may still be counted again. */
export function observedElementsFromUs(draft: Draft, type: TypeDraft, open: ObservedOpening, fromUs: EpochUs): EpochUs {
  const parents = parentsOf(draft, type);
  const { folds } = foldBefore(open, type.observed, { beforeUs: fromUs, parents });
  return parents.reduce(
    (min, { id }) => Math.min(min, countedFromUs(open, folds.get(id) ?? nothingOpen, fromUs)),
    fromUs,
  );
}
