import { describe, expect, it } from '@jest/globals';
import { toValue, type ResultValue } from '@windlass/contracts';
import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import type { KnownOutcome, ResultQuery } from '../ports.ts';
import { idOf, outcome, outcomes } from '../records.fixture.ts';
import { exportResults, type ExportFormat } from './export-results.ts';

const bits = (value: number): string => new BigUint64Array(Float64Array.of(value).buffer)[0]!.toString(16);

/** Doubles by their bits, so that NaN, infinities and -0 are compared; what has no value in either form is null. */
function plain(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return `double ${bits(value)}`;
  if (typeof value === 'bigint') return `long ${value}`;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  if (typeof value !== 'object') return value;
  const items = value as Iterable<unknown> & { toJSON?: () => object };
  if (ArrayBuffer.isView(value) || Array.isArray(value)) return Array.from(items, plain);
  const fields = Object.entries(value as object).map(([name, field]) => [name, plain(field)] as const);
  return Object.fromEntries(fields.filter(([, field]) => field !== null).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const known = (value: ResultValue, index: number): KnownOutcome => ({
  ...outcomes({ key: 'pump "1", left', startUs: 1_000_001 + index }),
  ...outcome('a@1', value, { of: String(index), unit: 'MB' }),
  withdrawn: null,
});

/** Answers two results a page. */
const readerOf = (results: readonly KnownOutcome[]) => ({
  results: ({ after }: ResultQuery) => {
    const from = after ? results.findIndex(({ executionId }) => executionId === after.executionId) + 1 : 0;
    const page = results.slice(from, from + 2);
    return Promise.resolve({ results: page, next: from + 2 < results.length ? page.at(-1)! : null });
  },
});

async function exported(values: readonly ResultValue[], format: ExportFormat): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const filter = { revisions: 'all', standing: 'all', asOfUs: 1 } as const;
  for await (const chunk of exportResults(readerOf(values.map(known)), filter, format)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function readParquet(file: Buffer): Promise<Record<string, unknown>[]> {
  const buffer = new Uint8Array(file).buffer;
  return parquetReadObjects({ file: buffer, utf8: false });
}

/** Rows of an Arrow stream, as plain objects. */
function readArrow(file: Buffer): Record<string, unknown>[] {
  const table = tableFromIPC(file);
  return table
    .toArray()
    .map((row) => Object.fromEntries(table.schema.fields.map(({ name }) => [name, unwrapped(row[name])])));
}

function unwrapped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Symbol.iterator in value && 'toArray' in value) return Array.from(value as Iterable<unknown>, unwrapped);
  return Object.fromEntries(
    Object.entries((value as { toJSON: () => object }).toJSON()).map(([name, field]) => [name, unwrapped(field)]),
  );
}

const anyDouble = fc.double();
const anyOf = {
  double: anyDouble,
  long: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  boolean: fc.boolean(),
  string: fc.string(),
  bytes: fc.uint8Array({ maxLength: 8 }).map((value) => new Uint8Array(value)),
  array: fc.array(anyDouble, { maxLength: 20 }).map((items) => Float64Array.from(items)),
  list: fc.array(fc.option(fc.string(), { nil: null }), { maxLength: 5 }),
  struct: fc.record({
    at: anyDouble,
    spectrum: fc.array(anyDouble, { maxLength: 3 }).map((items) => Float64Array.from(items)),
    of: fc.record({ name: fc.string(), count: fc.option(fc.bigInt({ min: 0n, max: 9n }), { nil: null }) }),
    parts: fc.array(fc.record({ id: fc.string(), weight: anyDouble }), { maxLength: 3 }),
  }),
};

/** Rows of one kind each, as algorithms with a declared type give them. */
const anyValues = fc
  .constantFrom(...(Object.keys(anyOf) as (keyof typeof anyOf)[]))
  .chain((kind) =>
    fc.array(fc.option(anyOf[kind] as fc.Arbitrary<ResultValue>, { nil: null }), { minLength: 1, maxLength: 9 }),
  );

const resultOf = (row: Record<string, unknown>): unknown =>
  plain(Object.entries(row).find(([name, value]) => /^result_(?!type$)/.test(name) && value !== null)?.[1]);

describe('exports', () => {
  it.each(['parquet', 'arrow'] as const)(
    'as %s read back what was stored, double by double bit for bit',
    async (format) => {
      await fc.assert(
        fc.asyncProperty(anyValues, async (values) => {
          const file = await exported(values, format);
          const rows = format === 'parquet' ? await readParquet(file) : readArrow(file);
          expect(rows.map(resultOf)).toEqual(values.map(plain));
        }),
        { numRuns: 200 },
      );
    },
  );

  it.each(['parquet', 'arrow'] as const)(
    'as %s have every kind side by side, in columns of their own',
    async (format) => {
      const values = [
        1.5,
        7n,
        'text',
        true,
        Float64Array.of(Number.NaN, -0),
        Uint8Array.of(255),
        { a: 1 },
        [1, 'x'],
        null,
      ];
      const file = await exported(values, format);
      const rows = format === 'parquet' ? await readParquet(file) : readArrow(file);
      const kinds = rows.map((row) =>
        row['result_type'] instanceof Uint8Array ? Buffer.from(row['result_type']).toString() : row['result_type'],
      );
      expect(kinds.map(String)).toEqual([
        'double',
        'long',
        'string',
        'boolean',
        'list',
        'bytes',
        'struct',
        'list',
        'null',
      ]);
      expect(plain(rows[0]!['result_double'])).toBe(`double ${bits(1.5)}`);
      expect(rows[0]!['result_long']).toBeNull();
    },
  );

  it('as Arrow and Parquet say the unit of a column, and times to the microsecond', async () => {
    const arrow = tableFromIPC(await exported([1, 2], 'arrow'));
    expect(arrow.schema.fields.find(({ name }) => name === 'result_double')!.metadata.get('unit')).toBe('MB');
    expect(String(arrow.schema.fields.find(({ name }) => name === 'start_time')!.type)).toBe(
      'Timestamp<MICROSECOND, UTC>',
    );
    expect([...(arrow.getChild('start_time')!.data[0]!.values as BigInt64Array)]).toEqual([1_000_001n, 1_000_002n]);
    const { key_value_metadata: told } = parquetMetadata(new Uint8Array(await exported([1, 2], 'parquet')).buffer);
    expect(told).toEqual(expect.arrayContaining([{ key: 'windlass.unit.result_double', value: 'MB' }]));
  });

  it('of arrays of 100,000 values are whole', async () => {
    const values = [0, 1, 2].map((shift) => Float64Array.from({ length: 100_000 }, (_, index) => index * 0.1 + shift));
    for (const format of ['parquet', 'arrow'] as const) {
      const file = await exported(values, format);
      const rows = format === 'parquet' ? await readParquet(file) : readArrow(file);
      expect(rows.map(({ result_list: list }) => (list as number[]).length)).toEqual([100_000, 100_000, 100_000]);
      expect((rows[2]!['result_list'] as number[]).at(-1)).toBe(values[2]!.at(-1));
    }
  });

  it('of nothing are readable files without rows', async () => {
    expect(await readParquet(await exported([], 'parquet'))).toEqual([]);
    expect(readArrow(await exported([], 'arrow'))).toEqual([]);
    expect(String(await exported([], 'csv')).split('\r\n')).toHaveLength(2);
  });

  it('as CSV quote what needs it, and write numbers that read back the same', async () => {
    const values = [0.1, Number.NaN, -0, '', 'a "b", c', Float64Array.of(1, Infinity), null];
    const lines = String(await exported(values, 'csv')).split('\r\n');
    expect(lines[0]).toMatch(/^execution_id,window_id,window_type,source,start_time,.*,unit,result_type,result$/);
    expect(lines[1]).toContain(`${idOf('w')},cycle@1,"pump ""1"", left",1970-01-01T00:00:01.000001Z,`);
    expect(lines.slice(1, 8).map((line) => line.split(',MB,')[1])).toEqual([
      'double,0.1',
      'double,NaN',
      'double,-0',
      'string,""',
      'string,"a ""b"", c"',
      'list,"[1,""Infinity""]"',
      'null,',
    ]);
    expect(toValue(0.1)).toEqual({ value: { double: 0.1 } });
  });
});
