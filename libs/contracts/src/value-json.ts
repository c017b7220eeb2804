import { doubleFromJson, doubleToJson } from './double-json.ts';
import { ContractError } from './errors.ts';
import type { Value } from './generated/types.ts';

/**
 * A result value as JSON, with its type: `{"type":"double","value":"NaN"}`. A `long` is decimal text, `bytes` are base64, an `array`
 * holds doubles, a `list` values, a `struct` its fields in order, each with name and value.
 */
export type ValueJson =
  | { readonly type: 'null' }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'long' | 'string' | 'bytes'; readonly value: string }
  | { readonly type: 'double'; readonly value: number | string }
  | { readonly type: 'array'; readonly value: readonly (number | string)[] }
  | { readonly type: 'list'; readonly value: readonly ValueJson[] }
  | { readonly type: 'struct'; readonly value: readonly { readonly name: string; readonly value: ValueJson }[] };

export function valueToJson({ value }: Value): ValueJson {
  if (value === null) return { type: 'null' };
  if ('double' in value) return { type: 'double', value: doubleToJson(value.double) };
  if ('long' in value) return { type: 'long', value: String(value.long) };
  if ('boolean' in value) return { type: 'boolean', value: value.boolean };
  if ('string' in value) return { type: 'string', value: value.string };
  if ('bytes' in value) return { type: 'bytes', value: value.bytes.toString('base64') };
  if ('io.windlass.v1.DoubleArray' in value)
    return { type: 'array', value: value['io.windlass.v1.DoubleArray'].items.map(doubleToJson) };
  if ('io.windlass.v1.ValueList' in value)
    return { type: 'list', value: value['io.windlass.v1.ValueList'].items.map(valueToJson) };
  const { fields } = value['io.windlass.v1.ValueMap'];
  return { type: 'struct', value: fields.map((field) => ({ name: field.name, value: valueToJson(field.value) })) };
}

/** @throws {ContractError} INVALID_MESSAGE naming the place. */
export function valueFromJson(json: unknown, path = 'value'): Value {
  const { type, value } = (json ?? {}) as { readonly type?: unknown; readonly value?: any };
  switch (type) {
    case 'null':
      return { value: null };
    case 'boolean':
      if (typeof value === 'boolean') return { value: { boolean: value } };
      break;
    case 'long':
      if (typeof value === 'string' && /^-?\d{1,19}$/.test(value)) return { value: { long: BigInt(value) } };
      break;
    case 'double':
      return { value: { double: doubleFromJson(value, path) } };
    case 'string':
      if (typeof value === 'string') return { value: { string: value } };
      break;
    case 'bytes':
      if (typeof value === 'string') return { value: { bytes: Buffer.from(value, 'base64') } };
      break;
    case 'array':
      if (Array.isArray(value)) {
        const items = value.map((item, at) => doubleFromJson(item, `${path}[${at}]`));
        return { value: { 'io.windlass.v1.DoubleArray': { items } } };
      }
      break;
    case 'list':
      if (Array.isArray(value)) {
        const items = value.map((item, at) => valueFromJson(item, `${path}[${at}]`));
        return { value: { 'io.windlass.v1.ValueList': { items } } };
      }
      break;
    case 'struct':
      if (Array.isArray(value) && value.every((field) => typeof field?.name === 'string')) {
        const fields = value.map(({ name, value: field }) => ({
          name,
          value: valueFromJson(field, `${path}.${name}`),
        }));
        return { value: { 'io.windlass.v1.ValueMap': { fields } } };
      }
  }
  const shown = String(JSON.stringify(json)).slice(0, 60);
  throw new ContractError(
    'INVALID_MESSAGE',
    `${path} must be a value with its type, such as {"type":"double","value":1.5}, is ${shown}`,
  );
}
