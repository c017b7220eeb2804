// Algorithms of the processor `health` (team plant), made by `windlass generate`; do not edit.
// From definitions.yaml, health.registration.yaml.
import * as sdk from '@windlass/sdk';

/** What `deviation@1` answers with. */
export type DeviationResult = {
  readonly score: number;
  /** In MPa/s. */
  readonly usual: number;
  readonly span: {
    /** In us. */
    readonly 'from-us': bigint;
    readonly hot: boolean;
  };
};

/** `deviation@1` on `minute@1`: struct. */
export const deviation = sdk.remote<DeviationResult>(
  'deviation@1',
  sdk.struct({
    score: sdk.double(),
    usual: sdk.double('MPa/s'),
    span: sdk.struct({ 'from-us': sdk.long('us'), hot: sdk.boolean() }),
  }),
);

/** `in-order@1` on `run@1`: boolean. */
export const inOrder = sdk.remote<boolean>('in-order@1', sdk.boolean());

/** `indicator@1` on `minute@1`: double in MPa/s. */
export const indicatorV1 = sdk.remote<number>('indicator@1', sdk.double('MPa/s'));

/** `indicator@2` on `minute@1`, `shift@1`: double in MPa/s. */
export const indicatorV2 = sdk.remote<number>('indicator@2', sdk.double('MPa/s'));

/** `indicator@2` on `minute@1`, `shift@1`: double in MPa/s. */
export const indicator = sdk.remote<number>('indicator@2', sdk.double('MPa/s'));

/** `label@1` on `run@1`: string. */
export const label = sdk.remote<string>('label@1', sdk.string());

/** `peaks@1` on `run@1`: no value. */
export const peaks = sdk.remote<void>('peaks@1', sdk.nothing());

/** `picture@1` on `run@1`: bytes. */
export const picture = sdk.remote<Uint8Array>('picture@1', sdk.bytes());

/** `samples@1.2.0` on `minute@1`: long. */
export const samples = sdk.remote<bigint>('samples@1.2.0', sdk.long());

/** `spectrum@1` on `minute@1`: array in MPa. */
export const spectrum = sdk.remote<Float64Array | readonly sdk.ResultValue[]>('spectrum@1', sdk.list('MPa'));
