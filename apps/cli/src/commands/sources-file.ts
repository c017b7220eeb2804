import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { parse } from 'csv-parse/sync';
import { didYouMean } from '@windlass/dag';
import { DefinitionsFileError, type FileProblem, unreadable } from './definitions-file-error.ts';
import { parseDefinitionsText, type DefinitionsFile } from './definitions-file.ts';

/** Columns of a CSV of sources; `labels.site` and such besides. Groups are separated by `;`. */
const COLUMNS = ['name', 'kind', 'parent', 'groups', 'zone', 'owner', 'from', 'validFrom', 'validTo'] as const;
const LABEL = /^labels\.(.+)$/;

/**
 * A file of sources: YAML as in a definitions file (`sources`, `owner`), or CSV with a header. What it is comes from its name.
 * @throws {DefinitionsFileError} naming everything that keeps it from being read, with its place.
 */
export async function readSourcesFile(path: string): Promise<DefinitionsFile> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new DefinitionsFileError([unreadable(path, cause)], { cause });
  });
  return extname(path).toLowerCase() === '.csv' ? parseSourcesCsv(text, path) : parseDefinitionsText(text, path);
}

export function parseSourcesCsv(text: string, path: string): DefinitionsFile {
  const lines: number[] = [];
  const records = recordsOf(text, path);
  const [header, ...rows] = records.map(({ record, info }) => {
    lines.push(info.lines);
    return record.map((cell) => cell.trim());
  });
  if (!header) throw refused([wrong(path, 'it is empty', `begin with a line that names the columns: ${KNOWN}`)]);
  const ragged = rows.flatMap((cells, i) => (cells.length === header.length ? [] : [{ line: lines[i + 1]!, cells }]));
  const problems = [
    ...headerProblems(header, `${path}:1`),
    ...ragged.slice(0, MAX_RAGGED).map(({ line, cells }) => raggedProblem(header, cells, `${path}:${line}`)),
    ...(ragged.length > MAX_RAGGED
      ? [
          wrong(
            path,
            `${ragged.length} rows have another number of cells than the header; ${MAX_RAGGED} are told`,
            'mend these first',
          ),
        ]
      : []),
  ];
  if (problems.length > 0) throw refused(problems);
  const sources = rows.map((cells) => sourceOf(header, cells));
  return {
    value: { sources },
    locate: (at) => {
      const row = /^sources\[(\d+)\]/.exec(at)?.[1];
      return row === undefined ? path : `${path}:${lines[Number(row) + 1]}`;
    },
  };
}

function recordsOf(text: string, path: string) {
  try {
    return parse(text, { bom: true, info: true, skip_empty_lines: true, relax_column_count: true }) as unknown as {
      readonly record: readonly string[];
      readonly info: { readonly lines: number };
    }[];
  } catch (cause) {
    const mend = 'a cell with a separator, a quote or a line break is quoted, and a quote in it doubled';
    throw refused([wrong(path, (cause as Error).message, mend)], { cause });
  }
}

const KNOWN = `${COLUMNS.join(', ')}, and labels.<name>`;

/** Rows with another number of cells than the header that are told: of a file with another separator it is every one. */
const MAX_RAGGED = 20;

const wrong = (at: string, message: string, mend: string): FileProblem => ({ code: 'BAD_CSV', at, message, mend });

const refused = (problems: readonly FileProblem[], options?: ErrorOptions): DefinitionsFileError =>
  new DefinitionsFileError(problems as [FileProblem, ...FileProblem[]], options);

const raggedProblem = (header: readonly string[], cells: readonly string[], at: string): FileProblem =>
  wrong(
    at,
    `${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}, and the header has ${header.length}`,
    cells.length < header.length
      ? 'give each column a cell; an empty one says nothing'
      : 'quote cells with a comma in them',
  );

function headerProblems(header: readonly string[], at: string): FileProblem[] {
  const known: readonly string[] = COLUMNS;
  return [
    ...header
      .filter((column) => !known.includes(column) && !LABEL.test(column))
      .map((column) =>
        wrong(
          at,
          `unknown column "${column}".${didYouMean(column, known)}`,
          `correct it, or leave it out; columns are ${KNOWN}`,
        ),
      ),
    ...[...new Set(header.filter((column, i) => header.indexOf(column) < i))].map((column) =>
      wrong(at, `the column ${column} is given twice`, 'leave one of them out'),
    ),
    ...['name', 'kind']
      .filter((column) => !header.includes(column))
      .map((column) => wrong(at, `the column ${column} is missing`, 'every source has a name and a kind')),
  ];
}

/** Empty cells say nothing. */
function sourceOf(header: readonly string[], cells: readonly string[]): Record<string, unknown> {
  const source: Record<string, unknown> = {};
  const labels: Record<string, string> = {};
  header.forEach((column, i) => {
    const cell = cells[i]!;
    const label = LABEL.exec(column)?.[1];
    if (cell === '') return;
    if (label !== undefined) labels[label] = cell;
    else if (column === 'groups') source[column] = cell.split(';').map((group) => group.trim());
    else source[column] = cell;
  });
  return Object.keys(labels).length > 0 ? { ...source, labels } : source;
}
