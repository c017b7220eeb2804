import { limits, type Signal } from '@windlass/contracts';
import { timeOf } from '@windlass/windowing';
import { z } from 'zod';

/** Signals in one request; its bytes are limited by `httpBodyBytes`. */
export const maxSignalsPerRequest = 10_000;

export const time = z.union([
  z.int().describe('microseconds since 1970, UTC'),
  z.iso.datetime({ offset: true }).describe('ISO 8601 with zone, to the microsecond'),
]);

export const signal = z.strictObject({
  source: z.string().max(limits.nameLength),
  id: z.string().max(200).describe('unique per event of the source; the same id again is a duplicate'),
  name: z.string().max(limits.nameLength),
  eventTime: time,
  phase: z.enum(['POINT', 'START', 'STOP', 'WATERMARK']).default('POINT'),
  values: z.record(z.string().max(limits.nameLength), z.number()).default({}),
  units: z
    .record(z.string().max(limits.nameLength), z.string().max(50))
    .default({})
    .describe('UCUM units of values, by channel: another than the channel has is refused'),
  count: z.int().min(1).default(1),
  correlation: z.string().max(200).nullable().default(null),
  metadata: z.record(z.string(), z.union([z.null(), z.boolean(), z.number(), z.string()])).default({}),
});

export const signalsBody = z.strictObject({ signals: z.array(signal).min(1).max(maxSignalsPerRequest) });

/** Microseconds since 1970. */
export const toMicros = (text: z.infer<typeof time>): number => (typeof text === 'number' ? text : timeOf(text));

export const toRecord = ({ eventTime, ...rest }: z.infer<typeof signal>): Signal => ({
  ...rest,
  eventTimeUs: toMicros(eventTime),
  cause: null,
});
