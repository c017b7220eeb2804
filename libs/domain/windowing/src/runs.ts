import type { EpochUs, Metadata, MetadataValue, ObservedOpening } from '@windlass/dag';
import { partitionPoint } from './partition-point.ts';
import { NEVER } from './time.ts';

/**
 * What one signal tells windows that are stretches of signals. `mark`: for a condition 1 (opens), -1 (closes) or 0 (neither); for a
 * state its value; for a count the samples it stands for.
 */
export interface Observation {
  readonly timeUs: EpochUs;
  /** Of the signal's id. */
  readonly hash: number;
  readonly mark: Exclude<MetadataValue, null>;
  /** The declared fields only. */
  readonly metadata: Metadata;
}

/** All that observations up to some time leave behind: it is enough to go on from there. */
export interface RunFold {
  /** Start of the run that is open; NEVER: none is. */
  readonly startUs: EpochUs;
  /** The last observation. */
  readonly lastUs: EpochUs;
  /** Where a break began that may yet be too short to end the run; NEVER: none. */
  readonly brokenUs: EpochUs;
  /** Of a state its value; of a count the samples so far. */
  readonly mark: Observation['mark'];
  /** Of the observation that opened the run. */
  readonly metadata: Metadata;
}

/** A stretch of observations that makes a window. */
export interface Run {
  readonly startUs: EpochUs;
  /** As far as is known now: as late as it can be while nothing has ended it. */
  readonly endUs: EpochUs;
  readonly metadata: Metadata;
}

export const nothingOpen: RunFold = { startUs: NEVER, lastUs: NEVER, brokenUs: NEVER, mark: false, metadata: {} };

/** By event time; at one instant in an order that does not depend on arrival. */
export const inObservationOrder = (a: Observation, b: Observation): number => a.timeUs - b.timeUs || a.hash - b.hash;

/** Takes the next observation, in order. `told` hears of the run that it ends. */
export function foldRun(
  open: ObservedOpening,
  fold: RunFold,
  observation: Observation,
  told: (run: Run) => void = () => undefined,
): RunFold {
  const endUs = fold.startUs === NEVER ? null : endBefore(open, fold, observation);
  if (endUs === null) return { ...next(open, fold, observation, told), lastUs: observation.timeUs };
  tell(open, fold, endUs, told);
  // Cut for its length only, it goes on: between two thresholds too.
  const goesOn = endUs === fold.startUs + open.maxDurationUs && fold.brokenUs === NEVER && observation.mark === 0;
  const first = goesOn && open.kind === 'condition' ? { ...observation, mark: 1 } : observation;
  return { ...next(open, nothingOpen, first, told), lastUs: observation.timeUs };
}

/** Where the open run has ended, by what is known when this observation comes; null: it goes on, or this one may end it. */
function endBefore(open: ObservedOpening, fold: RunFold, { timeUs }: { readonly timeUs: EpochUs }): EpochUs | null {
  const { startUs, lastUs, brokenUs } = fold;
  const ends: EpochUs[] = [];
  if (timeUs >= startUs + open.maxDurationUs) ends.push(startUs + open.maxDurationUs);
  if (open.kind !== 'count' && open.maxGapUs !== null && timeUs >= lastUs + open.maxGapUs)
    ends.push(lastUs + open.maxGapUs);
  if (open.kind === 'condition' && brokenUs !== NEVER && timeUs >= brokenUs + open.minBreakUs) ends.push(brokenUs);
  return ends.length === 0 ? null : Math.min(...ends);
}

function next(open: ObservedOpening, fold: RunFold, observation: Observation, told: (run: Run) => void): RunFold {
  switch (open.kind) {
    case 'condition':
      return nextOfCondition(open, fold, observation, told);
    case 'state':
      if (fold.startUs !== NEVER && fold.mark === observation.mark) return fold;
      if (fold.startUs !== NEVER) tell(open, fold, observation.timeUs, told);
      return opened(observation);
    case 'count': {
      const samples = (fold.startUs === NEVER ? 0 : (fold.mark as number)) + (observation.mark as number);
      const counted = { ...(fold.startUs === NEVER ? opened(observation) : fold), mark: samples };
      if (samples < open.size) return counted;
      tell(open, counted, observation.timeUs + 1, told);
      return nothingOpen;
    }
    default:
      return open satisfies never;
  }
}

function nextOfCondition(
  open: Extract<ObservedOpening, { kind: 'condition' }>,
  fold: RunFold,
  observation: Observation,
  told: (run: Run) => void,
): RunFold {
  const { timeUs, mark } = observation;
  if (fold.startUs === NEVER) return mark === 1 ? opened(observation) : nothingOpen;
  if (mark === 1) return { ...fold, brokenUs: NEVER };
  if (mark === 0 || fold.brokenUs !== NEVER) return fold;
  if (open.minBreakUs > 0) return { ...fold, brokenUs: timeUs };
  tell(open, fold, timeUs, told);
  return nothingOpen;
}

const opened = ({ timeUs, mark, metadata }: Observation): RunFold => ({
  startUs: timeUs,
  lastUs: timeUs,
  brokenUs: NEVER,
  mark,
  metadata,
});

function tell(open: ObservedOpening, { startUs, metadata }: RunFold, endUs: EpochUs, told: (run: Run) => void): void {
  if (endUs > startUs && endUs - startUs >= minDurationUs(open)) told({ startUs, endUs, metadata });
}

