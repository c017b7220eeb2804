import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { parse } from 'csv-parse/sync';
import { didYouMean } from '@windlass/dag';
import { DefinitionsFileError } from './definitions-file-error.ts';
import { parseDefinitionsText, type DefinitionsFile } from './definitions-file.ts';

/** Columns of a CSV of sources; `labels.site` and such besides. Groups are separated by `;`. */
const COLUMNS = ['name', 'kind', 'parent', 'groups', 'zone', 'owner', 'from', 'validFrom', 'validTo'] as const;
const LABEL = /^labels\.(.+)$/;

/**
 * A file of sources: YAML as in a definitions file (`sources`, `owner`), or CSV with a header. What it is comes from its name.
 * @throws {DefinitionsFileError} with the place.
 */
export async function readSourcesFile(path: string): Promise<DefinitionsFile> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new DefinitionsFileError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
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
  if (!header)
    throw new DefinitionsFileError(`${path}: it is empty; its first line names the columns: ${COLUMNS.join(', ')}`);
  checkHeader(header, path);
  const sources = rows.map((cells, i) => {
    if (cells.length !== header.length)
      throw new DefinitionsFileError(
        `${path}:${lines[i + 1]}: ${cells.length} cells, and the header has ${header.length}`,
      );
    return sourceOf(header, cells);
  });
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
    throw new DefinitionsFileError(`${path}: ${(cause as Error).message}`, { cause });
  }
}

function checkHeader(header: readonly string[], path: string): void {
  const known: readonly string[] = COLUMNS;
  for (const column of header)
    if (!known.includes(column) && !LABEL.test(column))
      throw new DefinitionsFileError(
        `${path}:1: unknown column "${column}".${didYouMean(column, known)} Columns are ${known.join(', ')}, and labels.<name>`,
      );
  for (const column of ['name', 'kind'])
    if (!header.includes(column)) throw new DefinitionsFileError(`${path}:1: the column ${column} is missing`);
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
