import type { ResultValue } from '@windlass/contracts';

/** The type of a column: what all its values are, each of which may also be null. `json`: they are of types that do not go together. */
export type Shape =
  | 'null'
  | 'boolean'
  | 'int32'
  | 'int64'
  | 'double'
  | 'string'
  | 'bytes'
  | 'timestamp'
  | 'json'
  | { readonly list: Shape }
  | { readonly struct: ReadonlyMap<string, Shape> };

/** A struct with more fields is `json`. */
const MAX_FIELDS = 1_000;

export function shapeOf(value: ResultValue): Shape {
  switch (typeof value) {
    case 'boolean':
      return 'boolean';
    case 'number':
      return 'double';
    case 'bigint':
      return 'int64';
    case 'string':
      return 'string';
    default:
      return value === null ? 'null' : composedShape(value);
  }
}

function composedShape(value: Exclude<ResultValue, null | boolean | number | bigint | string>): Shape {
  if (value instanceof Float64Array) return { list: 'double' };
  if (value instanceof Uint8Array) return 'bytes';
  if (Array.isArray(value)) {
    return {
      list: (value as readonly ResultValue[]).reduce<Shape>((shape, item) => mergeShapes(shape, shapeOf(item)), 'null'),
    };
  }
  return structOf(Object.entries(value).map(([name, field]) => [name, shapeOf(field as ResultValue)]));
}

/** A struct without fields has no column to be written in. */
const structOf = (fields: readonly (readonly [string, Shape])[]): Shape =>
  fields.length === 0 || fields.length > MAX_FIELDS ? 'json' : { struct: new Map(fields) };

/** The narrowest type that holds the values of both. Commutative and associative. */
export function mergeShapes(a: Shape, b: Shape): Shape {
  if (a === b || b === 'null') return a;
  if (a === 'null') return b;
  if (typeof a === 'string' || typeof b === 'string') return 'json';
  if ('list' in a) return 'list' in b ? { list: mergeShapes(a.list, b.list) } : 'json';
  if ('list' in b) return 'json';
  const names = [...new Set([...a.struct.keys(), ...b.struct.keys()])].toSorted();
  return structOf(names.map((name) => [name, mergeShapes(a.struct.get(name) ?? 'null', b.struct.get(name) ?? 'null')]));
}

/** What a format can write: what is never anything but null is text, and a struct's fields are in order of their names. */
export function settled(shape: Shape): Shape {
  if (shape === 'null') return 'string';
  if (typeof shape === 'string') return shape;
  if ('list' in shape) return { list: settled(shape.list) };
  const fields = [...shape.struct].map(([name, field]): [string, Shape] => [name, settled(field)]);
  return { struct: new Map(fields.toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}
