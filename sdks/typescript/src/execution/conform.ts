import type { ResultValue } from '@windlass/contracts';
import type { ResultType } from '../definition/result-type.ts';
import { conformAvro } from './conform-avro.ts';
import { mismatch } from './mismatch.ts';

/**
 * What an algorithm returned, as its declared type; a whole number is taken for a long, nothing for `none`, null where it is optional.
 * @throws AnswerFault BAD_RESULT naming the field.
 */
export function conform(type: ResultType<any>, value: unknown, path = 'result'): ResultValue {
  if (type.optional && value === null) return null;
  switch (type.type) {
    case 'none':
      if (value === undefined || value === null) return null;
      break;
    case 'double':
      if (typeof value === 'number') return value;
      break;
    case 'long':
      if (typeof value === 'bigint') return value;
      if (Number.isSafeInteger(value)) return BigInt(value as number);
      break;
    case 'boolean':
      if (typeof value === 'boolean') return value;
      break;
    case 'string':
      if (typeof value === 'string') return value;
      break;
    case 'bytes':
      if (value instanceof Uint8Array) return value;
      break;
    case 'array':
      if (value instanceof Float64Array || Array.isArray(value)) return value as ResultValue;
      break;
    case 'avro':
      return conformAvro(type.avro!, value, path);
    case 'struct':
      if (isPlainObject(value)) return conformStruct(type, value, path);
      break;
    default:
      type.type satisfies never;
  }
  throw mismatch({ path, expected: type.type, found: value });
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

function conformStruct({ fields = {} }: ResultType, value: Record<string, unknown>, path: string): ResultValue {
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) {
    throw mismatch({ path: `${path}.${unknown}`, expected: 'no such field', found: value[unknown] });
  }
  const names = Object.entries(fields);
  return Object.fromEntries(names.map(([name, type]) => [name, conform(type, value[name], `${path}.${name}`)]));
}
