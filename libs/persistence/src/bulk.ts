/** A column of a bulk statement: its name, its Postgres type, and where its value comes from. Null and undefined are NULL. */
export interface BulkColumn<Row> {
  readonly name: string;
  /** Type of the column. An array type travels as its text: Postgres unnests all levels of a nested array. */
  readonly type: BulkType;
  readonly of: (row: Row) => string | number | boolean | Buffer | null | undefined;
}

export type BulkType =
  'smallint' | 'integer' | 'bigint' | 'float8' | 'boolean' | 'uuid' | 'text' | 'jsonb' | 'bytea' | 'uuid[]';

const isArray = (type: BulkType): boolean => type.endsWith('[]');

export interface BulkStatement<Row> {
  readonly sql: string;
  readonly parametersOf: (rows: readonly Row[]) => string[];
}

/**
 * One statement over any number of rows, named `row`: `unnest($1, $2, …) WITH ORDINALITY AS row (…, n)`, n counting from 1. The text is
 * constant, so it is planned once.
 */
export function bulkStatement<Row>(
  columns: readonly BulkColumn<Row>[],
  statement: (rows: string) => string,
): BulkStatement<Row> {
  const names = columns.map(({ name }) => name).join(', ');
  const arrays = columns.map(({ type }, index) => `$${index + 1}::${isArray(type) ? 'text' : type}[]`).join(', ');
  return {
    sql: statement(`unnest(${arrays}) WITH ORDINALITY AS row (${names}, n)`),
    parametersOf: (rows) => columns.map((column) => columnLiteral(column, rows)),
  };
}

export function bulkInsert<Row>(
  table: string,
  columns: readonly BulkColumn<Row>[],
  conflict: string,
): BulkStatement<Row> {
  const names = columns.map(({ name }) => name).join(', ');
  const values = columns.map(({ name, type }) => (isArray(type) ? `row.${name}::${type}` : `row.${name}`)).join(', ');
  return bulkStatement(columns, (rows) => `INSERT INTO ${table} (${names}) SELECT ${values} FROM ${rows} ${conflict}`);
}

/**
 * A column's values as the text of a Postgres array. pg's own would quote and escape numbers and ids too: a third of all our work. Many
 * columns repeat a value (a window type, a state), which is then written as the one before.
 */
function columnLiteral<Row>({ type, of }: BulkColumn<Row>, rows: readonly Row[]): string {
  const element = elementOf[type];
  let last: unknown;
  let text = 'NULL';
  // Joined once: a text that grows value by value is a chain of its parts, each an object of its own.
  const texts = rows.map((row) => {
    const value = of(row);
    if (value == null) return 'NULL';
    if (value === last && value !== 0) return text;
    last = value;
    return (text = element(value as never));
  });
  return `{${texts.join(',')}}`;
}

/** Postgres keeps no NUL in text; an algorithm's message may hold one. */
const withoutNul = (value: string): string => (value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value);

const quoted = (value: string): string => `"${/["\\]/.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`;

const plain = (value: number | boolean | string): string => `${value}`;

const elementOf: Readonly<Record<BulkType, (value: never) => string>> = {
  smallint: plain,
  integer: plain,
  bigint: plain,
  boolean: plain,
  uuid: plain,
  float8: (value: number) => (Object.is(value, -0) ? '-0' : `${value}`),
  text: (value: string) => quoted(withoutNul(value)),
  jsonb: (value: string) => quoted(value.includes('\\u0000') ? withoutNulInJson(value) : value),
  bytea: (value: Buffer) => `"\\\\x${value.toString('hex')}"`,
  'uuid[]': (value: string) => `"${value}"`,
};

const withoutNulInJson = (json: string): string =>
  JSON.stringify(JSON.parse(json, (_, value: unknown) => (typeof value === 'string' ? withoutNul(value) : value)));

export const json = (value: object | null | undefined): string | null => (value == null ? null : JSON.stringify(value));

/** Of ids, which need no quotes. */
export const idArray = (ids: readonly string[]): string => `{${ids.join(',')}}`;
