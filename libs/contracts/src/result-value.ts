import { avroTypeOf } from './avro-types.ts';
import { ContractError } from './errors.ts';
import type { Value, ValueField } from './generated/types.ts';
import { limits } from './limits.ts';

/**
 * What an algorithm's result is in JavaScript. A number is a 64-bit float, NaN and infinities unchanged; a bigint is a 64-bit
 * integer; a Float64Array is a dense array; an array is a list of anything; a plain object is a struct.
 */
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

interface Budget {
  bytes: number;
}

/**
 * To the Avro record that travels.
 * @throws {ContractError} UNSUPPORTED_VALUE (a Date, a function, undefined, a bigint beyond 64 bits…), VALUE_TOO_DEEP beyond
 * `resultDepth`, VALUE_TOO_LARGE when it cannot fit `resultBytes`; each names the path.
 */
export const toValue = (value: ResultValue): Value => write(value, 'result', 0, { bytes: 0 });

function write(value: unknown, path: string, depth: number, budget: Budget): Value {
  if (depth > limits.resultDepth)
    throw new ContractError('VALUE_TOO_DEEP', `${path}: deeper than ${limits.resultDepth} levels (resultDepth)`);
  switch (typeof value) {
    case 'boolean':
      spend(budget, 2, path);
      return { value: { boolean: value } };
    case 'number':
      spend(budget, 9, path);
      return { value: { double: value } };
    case 'bigint':
      spend(budget, 2, path);
      if (BigInt.asIntN(64, value) !== value)
        throw new ContractError('UNSUPPORTED_VALUE', `${path}: ${value} does not fit 64 bits`);
      return { value: { long: value } };
    case 'string':
      spend(budget, Buffer.byteLength(value) + 2, path);
      return { value: { string: value } };
    case 'object':
      return value === null ? { value: null } : writeObject(value, path, depth, budget);
    default:
      throw new ContractError('UNSUPPORTED_VALUE', `${path}: a result cannot hold ${typeof value}`);
  }
}

function writeObject(value: object, path: string, depth: number, budget: Budget): Value {
  if (value instanceof Float64Array) {
    spend(budget, value.length * 8 + 2, path);
    return { value: { 'io.windlass.v1.DoubleArray': { items: Array.from(value) } } };
  }
  if (value instanceof Uint8Array) {
    spend(budget, value.length + 2, path);
    return { value: { bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength) } };
  }
  spend(budget, 2, path);
  if (Array.isArray(value)) {
    const items = value.map((item, index) => write(item, `${path}[${index}]`, depth + 1, budget));
    return { value: { 'io.windlass.v1.ValueList': { items } } };
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new ContractError(
      'UNSUPPORTED_VALUE',
      `${path}: a result cannot hold a ${value.constructor.name}; give its fields as a plain object`,
    );
  }
  const fields: ValueField[] = [];
  for (const [name, field] of Object.entries(value)) {
    if (name === '__proto__')
      throw new ContractError('UNSUPPORTED_VALUE', `${path}: a field cannot be named __proto__`);
    spend(budget, Buffer.byteLength(name) + 1, path);
    fields.push({ name, value: write(field, `${path}.${name}`, depth + 1, budget) });
  }
  return { value: { 'io.windlass.v1.ValueMap': { fields } } };
}

/** Counts at most what the encoding takes, so that nothing far too large is built; the encoding decides. */
function spend(budget: Budget, bytes: number, path: string): void {
  budget.bytes += bytes;
  if (budget.bytes > limits.resultBytes) {
    throw new ContractError(
      'VALUE_TOO_LARGE',
      `${path}: the result takes more than ${limits.resultBytes} bytes (resultBytes)`,
    );
  }
}

/** From the Avro record. @throws {ContractError} VALUE_TOO_DEEP beyond `resultDepth`. */
export const fromValue = (value: Value): ResultValue => read(value, 0);

function read({ value }: Value, depth: number): ResultValue {
  if (depth > limits.resultDepth)
    throw new ContractError('VALUE_TOO_DEEP', `deeper than ${limits.resultDepth} levels (resultDepth)`);
  if (value === null) return null;
  if ('double' in value) return value.double;
  if ('long' in value) return value.long;
  if ('boolean' in value) return value.boolean;
  if ('string' in value) return value.string;
  if ('bytes' in value) return new Uint8Array(value.bytes);
  if ('io.windlass.v1.DoubleArray' in value) return Float64Array.from(value['io.windlass.v1.DoubleArray'].items);
  if ('io.windlass.v1.ValueList' in value)
    return value['io.windlass.v1.ValueList'].items.map((item) => read(item, depth + 1));
  const { fields } = value['io.windlass.v1.ValueMap'];
  return Object.fromEntries(fields.map(({ name, value: field }) => [name, read(field, depth + 1)]));
}

/** The Avro type of a value alone, for storing results. */
const valueType = () => {
  const result = (avroTypeOf('results') as unknown as RecordLike).field('items').type.itemsType.field('result');
  return result.type.types[1]!;
};

interface RecordLike {
  field(name: string): { readonly type: { readonly itemsType: RecordLike; readonly types: readonly ValueType[] } };
}
interface ValueType {
  toBuffer(value: Value): Buffer;
  fromBuffer(bytes: Buffer): Value;
}
let cachedValueType: ValueType | undefined;

/**
 * Avro bytes of one value, without header. Whoever keeps what was accepted before gives a larger `limitBytes`.
 * @throws {ContractError} VALUE_TOO_LARGE beyond `limitBytes`, by default `resultBytes`.
 */
export function encodeValue(value: Value, limitBytes: number = limits.resultBytes): Buffer {
  const bytes = (cachedValueType ??= valueType()).toBuffer(value);
  if (bytes.length <= limitBytes) return bytes;
  throw new ContractError('VALUE_TOO_LARGE', `result of ${bytes.length} bytes, limit resultBytes is ${limitBytes}`);
}

/** @throws {ContractError} BAD_AVRO. */
export function decodeValue(bytes: Buffer): Value {
  try {
    return (cachedValueType ??= valueType()).fromBuffer(bytes);
  } catch (cause) {
    throw new ContractError('BAD_AVRO', `result value: ${(cause as Error).message}`, { cause });
  }
}