/** The run that is open when the watermark stands here; null: there is none, or not for long enough to make a window. */
export function openRun(open: ObservedOpening, fold: RunFold, watermarkUs: EpochUs): Run | null {
  const { startUs, lastUs, brokenUs, metadata } = fold;
  if (startUs === NEVER) return null;
  const longestUs = startUs + open.maxDurationUs;
  if (brokenUs !== NEVER) {
    const isOver = open.kind === 'condition' && watermarkUs >= brokenUs + open.minBreakUs;
    const endUs = isOver ? brokenUs : longestUs;
    return endUs > startUs && brokenUs - startUs >= minDurationUs(open) ? { startUs, endUs, metadata } : null;
  }
  const gapUs = open.kind === 'count' ? null : open.maxGapUs;
  const endUs = gapUs === null ? longestUs : Math.min(longestUs, lastUs + gapUs);
  const heldUs = Math.min(endUs, Math.max(lastUs, watermarkUs));
  return heldUs - startUs >= minDurationUs(open) ? { startUs, endUs, metadata } : null;
}

/** The watermark at which the open run becomes a window, or its break its end, if nothing comes before; null: nothing waits for it. */
export function decidedAtUs(open: ObservedOpening, fold: RunFold, watermarkUs: EpochUs): EpochUs | null {
  const { startUs, lastUs, brokenUs } = fold;
  if (startUs === NEVER) return null;
  const atUs =
    open.kind === 'condition' && brokenUs !== NEVER
      ? brokenUs + open.minBreakUs
      : lastUs - startUs < minDurationUs(open)
        ? startUs + minDurationUs(open)
        : NEVER;
  return atUs > watermarkUs ? atUs : null;
}

/** Whether the watermark alone, without an observation, may open or end windows before their longest. */
export const isDecidedByTime = (open: ObservedOpening): boolean =>
  minDurationUs(open) > 0 || (open.kind === 'condition' && open.minBreakUs > 0);

/** Elements before this are not counted again, whatever the open run turns out to be; `fromUs` when nothing is open. */
export function countedFromUs(open: ObservedOpening, fold: RunFold, fromUs: EpochUs): EpochUs {
  if (fold.startUs === NEVER || endBefore(open, fold, { timeUs: fromUs }) !== null) return fromUs;
  const isWindow = fold.lastUs - fold.startUs >= minDurationUs(open);
  return Math.min(fromUs, isWindow ? (fold.brokenUs === NEVER ? fromUs : fold.brokenUs) : fold.startUs);
}

const minDurationUs = (open: ObservedOpening): number => (open.kind === 'count' ? 0 : open.minDurationUs);

export interface ObservedState {
  /** Observations before this are folded; one that comes later is late. */
  readonly foldedUs: EpochUs;
  /** What was folded: of windows without a parent under the empty text, else by the parent's id. */
  readonly folds: ReadonlyMap<string, RunFold>;
  /** In order, those that are not folded. */
  readonly rest: readonly Observation[];
}

export const nothingObserved: ObservedState = { foldedUs: NEVER, folds: new Map(), rest: [] };

/** The runs of observations between two times, oldest first; those that had ended when the fold was made are not told again. */
export function runsOf(
  open: ObservedOpening,
  { foldedUs, folds, rest }: ObservedState,
  within: { readonly id: string; readonly startUs: EpochUs; readonly endUs: EpochUs; readonly watermarkUs: EpochUs },
): { readonly runs: readonly Run[]; readonly last: RunFold; readonly fromUs: EpochUs } {
  const runs: Run[] = [];
  const first = folds.get(within.id) ?? nothingOpen;
  let last = first;
  for (let i = firstFrom(rest, within.startUs); i < rest.length && rest[i]!.timeUs < within.endUs; i++)
    last = foldRun(open, last, rest[i]!, (run) => runs.push(run));
  const tail = openRun(open, last, within.watermarkUs);
  if (tail) runs.push(tail);
  const fromUs = first.startUs === NEVER ? foldedUs : first.startUs;
  return { runs: runs.map((run) => cut(run, within.endUs)), last, fromUs };
}

const cut = (run: Run, endUs: EpochUs): Run => (run.endUs > endUs ? { ...run, endUs } : run);

/** Folds the observations before `beforeUs`; later ones of these times cannot come any more. */
export function foldBefore(
  open: ObservedOpening,
  observed: ObservedState,
  { beforeUs, parents }: { readonly beforeUs: EpochUs; readonly parents: readonly Stretch[] },
): ObservedState {
  const until = firstFrom(observed.rest, beforeUs);
  const folds = new Map<string, RunFold>();
  for (const { id, startUs, endUs } of parents) {
    let fold = observed.folds.get(id) ?? nothingOpen;
    for (let i = 0; i < until; i++) {
      const observation = observed.rest[i]!;
      if (observation.timeUs >= startUs && observation.timeUs < endUs) fold = foldRun(open, fold, observation);
    }
    if (fold.startUs !== NEVER) folds.set(id, fold);
  }
  return { foldedUs: Math.max(observed.foldedUs, beforeUs), folds, rest: observed.rest.slice(until) };
}

interface Stretch {
  readonly id: string;
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
}

const firstFrom = (rest: readonly Observation[], timeUs: EpochUs): number =>
  partitionPoint(rest.length, (i) => rest[i]!.timeUs < timeUs);
