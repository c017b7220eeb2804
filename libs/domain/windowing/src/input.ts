import type { MemberReport } from './members.ts';
import type { EpochUs, Metadata, Ref } from '@windlass/dag';

export type Phase = 'POINT' | 'START' | 'STOP' | 'WATERMARK';

/** A signal as a window keeps it and a pane carries it. */
export interface KeptSignal {
  /** Unique per event of a source. */
  readonly id: string;
  readonly name: string;
  readonly eventTimeUs: EpochUs;
  readonly phase: Phase;
  readonly values: Readonly<Record<string, number>>;
  /** Samples it stands for. */
  readonly count: number;
  readonly correlation: string | null;
  readonly metadata: Metadata;
}

export interface Signal extends KeptSignal {
  /** UCUM units of values, by channel, where the sender says so. */
  readonly units?: Readonly<Record<string, string>>;
  /** Why the hub wrote it itself (`idle`, `max-idle`, `clock`); null: from outside. */
  readonly cause: string | null;
}

/** A request to open the window [startUs, endUs). */
export interface EmissionRequest {
  readonly windowType: Ref;
  /** Source (or group) whose window this is. */
  readonly key: string;
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
  /** Tells apart two windows with one start; null: the start does. */
  readonly emissionKey: string | null;
  readonly metadata: Metadata;
}

/** An emission by hand or from outside. */
export interface Emission extends EmissionRequest {
  readonly id: string;
  readonly parentWindowId: string | null;
}

/** What one algorithm found on a window, as far as windows may be opened by it. */
export interface AlgorithmOutcome {
  readonly executionId: string;
  readonly algorithm: Ref;
  readonly run: number;
  readonly succeeded: boolean;
  /** null, boolean, bigint, number, string, Uint8Array, Float64Array, arrays and plain objects of these. */
  readonly result: unknown;
  readonly emissions: readonly EmissionRequest[];
}

/** What became known about one window in one step of the router. */
export interface WindowOutcome {
  readonly windowId: string;
  readonly windowType: Ref;
  readonly key: string;
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
  readonly revision: number;
  readonly isFinal: boolean;
  readonly parentWindowId: string | null;
  readonly metadata: Metadata;
  /** Causation depth of the window. */
  readonly depth: number;
  readonly outcomes: readonly AlgorithmOutcome[];
  readonly withdrawn: readonly { readonly algorithm: Ref; readonly run: number }[];
  /** Every execution of this revision that may open windows is terminal. */
  readonly openersComplete: boolean;
}

/** What happens to one source. `timer`: processing time has come that the last step asked for, or its plan has another policy now. */
export type Input =
  | { readonly kind: 'signal'; readonly signal: Signal }
  | { readonly kind: 'emission'; readonly emission: Emission }
  | { readonly kind: 'outcome'; readonly outcome: WindowOutcome }
  | { readonly kind: 'report'; readonly report: MemberReport }
  | { readonly kind: 'timer' };
