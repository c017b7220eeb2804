import {
  Binary,
  Bool,
  Data,
  DataType,
  Field,
  Float64,
  Int32,
  Int64,
  List,
  makeBuilder,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';
import type { Cell, Column } from './columns.ts';
import type { Pages } from './export-results.ts';
import type { Shape } from './shape.ts';

/** The end of a stream: a continuation marker, and no length. */
const END = Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0);

/**
 * An Arrow IPC stream, one batch a page: lists and structs nested, times in microseconds and UTC, the unit of a column in its
 * field's metadata (`unit`).
 */
export async function* arrowBytes(pages: Pages, columns: readonly Column[]): AsyncGenerator<Uint8Array> {
  const schema = new Schema(columns.map(fieldOf));
  const head = messageOf(schema, []);
  yield head;
  for await (const page of pages) {
    const children = columns.map((column) =>
      dataOf(
        column.shape,
        page.map((result) => column.of(result)),
      ),
    );
    const data = makeData({ type: new Struct(schema.fields), length: page.length, nullCount: 0, children });
    yield messageOf(schema, [new RecordBatch(schema, data)]).subarray(head.length);
  }
  yield END;
}

/** The stream of these batches, without its end; it begins with the schema, which is always the same bytes. */
function messageOf(schema: Schema, batches: readonly RecordBatch[]): Uint8Array {
  const writer = new RecordBatchStreamWriter();
  writer.reset(undefined, schema);
  for (const batch of batches) writer.write(batch);
  writer.finish();
  const bytes = writer.toUint8Array(true);
  return bytes.subarray(0, bytes.length - END.length);
}

function fieldOf({ name, shape, unit }: Column): Field {
  return new Field(name, typeOf(shape), true, unit === null ? undefined : new Map([['unit', unit]]));
}

function typeOf(shape: Shape): DataType {
  if (typeof shape === 'string') return leaf[shape]();
  if ('list' in shape) return new List(new Field('item', typeOf(shape.list), true));
  return new Struct([...shape.struct].map(([name, field]) => new Field(name, typeOf(field), true)));
}

const leaf: Readonly<Record<Extract<Shape, string>, () => DataType>> = {
  null: () => new Utf8(),
  boolean: () => new Bool(),
  int32: () => new Int32(),
  int64: () => new Int64(),
  double: () => new Float64(),
  string: () => new Utf8(),
  json: () => new Utf8(),
  bytes: () => new Binary(),
  timestamp: () => new TimestampMicrosecond('UTC'),
};

function dataOf(shape: Shape, cells: readonly Cell[]): Data {
  return shape === 'timestamp' ? timestamps(cells as readonly (bigint | null)[]) : built(typeOf(shape), cells);
}

function built(type: DataType, cells: readonly Cell[]): Data {
  const builder = makeBuilder({ type, nullValues: [null, undefined] });
  for (const cell of cells) builder.append(cell);
  return builder.finish().flush();
}

/** The library's builder takes milliseconds, as floats. */
function timestamps(cells: readonly (bigint | null)[]): Data {
  const { nullCount, nullBitmap } = built(new Int64(), cells);
  const data = BigInt64Array.from(cells, (cell) => cell ?? 0n);
  return makeData({ type: new TimestampMicrosecond('UTC'), length: cells.length, nullCount, nullBitmap, data });
}
