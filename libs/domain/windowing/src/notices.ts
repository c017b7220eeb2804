import type { EpochUs, Ref } from '@windlass/dag';

interface AboutType {
  readonly windowType: Ref;
  /** The window type's. */
  readonly owner: string;
  /** Processing time. */
  readonly atUs: number;
}

/** A window type of a source has not fired by when it should have. */
export interface SilenceBegun extends AboutType {
  readonly kind: 'SILENCE';
  /** Processing time of its last firing; of a schedule before its first, since when that is expected. */
  readonly sinceUs: number;
  /** Processing time by which it should have fired. */
  readonly expectedByUs: number;
  /** Usual event time between firings; null: not known yet. */
  readonly usualStepUs: number | null;
}

export interface SilenceEnded extends AboutType {
  readonly kind: 'SILENCE_ENDED';
  /** As in `SilenceBegun`. */
  readonly sinceUs: number;
  /** It has fired, or nothing is expected of it now: its source is retired or offline, the policy has changed, its parent has ended. */
  readonly because: 'FIRED' | 'NOT_EXPECTED';
}

/** A source said that it goes offline, and is away for longer than the policy allows: it counts as idle from now on. */
export interface OfflineTooLong extends AboutType {
  readonly kind: 'OFFLINE_TOO_LONG';
  /** Processing time. */
  readonly sinceUs: number;
  readonly limitMs: number;
  /** Until about when it wanted to be; null: it did not say. */
  readonly untilUs: EpochUs | null;
}

/** Something about one source that a person should know. */
export type Notice = SilenceBegun | SilenceEnded | OfflineTooLong;
