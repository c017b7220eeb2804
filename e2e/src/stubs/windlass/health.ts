// Algorithms of the processor `health` (team plant), made by `windlass generate`; do not edit.
// From definitions.yaml, health.registration.yaml.
import * as sdk from '@windlass/sdk';

/** What `condition@1` answers with. */
export type ConditionResult = {
  readonly grade: 'GOOD' | 'WORN';
  readonly level: number;
  readonly hours: null | bigint;
  readonly trend: Float64Array | readonly number[];
  readonly parts: {
    readonly [key: string]: {
      readonly worn: boolean;
    };
  };
};

/** `condition@1` on `run@1`: struct, by an Avro schema in MPa. */
export const condition = sdk.remote<ConditionResult>(
  'condition@1',
  sdk.avro(
    {
      type: 'record',
      name: 'Condition',
      namespace: 'io.plant',
      fields: [
        { name: 'grade', type: { type: 'enum', name: 'Grade', symbols: ['GOOD', 'WORN'] } },
        { name: 'level', type: 'double' },
        { name: 'hours', type: ['null', 'long'], default: null },
        { name: 'trend', type: { type: 'array', items: 'double' } },
        {
          name: 'parts',
          type: { type: 'map', values: { type: 'record', name: 'Part', fields: [{ name: 'worn', type: 'boolean' }] } },
        },
      ],
    },
    'MPa',
  ),
);

/** What `deviation@1` answers with. */
export type DeviationResult = {
  readonly score: number | null;
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
    score: sdk.optional(sdk.double()),
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

/** `indicator@3.0.0-rc.1` on `minute@1`: double in MPa/s. */
export const indicatorV3_0_0$rc_1 = sdk.remote<number>('indicator@3.0.0-rc.1', sdk.double('MPa/s'));

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
