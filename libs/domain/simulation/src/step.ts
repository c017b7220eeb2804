import type { EpochUs, Ref } from '@windlass/dag';
import type { Emission, EmissionRequest, Signal, SkippedWindows, WindowRecord } from '@windlass/windowing';

/** A window by its id, or by what tells it from others of its type and source. */
export type WindowName =
  { readonly windowId: string } | { readonly windowType: Ref; readonly key: string; readonly startUs: EpochUs };

/** What an algorithm found on a window. */
export interface FoundOutcome {
  readonly window: WindowName;
  readonly algorithm: Ref;
  readonly state: 'SUCCEEDED' | 'FAILED' | 'SKIPPED' | 'CANCELLED';
  readonly result: unknown;
  /** `key` null: the source of the window. */
  readonly emissions: readonly (Omit<EmissionRequest, 'key'> & { readonly key: string | null })[];
  /** Null: as the window is. */
  readonly isFinal: boolean | null;
  /** Nothing else runs on this revision of the window. */
  readonly runComplete: boolean;
  /** Not a new run: the last one does not hold any more. */
  readonly isWithdrawal: boolean;
}

/** One thing that happens, at the processing time that the last `clock` has set. */
export type SimulationStep =
  | { readonly kind: 'signal'; readonly source: string; readonly signal: Signal }
  | { readonly kind: 'clock'; readonly timeUs: EpochUs }
  | { readonly kind: 'emission'; readonly emission: Emission }
  | { readonly kind: 'outcome'; readonly outcome: FoundOutcome };

/** What could not be used, or changed nothing. */
export interface Dropped {
  readonly kind: 'dropped';
  /** Place of the step in the input, from 0 on; null: nothing in the input is it itself. */
  readonly step: number | null;
  readonly source: string;
  readonly signal: { readonly id: string; readonly name: string; readonly eventTimeUs: EpochUs } | null;
  readonly emission: { readonly windowType: Ref; readonly startUs: EpochUs; readonly endUs: EpochUs } | null;
  readonly code: string;
  readonly reason: string;
  /** Where the hub sends it: the late topic, the dead letters; null: nowhere, it is only counted. */
  readonly to: 'late' | 'dlq' | null;
}

/** Windows of a schedule that were missed, and are not caught up on. */
export interface Skipped extends SkippedWindows {
  readonly kind: 'skipped';
  readonly source: string;
}

/** What the hub would publish, in order. `elementIds` beside a pane: see `SimulationOptions`. */
export type SimulationEvent =
  | { readonly kind: 'record'; readonly record: WindowRecord; readonly elementIds: readonly string[] | null }
  | Dropped
  | Skipped;

/** A step that cannot be taken. The user's mistake. */
export class SimulationError extends Error {
  readonly code: 'CLOCK_GOES_BACK' | 'UNKNOWN_WINDOW' | 'AMBIGUOUS_WINDOW' | 'UNKNOWN_ALGORITHM' | 'NO_RUN';
  readonly retryable = false;

  constructor(code: SimulationError['code'], message: string) {
    super(message);
    this.name = 'SimulationError';
    this.code = code;
  }
}
