import type avro from 'avsc';
import { fieldsOf, itemsOf, namesOf, someOf, symbolsOf, valuesOf } from './avro-parts.ts';
import { type LogicalType, logicalTypeOf } from './avro-schema.ts';

/**
 * What one type reads of another by the rules of Avro, and yet not as it was meant: of another logical type, or a symbol for which only
 * an enum's default would stand, which no SDK puts in its place. Told is the first; undefined: there is none.
 */
export const meaningDifference = (reader: avro.Type, writer: avro.Type): string | undefined =>
  differenceAt({ reader, writer, path: '' }, new Map());

interface Step {
  readonly reader: avro.Type;
  readonly writer: avro.Type;
  readonly path: string;
}

/** Writers by reader: records may hold themselves. */
type Seen = Map<avro.Type, Set<avro.Type>>;

function differenceAt(step: Step, seen: Seen): string | undefined {
  const [reader, writer] = [someOf(step.reader), someOf(step.writer)];
  const writers = seen.get(reader) ?? new Set();
  if (writers.has(writer)) return undefined;
  seen.set(reader, writers.add(writer));
  const why = logicalDifference(reader, writer) ?? symbolDifference(reader, writer);
  if (why !== undefined) return `${step.path === '' ? '' : `field "${step.path}": `}${why}`;
  for (const inner of stepsInto({ reader, writer, path: step.path })) {
    const difference = differenceAt(inner, seen);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function stepsInto({ reader, writer, path }: Step): readonly Step[] {
  if (reader.typeName !== writer.typeName) return [];
  switch (reader.typeName) {
    case 'array':
      return [{ reader: itemsOf(reader), writer: itemsOf(writer), path: `${path}[]` }];
    case 'map':
      return [{ reader: valuesOf(reader), writer: valuesOf(writer), path: `${path}.*` }];
    case 'record':
      return fieldsOf(reader).flatMap((field) => {
        const names = namesOf(field);
        const source = fieldsOf(writer).find(({ name }) => names.includes(name));
        const at = path === '' ? field.name : `${path}.${field.name}`;
        return source ? [{ reader: field.type, writer: source.type, path: at }] : [];
      });
    default:
      return [];
  }
}

/** What is logical on one side only is read as what it is made of. */
function logicalDifference(reader: avro.Type, writer: avro.Type): string | undefined {
  const [readable, written] = [logicalTypeOf(reader), logicalTypeOf(writer)];
  if (!readable || !written) return undefined;
  const { name, precision, scale } = written;
  if (name === readable.name && precision === readable.precision && scale === readable.scale) return undefined;
  return `${textOf(written)} cannot be read as ${textOf(readable)}`;
}

const textOf = ({ name, precision, scale }: LogicalType): string =>
  precision === undefined ? name : `${name}(${precision}, ${scale})`;

function symbolDifference(reader: avro.Type, writer: avro.Type): string | undefined {
  if (reader.typeName !== 'enum' || writer.typeName !== 'enum') return undefined;
  const known = new Set(symbolsOf(reader));
  const symbol = symbolsOf(writer).find((one) => !known.has(one));
  if (symbol === undefined) return undefined;
  return `symbol ${symbol} is none of those that are read, and no default is put in its place`;
}
