import { limits } from '@windlass/contracts';
import { didYouMean } from '@windlass/dag';
import { type CsvRule, type Mapping, MappingError } from './mapping.ts';
import { numberOf } from './number-cell.ts';

/** A mapping of which every column is known. */
export interface BoundMapping extends Mapping {
  readonly values: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
}

/** Names of the columns of a file whose first record is this. */
export function columnsOf(first: readonly string[], { header, columns }: CsvRule): readonly string[] {
  const names = columns ?? (header ? first.map((name) => name.trim()) : first.map((_, at) => String(at + 1)));
  if (names.length === first.length) return names;
  throw new MappingError(`${names.length} columns are named, the first line has ${first.length}: ${first.join(', ')}`);
}

/**
 * Decides which columns are values, where the mapping leaves it open: those that `rows`, the first of the file, show as numeric.
 * @throws {MappingError} naming every column that the file lacks, or has twice.
 */
export function bindColumns(
  mapping: Mapping,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): BoundMapping {
  const used = usedColumns(mapping);
  const problems = [
    ...used,
    ...Object.entries(mapping.values ?? {}).map(([channel, column]) => [`values.${channel}`, column] as const),
  ].flatMap(([field, column]) => problemOf(field!, column!, columns) ?? []);
  if (problems.length > 0)
    throw new MappingError([...problems, hintOf(mapping.csv, columns)].filter(Boolean).join('\n'));
  const taken = new Set(used.map(([, column]) => column));
  const values =
    mapping.values ??
    numericColumns(
      columns.filter((column) => !taken.has(column)),
      columns,
      rows,
      mapping.csv,
    );
  const channels = Object.keys(values).length;
  if (channels > limits.signalValues)
    throw new MappingError(
      `${channels} columns are values, the limit signalValues is ${limits.signalValues}; choose with --values`,
    );
  return { ...mapping, columns, values };
}

/** Every field but values, and its column. */
export const usedColumns = ({
  time,
  source,
  name,
  id,
  phase,
  correlation,
  count,
  metadata,
}: Mapping): (readonly [string, string])[] => [
  ['time', time.column],
  ...('column' in source ? [['source', source.column] as const] : []),
  ...('column' in name ? [['name', name.column] as const] : []),
  ...(id === null ? [] : [['id', id] as const]),
  ...(phase === null ? [] : [['phase', phase.column] as const]),
  ...(correlation === null ? [] : [['correlation', correlation] as const]),
  ...(count === null ? [] : [['count', count] as const]),
  ...Object.entries(metadata).map(([field, { column }]) => [`metadata.${field}`, column] as const),
];

function problemOf(field: string, column: string, columns: readonly string[]): string | undefined {
  const times = columns.filter((name) => name === column).length;
  if (times === 1) return undefined;
  if (times > 1)
    return `${field}: the column "${column}" is there ${times} times; name the columns yourself (--columns)`;
  return `${field}: there is no column "${column}".${didYouMean(column, columns)}`;
}

function hintOf({ separator, header }: CsvRule, columns: readonly string[]): string {
  const listed = `the columns are: ${columns.join(', ')}`;
  if (listed.includes('\ufffd')) return `${listed}\nthey are not UTF-8; --encoding latin1?`;
  const other = [';', '\t', '|', ','].find(
    (one) => one !== separator && columns.length === 1 && columns[0]!.includes(one),
  );
  if (other !== undefined) return `${listed}\nis the separator ${JSON.stringify(other)}? --separator`;
  return header && columns.every((name) => /^[\d\s:.TZ+-]*$/.test(name))
    ? `${listed}\nis there no header? --no-header`
    : listed;
}

/** Columns of which some rows hold numbers, and none anything else. One without a name is an index that a program has written. */
function numericColumns(
  candidates: readonly string[],
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  csv: CsvRule,
): Record<string, string> {
  const numeric = candidates.filter((column) => {
    if (column === '' || column.length > limits.nameLength || columns.indexOf(column) !== columns.lastIndexOf(column))
      return false;
    const at = columns.indexOf(column);
    const numbers = rows.filter((cells) => cells.length === columns.length).map((cells) => kindOf(cells[at]!, csv));
    return numbers.includes('number') && !numbers.includes('other');
  });
  return Object.fromEntries(numeric.map((column) => [column, column]));
}

function kindOf(cell: string, csv: CsvRule): 'number' | 'none' | 'other' {
  try {
    return numberOf(cell, csv) === undefined ? 'none' : 'number';
  } catch {
    return 'other';
  }
}
