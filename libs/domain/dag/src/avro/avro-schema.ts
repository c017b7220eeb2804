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
      type: avro.Type.forSchema(schema as Parameters<typeof avro.Type.forSchema>[0], { registry: {} }),
    };
  } catch (error) {
    return { ok: false, message: `not an Avro schema: ${error instanceof Error ? error.message : String(error)}` };
  }
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
