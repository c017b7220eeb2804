import avro from 'avsc';

/** Limits of a schema of a team's own. */
export const MAX_AVRO_BYTES = 65_536;
/** Levels of its JSON; a result has at most 32 levels of values, each of which takes two or three of these. */
export const MAX_AVRO_LEVELS = 100;

/** The JSON of an Avro schema, as somebody declared it. */
export type AvroSchema = Readonly<Record<string, unknown>>;

export type ParsedAvro =
  { readonly ok: true; readonly type: avro.Type } | { readonly ok: false; readonly message: string };

/** Schemas are shared by revisions: each is parsed once. */
const parsed = new WeakMap<AvroSchema, ParsedAvro>();

/** What a schema says of values beside what they are made of. Of a decimal with how many digits, and how many behind the point. */
export interface LogicalType {
  readonly name: string;
  readonly precision?: number;
  readonly scale?: number;
}

/** Those of the specification: others mean nothing to a reader (Avro 1.12, logical types). */
const LOGICAL_TYPES: ReadonlySet<unknown> = new Set([
  'decimal',
  'big-decimal',
  'uuid',
  'date',
  'time-millis',
  'time-micros',
  'timestamp-millis',
  'timestamp-micros',
  'timestamp-nanos',
  'local-timestamp-millis',
  'local-timestamp-micros',
  'local-timestamp-nanos',
  'duration',
]);

const logicalTypes = new WeakMap<avro.Type, LogicalType>();

/** What a type of a parsed schema is logically; undefined: what it is made of. */
export const logicalTypeOf = (type: avro.Type): LogicalType | undefined => logicalTypes.get(type);

/** Reads a schema. Logical types are what they are made of: a `timestamp-micros` is a long. */
export function parseAvro(schema: AvroSchema): ParsedAvro {
  let known = parsed.get(schema);
  if (!known) parsed.set(schema, (known = parse(schema)));
  return known;
}

function parse(schema: AvroSchema): ParsedAvro {
  const problem = limitProblem(schema);
  if (problem !== undefined) return { ok: false, message: problem };
  try {
    return {
      ok: true,
      type: avro.Type.forSchema(schema as AnySchema, { registry: {}, typeHook: remembering }),
    };
  } catch (error) {
    return { ok: false, message: `not an Avro schema: ${error instanceof Error ? error.message : String(error)}` };
  }
}

type AnySchema = Parameters<typeof avro.Type.forSchema>[0];

/** A type of its own for what is logical, because only that tells one long from another. */
function remembering(schema: AnySchema, options: Parameters<typeof avro.Type.forSchema>[1]): avro.Type | undefined {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return undefined;
  const { logicalType: name, ...made } = schema as AvroSchema;
  if (typeof name !== 'string' || !LOGICAL_TYPES.has(name)) return undefined;
  const type = avro.Type.forSchema(made as unknown as AnySchema, options);
  const { precision, scale = 0 } = made;
  logicalTypes.set(type, name === 'decimal' ? { name, precision: Number(precision), scale: Number(scale) } : { name });
  return type;
}

/** Looked at before anything is made of the schema. */
function limitProblem(schema: AvroSchema): string | undefined {
  if (levelsBeyond(schema, MAX_AVRO_LEVELS)) return `deeper than ${MAX_AVRO_LEVELS} levels`;
  const bytes = new TextEncoder().encode(JSON.stringify(schema)).length;
  return bytes > MAX_AVRO_BYTES ? `a schema of ${bytes} bytes; the limit is ${MAX_AVRO_BYTES}` : undefined;
}

const levelsBeyond = (value: unknown, left: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (left === 0 || Object.values(value).some((one) => levelsBeyond(one, left - 1)));
