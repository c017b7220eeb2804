import type { ResultType } from '@windlass/dag';

/** A result: a number is a 64-bit float, a bigint a 64-bit integer, a Float64Array a dense array, a plain object a struct. */
export type ResultValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Float64Array
  | readonly ResultValue[]
  | { readonly [field: string]: ResultValue };

type Struct = { readonly [field: string]: ResultValue };

const isBytes = (value: ResultValue): value is Uint8Array => value instanceof Uint8Array;
const isDense = (value: ResultValue): value is Float64Array => value instanceof Float64Array;
const isList = (value: ResultValue): value is readonly ResultValue[] => Array.isArray(value);
const isStruct = (value: ResultValue): value is Struct =>
  typeof value === 'object' && value !== null && !isBytes(value) && !isDense(value) && !isList(value);

/** The same bits: NaN equals NaN, 0 differs from -0, 1 (float) differs from 1n (integer). The order of struct fields does not count. */
export function sameValue(a: ResultValue, b: ResultValue): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isBytes(a)) return isBytes(b) && sameItems(a, b);
  if (isDense(a)) return isDense(b) && sameItems(a, b);
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]!));
  if (!isStruct(a) || !isStruct(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && sameValue(a[name]!, b[name]!))
  );
}

function sameItems(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** What the value takes when encoded (schemas/results, `Value`), in bytes. */
export function sizeOf(value: ResultValue): number {
  switch (typeof value) {
    case 'boolean':
      return 2;
    case 'number':
      return 9;
    case 'bigint':
      return 1 + longBytes(Number(value));
    case 'string':
      return 1 + textBytes(value);
    case 'object':
      return value === null ? 1 : sizeOfParts(value);
    default:
      return value satisfies never;
  }
}

function sizeOfParts(value: Exclude<ResultValue, null | boolean | number | bigint | string>): number {
  if (isBytes(value)) return 1 + longBytes(value.length) + value.length;
  if (isDense(value)) return 1 + blockBytes(value.length, value.length * 8);
  if (isList(value)) return 1 + blockBytes(value.length, sum(value, sizeOf));
  const fields = Object.entries(value as Struct);
  return (
    1 +
    blockBytes(
      fields.length,
      sum(fields, ([name, item]) => textBytes(name) + sizeOf(item)),
    )
  );
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((all, item) => all + of(item), 0);

/** An array as one block of so many items, and the end of the blocks. */
const blockBytes = (count: number, itemBytes: number): number => (count === 0 ? 1 : longBytes(count) + itemBytes + 1);

/** Seven bits a byte, the sign in the lowest (zigzag). */
function longBytes(value: number): number {
  let bytes = 1;
  for (let least = 64; bytes < 10 && (value < -least || value >= least); least *= 128) bytes++;
  return bytes;
}

/** Its length, then UTF-8. */
export function textBytes(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes++;
    else if (unit < 0x800) bytes += 2;
    else if (isPair(unit, text.charCodeAt(i + 1))) {
      bytes += 4;
      i++;
    } else bytes += 3;
  }
  return longBytes(bytes) + bytes;
}

/** A high surrogate with its low one: one character. */
const isPair = (unit: number, next: number): boolean =>
  unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000;

/**
 * Why a value is not of the declared type; null: it is. A field of a struct may be null (not known); fields that the type
 * does not name are let through, those it names must be there.
 */
export function mismatch(value: ResultValue, type: ResultType, path = 'result'): string | null {
  const bad = () => `${path}: expected ${type.type}, got ${kindOf(value)}`;
  switch (type.type) {
    case 'none':
      return value === null ? null : bad();
    case 'double':
      return typeof value === 'number' ? null : bad();
    case 'long':
      return typeof value === 'bigint' ? null : bad();
    case 'boolean':
      return typeof value === 'boolean' ? null : bad();
    case 'string':
      return typeof value === 'string' ? null : bad();
    case 'bytes':
      return isBytes(value) ? null : bad();
    case 'array':
      return isDense(value) || isList(value) ? null : bad();
    case 'struct':
      return isStruct(value) ? structMismatch(value, type, path) : bad();
    default:
      return type.type satisfies never;
  }
}

function structMismatch(value: Struct, { fields = {} }: ResultType, path: string): string | null {
  for (const [name, type] of Object.entries(fields)) {
    if (!Object.hasOwn(value, name)) return `${path}.${name}: missing`;
    const field = value[name]!;
    const problem = field === null ? null : mismatch(field, type, `${path}.${name}`);
    if (problem !== null) return problem;
  }
  return null;
}

function kindOf(value: ResultValue): string {
  if (value === null) return 'nothing';
  if (typeof value === 'number') return 'double';
  if (typeof value === 'bigint') return 'long';
  if (isBytes(value)) return 'bytes';
  if (isDense(value) || isList(value)) return 'array';
  return typeof value === 'object' ? 'struct' : typeof value;
}
