import avro from 'avsc';
import type { ResultType } from '../model.ts';
import { isNullable } from './avro-parts.ts';

export type Shaped =
  { readonly ok: true; readonly shape: ResultType } | { readonly ok: false; readonly message: string };

/**
 * How values of an Avro type travel as results: a record is a struct, an enum a string, a fixed bytes, an int a long, a float a
 * double, a map a struct of any fields; a union of null and one other type is that type, optional as a field of a struct. A
 * logical type travels as what it is made of. Other unions have no counterpart.
 */
export function shapeOf(type: avro.Type): Shaped {
  try {
    const shape = shapeAt(type, [], 'result');
    return shape.type === 'none' || avro.Type.isType(type, 'union')
      ? { ok: false, message: 'a result as a whole is never null' }
      : { ok: true, shape };
  } catch (error) {
    if (error instanceof Shapeless) return { ok: false, message: error.message };
    throw error;
  }
}

class Shapeless extends Error {}

function shapeAt(type: avro.Type, above: readonly avro.Type[], path: string): ResultType {
  switch (type.typeName) {
    case 'null':
      return { type: 'none' };
    case 'boolean':
    case 'string':
    case 'bytes':
    case 'double':
    case 'long':
      return { type: type.typeName };
    case 'int':
      return { type: 'long' };
    case 'float':
      return { type: 'double' };
    case 'enum':
      return { type: 'string' };
    case 'fixed':
      return { type: 'bytes' };
    case 'array': {
      shapeAt((type as avro.types.ArrayType).itemsType, above, `${path}[]`);
      return { type: 'array' };
    }
    case 'map': {
      shapeAt((type as avro.types.MapType).valuesType, above, `${path}.*`);
      return { type: 'struct' };
    }
    case 'record':
      return recordShape(type as avro.types.RecordType, above, path);
    case 'union:wrapped':
    case 'union:unwrapped':
      return unionShape((type as avro.types.UnwrappedUnionType).types, above, path);
    default:
      throw new Shapeless(`${path}: ${type.typeName} has no counterpart among results`);
  }
}

/** A record within itself is a struct of any fields: how deep values go is not known. */
function recordShape(type: avro.types.RecordType, above: readonly avro.Type[], path: string): ResultType {
  if (above.includes(type)) return { type: 'struct' };
  const inside = [...above, type];
  const fields = type.fields.map(
    (field) =>
      [
        field.name,
        {
          ...shapeAt(field.type, inside, `${path}.${field.name}`),
          ...(isNullable(field.type) && { optional: true }),
        },
      ] as const,
  );
  return { type: 'struct', fields: Object.fromEntries(fields) };
}

function unionShape(types: readonly avro.Type[], above: readonly avro.Type[], path: string): ResultType {
  const some = types.filter(({ typeName }) => typeName !== 'null');
  if (some.length !== 1 || types.length !== 2)
    throw new Shapeless(
      `${path}: a union of ${types.map(({ typeName }) => typeName).join(', ')} has no counterpart; null and one other type has`,
    );
  return shapeAt(some[0]!, above, path);
}
