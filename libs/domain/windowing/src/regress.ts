import type { EpochUs } from '@windlass/dag';
import type { Draft } from './draft.ts';
import { NEVER } from './time.ts';

/** How often a source has gone back in event time: what its clock and its way to the hub do to order. */
export interface Regress {
  /** Signals before the highest event time of the source; repeated ones do not count. */
  readonly signals: number;
  /** The furthest of them, back from that time. */
  readonly furthestUs: number;
  /** WATERMARKs before one that was told already; they change nothing. */
  readonly watermarks: number;
}

export const noRegress: Regress = { signals: 0, furthestUs: 0, watermarks: 0 };

/** `highestUs`: the highest event time of the source before this signal. */
export function countOutOfOrder(draft: Draft, eventTimeUs: EpochUs, highestUs: EpochUs): void {
  const backUs = highestUs - eventTimeUs;
  if (highestUs === NEVER || backUs <= 0) return;
  draft.counts.outOfOrder += 1;
  const { signals, furthestUs } = draft.regress;
  draft.regress = { ...draft.regress, signals: signals + 1, furthestUs: Math.max(furthestUs, backUs) };
}

/** Before the WATERMARK counts for what is told. */
export function countWatermark(draft: Draft, eventTimeUs: EpochUs): void {
  if (draft.toldUs === NEVER || eventTimeUs >= draft.toldUs) return;
  draft.counts.watermarksBack += 1;
  draft.regress = { ...draft.regress, watermarks: draft.regress.watermarks + 1 };
}
