/** A column of a bulk statement: its name, its Postgres type, and where its value comes from. */
export interface BulkColumn<Row> {
  readonly name: string;
  /** Type of the column. An array type travels as its text: Postgres unnests all levels of a nested array. */
  readonly type: string;
  readonly of: (row: Row) => unknown;
}

const isArray = (type: string): boolean => type.endsWith('[]');

/**
 * One statement for any number of rows: `INSERT INTO table (…) SELECT … FROM unnest($1, $2, …) <conflict>`. The text is constant, so
 * it is planned once.
 */
export function bulkInsert<Row>(table: string, columns: readonly BulkColumn<Row>[], conflict: string) {
  const names = columns.map(({ name }) => name).join(', ');
  const selected = columns.map(({ name, type }) => (isArray(type) ? `row.${name}::${type}` : `row.${name}`)).join(', ');
  const parameters = columns.map(({ type }, index) => `$${index + 1}::${isArray(type) ? 'text' : type}[]`).join(', ');
  return {
    sql: `INSERT INTO ${table} (${names}) SELECT ${selected} FROM unnest(${parameters}) AS row (${names}) ${conflict}`,
    parametersOf: (rows: readonly Row[]): unknown[] => columns.map(({ of }) => rows.map(of)),
  };
}

/** Postgres keeps no NUL in text; an algorithm's message may hold one. */
export const text = (value: string): string => (value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value);
export const nullableText = (value: string | null | undefined): string | null => (value == null ? null : text(value));

const withoutNul = (_: string, value: unknown): unknown => (typeof value === 'string' ? text(value) : value);
export const json = (value: unknown): string | null => (value == null ? null : JSON.stringify(value, withoutNul));

/** A number as float8 reads it; String(-0) is `0`. */
export const double = (value: number): string | number => (Object.is(value, -0) ? '-0' : value);

/** Of ids, which need no quotes. */
export const idArray = (ids: readonly string[]): string => `{${ids.join(',')}}`;
