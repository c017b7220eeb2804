import { bindColumns, type BoundMapping, columnsOf } from './columns.ts';
import { type CsvRecord, csvRecords, type RecordPosition } from './csv-records.ts';
import { IngestError } from './ingest-error.ts';
import { type Input, openInput } from './input.ts';
import type { Mapping } from './mapping.ts';
import { rowReader, type SignalJson } from './signal-row.ts';

/** A row of the data: the signal that it becomes, or why it becomes none. */
export type Row = CsvRecord &
  ({ readonly signal: SignalJson; readonly problem: null } | { readonly signal: null; readonly problem: string });

/** Where rows were read up to, and what was decided of their columns. */
export interface RowsSoFar {
  readonly position: RecordPosition;
  readonly rows: number;
  readonly columns: readonly string[];
  readonly values: Readonly<Record<string, string>>;
}

export interface OpenRows {
  readonly input: Input;
  readonly mapping: BoundMapping;
  readonly rows: AsyncGenerator<Row>;
  /** Of the first row that `rows` yields. */
  readonly position: RecordPosition;
}

/** So many rows tell which columns are numeric. */
const SAMPLE_ROWS = 1_000;

export interface OpenRowsOptions {
  readonly path: string;
  readonly mapping: Mapping;
  /** Null: from the beginning. */
  readonly soFar: RowsSoFar | null;
  readonly withRaw: boolean;
}

/** @throws {IngestError} for a file that cannot be read; {MappingError} for a mapping that does not fit its columns. */
export async function openRows({ path, mapping, soFar, withRaw }: OpenRowsOptions): Promise<OpenRows> {
  const from = soFar?.position ?? { byte: 0, line: 0 };
  const input = await openInput(path, from.byte);
  const records = csvRecords(input, mapping.csv, { from, withRaw });
  try {
    if (soFar !== null) {
      const bound = { ...mapping, columns: soFar.columns, values: soFar.values };
      return { input, mapping: bound, rows: rowsOf({ records, mapping: bound, row: soFar.rows }), position: from };
    }
    const first = await records.next();
    if (first.done) throw new IngestError('BAD_CSV', `${input.name} is empty: it has no header, and no rows`);
    const columns = columnsOf(first.value.cells, mapping.csv);
    const { header } = mapping.csv;
    const sample = header ? [] : [first.value];
    while (mapping.values === null && sample.length < SAMPLE_ROWS) {
      const next = await records.next();
      if (next.done) break;
      sample.push(next.value);
    }
    const bound = bindColumns(
      mapping,
      columns,
      sample.map(({ cells }) => cells),
    );
    const position = header ? { byte: first.value.endByte, line: first.value.line } : from;
    return {
      input,
      mapping: bound,
      rows: rowsOf({ records: joined(sample, records), mapping: bound, row: 0 }),
      position,
    };
  } catch (error) {
    input.close();
    throw error;
  }
}

async function* joined(first: readonly CsvRecord[], rest: AsyncGenerator<CsvRecord>): AsyncGenerator<CsvRecord> {
  yield* first;
  yield* rest;
}

async function* rowsOf({
  records,
  mapping,
  row: rowsBefore,
}: {
  readonly records: AsyncGenerator<CsvRecord>;
  readonly mapping: BoundMapping;
  readonly row: number;
}): AsyncGenerator<Row> {
  const read = rowReader(mapping);
  let row = rowsBefore;
  for await (const record of records) {
    const result = read(record.cells, ++row);
    yield 'signal' in result
      ? { ...record, signal: result.signal, problem: null }
      : { ...record, signal: null, problem: result.problems.join('; ') };
  }
}
