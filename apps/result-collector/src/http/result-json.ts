import { fromValue, type ResultValue, type Value } from '@windlass/contracts';
import { z } from 'zod';

/**
 * A result value in JSON, exact: JSON has neither NaN nor 64-bit integers nor bytes, so each value says its type. `double` and the
 * items of an `array`: a number, or `NaN`, `Infinity`, `-Infinity`, `-0` as text; `long`: decimal text; `bytes`: base64; `list`: values;
 * `struct`: values by field.
 */
export interface ResultJson {
  readonly type: 'null' | 'boolean' | 'long' | 'double' | 'string' | 'bytes' | 'array' | 'list' | 'struct';
  readonly value?: unknown;
}

export const resultJsonSchema = z
  .object({
    type: z.enum(['null', 'boolean', 'long', 'double', 'string', 'bytes', 'array', 'list', 'struct']),
    value: z.unknown().optional(),
  })
  .describe(
    'Result with its type. double and the items of array: a number, or NaN, Infinity, -Infinity, -0 as text; long: decimal text; bytes: base64; list: values; struct: values by field',
  );

export const resultJson = (value: Value): ResultJson => typedJson(fromValue(value));

const number = (value: number): number | string =>
  Object.is(value, -0) ? '-0' : Number.isFinite(value) ? value : String(value);

export function typedJson(value: ResultValue): ResultJson {
  switch (typeof value) {
    case 'boolean':
      return { type: 'boolean', value };
    case 'number':
      return { type: 'double', value: number(value) };
    case 'bigint':
      return { type: 'long', value: String(value) };
    case 'string':
      return { type: 'string', value };
    default:
      return value === null ? { type: 'null' } : composed(value);
  }
}

function composed(value: Exclude<ResultValue, null | boolean | number | bigint | string>): ResultJson {
  if (value instanceof Float64Array) return { type: 'array', value: Array.from(value, number) };
  if (value instanceof Uint8Array) return { type: 'bytes', value: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return { type: 'list', value: value.map(typedJson) };
  return {
    type: 'struct',
    value: Object.fromEntries(
      Object.entries(value as Record<string, ResultValue>).map(([name, field]) => [name, typedJson(field)]),
    ),
  };
}
