// Window types, made by `windlass generate`; do not edit.
// From definitions.yaml, health.registration.yaml.
import * as sdk from '@windlass/sdk';

/** Metadata of windows of `minute@1`. */
export type MinuteMetadata = {
  /** In %. */
  readonly load: number;
  readonly operator?: string | null;
  readonly hot?: boolean | null;
};

/** `minute@1` (team plant). */
export const minute = sdk.windowType<MinuteMetadata>('minute@1');

/** Metadata of windows of `peak@1`. */
export type PeakMetadata = {
  /** In %. */
  readonly load: number;
  readonly operator?: string | null;
  /** In MPa. */
  readonly height: number;
};

/** `peak@1` (team plant). */
export const peak = sdk.windowType<PeakMetadata>('peak@1');

/** Metadata of windows of `run@1`. */
export type RunMetadata = {
  /** In %. */
  readonly load: number;
  readonly operator?: string | null;
};

/** `run@1` (team plant). */
export const run = sdk.windowType<RunMetadata>('run@1');

/** Metadata of windows of `shift@1`. */
export type ShiftMetadata = {
  readonly shift: string;
  readonly shiftDate: string;
};

/** `shift@1` (team plant). */
export const shift = sdk.windowType<ShiftMetadata>('shift@1');
