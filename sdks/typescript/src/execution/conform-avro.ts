import { avroTypeOfSchema, type AvroType, type ResultValue } from '@windlass/contracts';
import { mismatch } from './mismatch.ts';

/** What of an avsc type is looked at here. */
interface Shape extends AvroType {
  readonly itemsType: Shape;
  readonly valuesType: Shape;
  readonly types: readonly Shape[];
  readonly fields: readonly {
    readonly name: string;
    readonly type: Shape;
    readonly aliases: readonly string[];
    defaultValue(): unknown;
  }[];
  readonly symbols: readonly string[];
  readonly size: number;
}

const parsed = new WeakMap<object, Shape>();

/** @throws ContractError INCOMPATIBLE_SCHEMA when it is no Avro schema. */
export function avroShape(schema: object): Shape {
  let shape = parsed.get(schema);
  if (!shape) parsed.set(schema, (shape = avroTypeOfSchema(schema) as Shape));
  return shape;
}

/**
 * What an algorithm returned, as its Avro schema says: a whole number is taken for an int or a long (and travels as a
 * 64-bit integer), a float as a double, an enum as its symbol; a field that is absent takes its default, or null where it may be.
 * @throws AnswerFault BAD_RESULT naming the field.
 */
export const conformAvro = (schema: object, value: unknown, path = 'result'): ResultValue =>
  take(avroShape(schema), value, { path, isRead: false });

/**
 * A result of another algorithm as the schema with which it is read says, by the rules of Avro schema resolution: fields that the
 * reader does not know are left out, those that the writer lacks take their default, a field is also known by its aliases.
 */
export const readAvro = (schema: object, value: unknown, path: string): ResultValue =>
  take(avroShape(schema), value, { path, isRead: true });

interface At {
  readonly path: string;
  readonly isRead: boolean;
}
const below = ({ path, isRead }: At, step: string): At => ({ path: `${path}${step}`, isRead });

const MAX_INT = 2n ** 31n;

function take(type: Shape, value: unknown, at: At): ResultValue {
  const bad = (expected: string = type.typeName) => mismatch({ path: at.path, expected, found: value });
  switch (type.typeName) {
    case 'null':
      if (value === null || value === undefined) return null;
      throw bad();
    case 'boolean':
      if (typeof value === 'boolean') return value;
      throw bad();
    case 'int':
    case 'long': {
      const whole = Number.isSafeInteger(value) ? BigInt(value as number) : value;
      if (typeof whole !== 'bigint') throw bad();
      if (type.typeName === 'int' && (whole < -MAX_INT || whole >= MAX_INT)) throw bad();
      return whole;
    }
    case 'float':
    case 'double':
      if (typeof value === 'number') return value;
      if (typeof value === 'bigint') return Number(value);
      throw bad();
    case 'string':
      if (typeof value === 'string') return value;
      if (at.isRead && value instanceof Uint8Array) return new TextDecoder().decode(value);
      throw bad();
    case 'enum':
      if (typeof value === 'string' && type.symbols.includes(value)) return value;
      throw bad(`one of ${type.symbols.join(', ')}`);
    case 'bytes':
      if (value instanceof Uint8Array) return value;
      if (at.isRead && typeof value === 'string') return new TextEncoder().encode(value);
      throw bad();
    case 'fixed':
      if (value instanceof Uint8Array && value.length === type.size) return value;
      throw bad(`${type.size} bytes`);
    case 'array':
      return takeArray(type, value, at);
    case 'map':
      return takeMap(type, value, at);
    case 'record':
      return takeRecord(type, value, at);
    case 'union:wrapped':
    case 'union:unwrapped': {
      if (value === null || value === undefined) return null;
      return take(
        type.types.find(({ typeName }) => typeName !== 'null')!,
        value,
        at,
      );
    }
    default:
      throw bad();
  }
}

function takeArray({ itemsType }: Shape, value: unknown, at: At): ResultValue {
  if (value instanceof Float64Array && (itemsType.typeName === 'double' || itemsType.typeName === 'float'))
    return value;
  if (!Array.isArray(value))
    throw mismatch({ path: at.path, expected: `array of ${itemsType.typeName}`, found: value });
  return value.map((item, i) => take(itemsType, item, below(at, `[${i}]`)));
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

function takeMap({ valuesType }: Shape, value: unknown, at: At): ResultValue {
  if (!isPlainObject(value)) throw mismatch({ path: at.path, expected: 'map', found: value });
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, take(valuesType, one, below(at, `.${key}`))]),
  );
}

function takeRecord({ fields, name }: Shape, value: unknown, at: At): ResultValue {
  if (!isPlainObject(value))
    throw mismatch({ path: at.path, expected: `record ${name ?? ''}`.trimEnd(), found: value });
  const unknown = at.isRead ? undefined : Object.keys(value).find((key) => fields.every((field) => field.name !== key));
  if (unknown !== undefined)
    throw mismatch({ path: `${at.path}.${unknown}`, expected: 'no such field', found: value[unknown] });
  return Object.fromEntries(
    fields.map((field) => {
      const names = at.isRead ? [field.name, ...field.aliases] : [field.name];
      const given = names.map((one) => value[one]).find((one) => one !== undefined);
      const taken = take(field.type, given === undefined ? field.defaultValue() : given, below(at, `.${field.name}`));
      return [field.name, taken];
    }),
  );
}
