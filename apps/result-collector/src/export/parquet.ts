import { ByteWriter, ParquetWriter, type ColumnSource, type SchemaElement } from 'hyparquet-writer';
import type { KnownOutcome } from '../ports.ts';
import type { Cell, Column } from './columns.ts';
import type { Pages } from './export-results.ts';
import type { Shape } from './shape.ts';

/** A row group ends when it has so many rows, or so many numbers and characters: what is held in memory. */
const GROUP_ROWS = 10_000;
const GROUP_WEIGHT = 2_000_000;

/**
 * A Parquet file: lists as `LIST` (three levels), structs as groups, times as `TIMESTAMP_MICROS` in UTC, snappy. Units of columns are in
 * the file's metadata (`windlass.unit.<column>`).
 */
export async function* parquetBytes(pages: Pages, columns: readonly Column[]): AsyncGenerator<Uint8Array> {
  const out = new ByteWriter();
  const writer = new ParquetWriter({
    writer: out,
    schema: schemaOf(columns),
    createdBy: 'windlass',
    kvMetadata: columns.flatMap(({ name, unit }) =>
      unit === null ? [] : [{ key: `windlass.unit.${name}`, value: unit }],
    ),
  });
  for await (const rows of rowGroups(pages, columns)) {
    const columnData = columns.map(({ name }, index): ColumnSource => ({
      name,
      data: rows.map((row) => row[index]!),
      ...plain(name),
    }));
    await writer.write({ columnData, rowGroupSize: rows.length });
    yield taken(out);
  }
  await writer.finish();
  yield taken(out);
}

/** A dictionary would take 0 and -0 for the same. */
const plain = (name: string): Partial<ColumnSource> =>
  name.startsWith('result_') && name !== 'result_type' ? { encoding: 'PLAIN' } : {};

/** What was written since; positions in the file go on. */
function taken(out: ByteWriter): Uint8Array {
  const bytes = out.getBytes().slice();
  out.index = 0;
  return bytes;
}

type Row = readonly Cell[];

async function* rowGroups(pages: Pages, columns: readonly Column[]): AsyncGenerator<readonly Row[]> {
  let rows: Row[] = [];
  let weight = 0;
  for await (const page of pages) {
    for (const result of page) {
      rows.push(columns.map((column) => column.of(result)));
      weight += weightOf(result);
      if (rows.length < GROUP_ROWS && weight < GROUP_WEIGHT) continue;
      yield rows;
      rows = [];
      weight = 0;
    }
  }
  if (rows.length > 0) yield rows;
}

function weightOf({ result }: KnownOutcome): number {
  const value = result?.value;
  if (!value) return 1;
  if ('io.windlass.v1.DoubleArray' in value) return value['io.windlass.v1.DoubleArray'].items.length;
  if ('string' in value) return value.string.length;
  if ('bytes' in value) return value.bytes.length;
  return 'double' in value || 'long' in value || 'boolean' in value ? 1 : JSON.stringify(value, small).length;
}

/** JSON knows no bigint. */
const small = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? 0 : value);

const schemaOf = (columns: readonly Column[]): SchemaElement[] => [
  { name: 'result', num_children: columns.length },
  ...columns.flatMap(({ name, shape }) => elementsOf(name, shape)),
];

function elementsOf(name: string, shape: Shape): SchemaElement[] {
  const optional = { name, repetition_type: 'OPTIONAL' } as const;
  if (typeof shape === 'string') return [{ ...optional, ...leaf[shape] }];
  if ('list' in shape) {
    return [
      { ...optional, converted_type: 'LIST', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      ...elementsOf('element', shape.list),
    ];
  }
  const fields = [...shape.struct].flatMap(([field, inner]) => elementsOf(field, inner));
  return [{ ...optional, num_children: shape.struct.size }, ...fields];
}

const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;

const leaf: Readonly<Record<Extract<Shape, string>, Partial<SchemaElement>>> = {
  null: text,
  boolean: { type: 'BOOLEAN' },
  int32: { type: 'INT32' },
  int64: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  string: text,
  json: text,
  bytes: { type: 'BYTE_ARRAY' },
  timestamp: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
  },
};
