import { doubleFromJson, doubleToJson } from './double-json.ts';
import { ContractError } from './errors.ts';
import { schemaOf, type SchemaFamily } from './families.ts';
import type { FamilyValues } from './generated/families.ts';
import type { Value } from './generated/types.ts';
import { valueFromJson, valueToJson } from './value-json.ts';

type Schema = string | readonly Schema[] | Readonly<Record<string, any>>;
type Json = unknown;
type Convert = (schema: Schema, value: unknown, path: string) => unknown;

/**
 * A record as JSON that any language can read, exact: fields by name, an enum as its symbol, a union as what it holds, times and
 * counts as whole numbers, a double that JSON lacks as text (`NaN`, `Infinity`, `-Infinity`, `-0`), a `Value` with its type
 * (docs/reference/processor-protocol.md, "Records as JSON").
 */
export const recordToJson = <F extends SchemaFamily>(family: F, record: FamilyValues[F]): Json =>
  walker(family, {
    value: (value) => valueToJson(value as Value),
    double: (value) => doubleToJson(value as number),
  })(record);

/**
 * The record of such JSON; a field that is left out takes its default.
 * @throws {ContractError} INVALID_MESSAGE naming the field.
 */
export const recordFromJson = <F extends SchemaFamily>(family: F, json: Json): FamilyValues[F] =>
  walker(family, { value: valueFromJson, double: doubleFromJson })(json) as FamilyValues[F];

interface Leaves {
  value(value: unknown, path: string): unknown;
  double(value: unknown, path: string): unknown;
}

function walker(family: SchemaFamily, leaves: Leaves): (value: unknown) => unknown {
  const named = new Map<string, Schema>();
  const convert: Convert = (schema, value, path) => {
    if (typeof schema === 'string') return primitive(schema, value, path);
    if (Array.isArray(schema)) return branch(schema as readonly Schema[], value, path);
    const { type, name, fields, items, values } = schema as Readonly<Record<string, any>>;
    if (name !== undefined) named.set(name, schema);
    switch (type) {
      case 'record':
        return name === 'Value' ? leaves.value(value, path) : record(fields, value, path);
      case 'array':
        if (!Array.isArray(value)) throw wrong(path, 'a list', value);
        return value.map((item, at) => convert(items, item, `${path}[${at}]`));
      case 'map':
        return Object.fromEntries(
          Object.entries(asObject(value, path)).map(([key, one]) => [key, convert(values, one, `${path}.${key}`)]),
        );
      case 'enum':
        if (!(schema as { symbols: readonly unknown[] }).symbols.includes(value))
          throw wrong(path, `one of ${(schema as { symbols: readonly string[] }).symbols.join(', ')}`, value);
        return value;
      default:
        return convert(type, value, path);
    }
  };
  const primitive = (type: string, value: unknown, path: string): unknown => {
    const known = named.get(type);
    if (known) return convert(known, value, path);
    if (type === 'double') return leaves.double(value, path);
    const fits =
      type === 'int' || type === 'long'
        ? Number.isSafeInteger(value)
        : type === 'null'
          ? value === null
          : typeof value === type;
    if (!fits) throw wrong(path, type, value);
    return value;
  };
  const branch = (branches: readonly Schema[], value: unknown, path: string): unknown => {
    if (value === null) return null;
    const some = branches.filter((one) => one !== 'null');
    if (some.length === 1) return convert(some[0]!, value, path);
    if (typeof value === 'boolean') return value;
    // Of the unions with several branches only metadata is left: null, boolean, double or text.
    return typeof value === 'string' ? value : leaves.double(value, path);
  };
  const record = (fields: readonly Readonly<Record<string, any>>[], value: unknown, path: string) => {
    const given = asObject(value, path);
    return Object.fromEntries(
      fields.map(({ name, type, default: fallback }) => {
        const one = given[name] === undefined ? fallback : given[name];
        if (one === undefined) throw wrong(`${path}.${name}`, 'a value', one);
        return [name, convert(type, one, `${path}.${name}`)];
      }),
    );
  };
  return (value) => convert(schemaOf(family), value, family);
}

function asObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw wrong(path, 'an object', value);
}

const wrong = (path: string, expected: string, found: unknown): ContractError =>
  new ContractError('INVALID_MESSAGE', `${path} must be ${expected}, is ${String(JSON.stringify(found)).slice(0, 60)}`);
