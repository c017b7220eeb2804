import type { EpochUs, ObservedOpening } from '@windlass/dag';
import {
  foldRun,
  nothingOpen,
  openRun,
  type Observation,
  type ObservedState,
  type Run,
  type RunFold,
} from '../runs.ts';
import { NEVER } from '../time.ts';
import type { Bounds } from './absence.ts';

/** A stretch that signals have told, however short; what ended it, or null: nothing has. */
export interface ToldRun {
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
  readonly endedBy: 'signal' | 'gap' | 'duration' | 'break' | null;
  /** Of a state its value; of a count its samples. */
  readonly mark: Observation['mark'];
}

/** What observations tell that are remembered. */
export interface ToldRuns {
  /** Oldest first. */
  readonly runs: readonly ToldRun[];
  /** After the last observation. */
  readonly last: RunFold;
  readonly observations: readonly Observation[];
  /** Of times before this only sums are remembered. */
  readonly fromUs: EpochUs;
}

/** Everything, where the windows lie in no others. */
export const ANYWHERE: Bounds = { id: '', startUs: NEVER, endUs: Number.MAX_SAFE_INTEGER };

export function toldRuns(
  opening: ObservedOpening,
  { foldedUs, folds, rest }: ObservedState,
  { within, watermarkUs }: { readonly within: Bounds; readonly watermarkUs: EpochUs },
): ToldRuns {
  const open = ofAnyLength(opening);
  const observations = rest.filter(({ timeUs }) => timeUs >= within.startUs && timeUs < within.endUs);
  const first = folds.get(within.id) ?? nothingOpen;
  const runs: ToldRun[] = [];
  let last = first;
  for (const observation of observations) {
    const before = last;
    last = foldRun(open, before, observation, (run) => runs.push(toldRun(open, { run, before, observation })));
  }
  const tail = openRun(open, last, watermarkUs);
  if (tail) runs.push({ ...tail, ...endOfTail(open, tail, last, watermarkUs), mark: last.mark });
  return { runs, last, observations, fromUs: first.startUs === NEVER ? foldedUs : first.startUs };
}

const ofAnyLength = (open: ObservedOpening): ObservedOpening =>
  open.kind === 'count' ? open : { ...open, minDurationUs: 0 };

function toldRun(
  open: ObservedOpening,
  { run, before, observation }: { readonly run: Run; readonly before: RunFold; readonly observation: Observation },
): ToldRun {
  const { startUs, endUs } = run;
  const isBefore = startUs === before.startUs;
  const samples = (isBefore ? (before.mark as number) : 0) + Number(observation.mark);
  const endedBy = isBefore ? endOf(open, before, endUs) : 'signal';
  const isFull = open.kind === 'count' && endedBy === 'signal';
  return { startUs, endUs, endedBy, mark: isFull ? samples : isBefore ? before.mark : observation.mark };
}

function endOf(open: ObservedOpening, { startUs, lastUs, brokenUs }: RunFold, endUs: EpochUs): ToldRun['endedBy'] {
  if (brokenUs !== NEVER && endUs === brokenUs) return 'break';
  if (endUs === startUs + open.maxDurationUs) return 'duration';
  if (open.kind !== 'count' && open.maxGapUs !== null && endUs === lastUs + open.maxGapUs) return 'gap';
  return 'signal';
}

/** The watermark may have passed its end, though no observation came after. */
const endOfTail = (open: ObservedOpening, { endUs }: Run, last: RunFold, watermarkUs: EpochUs) => ({
  endedBy: endUs <= watermarkUs ? endOf(open, last, endUs) : null,
});
