import type { EpochUs, Opening } from '@windlass/dag';
import type { Signal } from './input.ts';

type StartStop = Extract<Opening, { kind: 'startStop' }>;

/** A window between a START and what ends it, or around a POINT. */
export interface Stretch {
  readonly start: Signal;
  readonly startUs: EpochUs;
  /** null: ended by `maxDuration`, a restart, or not yet. */
  readonly stop: Signal | null;
  readonly endUs: EpochUs;
}

/** A START whose window ended by `maxDuration`: its STOP may still come. */
export interface SpentStart {
  readonly startUs: EpochUs;
  readonly correlation: string | null;
}

export interface Matching {
  /** In order of start. */
  readonly stretches: readonly Stretch[];
  /** STOPs that close nothing. */
  readonly unmatched: readonly Signal[];
  /** STOPs that came after `maxDuration` had ended their window, which stays as it is. */
  readonly overdue: readonly { readonly start: SpentStart; readonly stop: Signal }[];
  /** STOPs at the very time of their START: the window would be empty. */
  readonly empty: readonly Signal[];
}

/** By event time; at one instant a STOP comes before a START, so that stretches may follow each other without a gap. */
export const inBoundaryOrder = (a: Signal, b: Signal): number =>
  a.eventTimeUs - b.eventTimeUs ||
  Number(a.phase === 'START') - Number(b.phase === 'START') ||
  compared(a.correlation ?? '', b.correlation ?? '') ||
  compared(a.id, b.id);

const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Matches STARTs and STOPs. The answer depends on the signals alone, not on the order in which they came.
 *
 * @param boundaries in boundary order, without repetition
 * @param spent STARTs that are forgotten already, oldest first
 */
export function matchBoundaries(
  boundaries: readonly Signal[],
  { onSecondStart, maxDurationUs }: StartStop,
  spent: readonly SpentStart[] = [],
): Matching {
  const stretches: Stretch[] = [];
  const unmatched: Signal[] = [];
  const empty: Signal[] = [];
  const overdue: { start: SpentStart; stop: Signal }[] = [];
  const expired = [...spent];
  const refused = new Set<Signal>();
  let open: Signal[] = [];

  const close = (start: Signal, end: { stop: Signal | null; endUs: EpochUs }): void => {
    open = open.filter((one) => one !== start);
    stretches.push({ start, startUs: start.eventTimeUs, ...end });
  };
  const closeExpired = (isExpired: (endUs: EpochUs) => boolean): void => {
    for (const start of open) {
      const endUs = start.eventTimeUs + maxDurationUs;
      if (!isExpired(endUs)) continue;
      close(start, { stop: null, endUs });
      expired.push({ startUs: start.eventTimeUs, correlation: start.correlation });
    }
  };
  const newestOpen = (correlation: string | null): Signal | undefined =>
    open.findLast((start) => start.correlation === correlation);

  const onStop = (stop: Signal, following: readonly Signal[]): void => {
    closeExpired((endUs) => endUs < stop.eventTimeUs);
    const start = stop.correlation === null ? open.at(-1) : newestOpen(stop.correlation);
    if (start) return close(start, { stop, endUs: stop.eventTimeUs });
    const late = expired.findLastIndex(
      ({ correlation }) => stop.correlation === null || correlation === stop.correlation,
    );
    if (late >= 0) return void overdue.push({ start: expired.splice(late, 1)[0]!, stop });
    const twin = following.find(
      (one) =>
        one.phase === 'START' &&
        one.eventTimeUs === stop.eventTimeUs &&
        one.correlation === stop.correlation &&
        !refused.has(one),
    );
    if (!twin) return void unmatched.push(stop);
    refused.add(twin);
    empty.push(stop);
  };
  const onStart = (start: Signal): void => {
    if (refused.has(start)) return;
    closeExpired((endUs) => endUs <= start.eventTimeUs);
    const first = newestOpen(start.correlation);
    if (!first || (onSecondStart === 'nest' && first.eventTimeUs < start.eventTimeUs)) return void open.push(start);
    if (onSecondStart === 'restart' && first.eventTimeUs < start.eventTimeUs) {
      close(first, { stop: null, endUs: start.eventTimeUs });
      open.push(start);
    }
  };

  boundaries.forEach((boundary, i) => {
    if (boundary.phase === 'STOP') onStop(boundary, boundaries.slice(i + 1));
    else onStart(boundary);
  });
  closeExpired(() => true);
  return { stretches: stretches.sort((a, b) => inBoundaryOrder(a.start, b.start)), unmatched, overdue, empty };
}
