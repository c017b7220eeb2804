import type avro from 'avsc';
import { meaningDifference } from './avro-meaning.ts';
import { itemsOf, nameOf, namesOf } from './avro-parts.ts';
import { type AvroSchema, parseAvro } from './avro-schema.ts';

/** Verdicts by reader, then writer. */
const known = new WeakMap<AvroSchema, WeakMap<AvroSchema, { readonly difference: string | undefined }>>();

/** Why what the one schema writes cannot be read by the other (Avro schema resolution, logical types too); undefined: it can. Both parse. */
export function avroDifference(reader: AvroSchema, writer: AvroSchema): string | undefined {
  const verdicts = known.get(reader) ?? new WeakMap();
  known.set(reader, verdicts);
  let verdict = verdicts.get(writer);
  if (!verdict) verdicts.set(writer, (verdict = { difference: judge(reader, writer) }));
  return verdict.difference;
}

function judge(reader: AvroSchema, writer: AvroSchema): string | undefined {
  const [readable, written] = [parseAvro(reader), parseAvro(writer)];
  if (!readable.ok || !written.ok) return 'not an Avro schema';
  return (
    differenceAt(readable.type, written.type, { path: '', depth: 0 }) ?? meaningDifference(readable.type, written.type)
  );
}

/** Levels below which the place of a difference is not told any more exactly. */
const MAX_DEPTH = 32;

/** The difference, told where it is: in the first field whose type does not fit. */
function differenceAt(reader: avro.Type, writer: avro.Type, at: { path: string; depth: number }): string | undefined {
  const why = resolutionError(reader, writer);
  if (why === undefined) return undefined;
  const inner = at.depth < MAX_DEPTH ? innerDifference(reader, writer, at) : undefined;
  return inner ?? `${at.path === '' ? '' : `field "${at.path}": `}${why}`;
}

function innerDifference(
  reader: avro.Type,
  writer: avro.Type,
  at: { path: string; depth: number },
): string | undefined {
  if (reader.typeName === 'array' && writer.typeName === 'array')
    return differenceAt(itemsOf(reader), itemsOf(writer), below(at, '[]'));
  if (reader.typeName !== 'record' || writer.typeName !== 'record') return undefined;
  const written = new Map((writer as avro.types.RecordType).fields.map((field) => [field.name, field]));
  for (const field of (reader as avro.types.RecordType).fields) {
    const source = namesOf(field).flatMap((name) => written.get(name) ?? [])[0];
    const path = below(at, `${at.path === '' ? '' : '.'}${field.name}`);
    if (!source && field.defaultValue() === undefined)
      return `it has no field "${path.path}", which is read and has no default`;
    const difference = source && differenceAt(field.type, source.type, path);
    if (difference) return difference;
  }
  return undefined;
}

const below = ({ path, depth }: { path: string; depth: number }, step: string) => ({
  path: `${path}${step}`,
  depth: depth + 1,
});

function resolutionError(reader: avro.Type, writer: avro.Type): string | undefined {
  try {
    reader.createResolver(writer);
    return undefined;
  } catch (error) {
    return `${nameOf(writer)} cannot be read as ${nameOf(reader)} (${error instanceof Error ? error.message : String(error)})`;
  }
}
