import { isName, limits } from '@windlass/contracts';
import { EARLIEST_US, hashedId, LATEST_US } from '@windlass/dag';
import { GLOBAL_KEY } from '@windlass/windowing';
import { BadCell, shown } from './bad-cell.ts';
import type { BoundMapping } from './columns.ts';
import type { CsvRule, FixedOrColumn, MetadataType, Phase } from './mapping.ts';
import { numberOf } from './number-cell.ts';
import { timeReader } from './time-format.ts';

/** A signal as `POST /v1/signals` takes it; what has its default is left out. */
export interface SignalJson {
  readonly source: string;
  readonly id: string;
  readonly name: string;
  /** Microseconds since 1970, UTC. */
  readonly eventTime: number;
  readonly phase?: Phase;
  readonly values?: Readonly<Record<string, number>>;
  readonly units?: Readonly<Record<string, string>>;
  readonly count?: number;
  readonly correlation?: string;
  readonly metadata?: Readonly<Record<string, string | number | boolean>>;
}

export type RowResult = { readonly signal: SignalJson } | { readonly problems: readonly string[] };

/** `row`: the number of the row in its file, from 1 on. */
export type RowReader = (cells: readonly string[], row: number) => RowResult;

/** Characters of an id or a correlation. */
const KEY_LENGTH = 200;

/** Reads rows of a file with these columns: each is a signal, or everything that is wrong with it. */
export function rowReader(mapping: BoundMapping): RowReader {
  const { columns, csv, identicalRows } = mapping;
  const readTime = timeReader(mapping.time);
  const at = (column: string): number => columns.indexOf(column);
  const textOf = (rule: FixedOrColumn): ((cells: readonly string[]) => string) => {
    if ('fixed' in rule) return () => rule.fixed;
    const index = at(rule.column);
    return (cells) => cells[index]!.trim();
  };
  const optional = (column: string | null): ((cells: readonly string[]) => string | undefined) => {
    if (column === null) return () => undefined;
    const index = at(column);
    return (cells) => {
      const text = cells[index]!.trim();
      return text === '' || csv.missing.includes(text) ? undefined : text;
    };
  };
  const [sourceOf, nameOf] = [textOf(mapping.source), textOf(mapping.name)];
  const [idOf, correlationOf, countOf] = [optional(mapping.id), optional(mapping.correlation), optional(mapping.count)];
  const phaseOf = optional(mapping.phase?.column ?? null);
  const timeAt = at(mapping.time.column);
  const channels = Object.entries(mapping.values).map(([channel, column]) => ({ channel, column, index: at(column) }));
  const fields = Object.entries(mapping.metadata).map(([field, { column, type }]) => ({
    field,
    type,
    column,
    read: optional(column),
  }));

  return (cells, row) => {
    if (cells.length !== columns.length)
      return { problems: [`${cells.length} cells, the ${csv.header ? 'header' : 'first row'} has ${columns.length}`] };
    const problems: string[] = [];
    const read = <T>(what: string, cell: () => T): T | undefined => {
      try {
        return cell();
      } catch (error) {
        if (!(error instanceof BadCell)) throw error;
        problems.push(`${what}: ${error.message}`);
        return undefined;
      }
    };
    const source = read('source', () => checkedSource(sourceOf(cells)));
    const name = read('name', () => checkedName(nameOf(cells)));
    const eventTime = read(mapping.time.column, () => checkedTime(readTime(cells[timeAt]!.trim())));
    const phase = read(mapping.phase?.column ?? '', () => checkedPhase(phaseOf(cells), mapping.phase?.is ?? null));
    const count = read(mapping.count ?? '', () => checkedCount(countOf(cells)));
    const correlation = read(mapping.correlation ?? '', () => checkedKey(correlationOf(cells)));
    const values: Record<string, number> = {};
    const units: Record<string, string> = {};
    for (const { channel, column, index } of channels) {
      const value = read(column, () => numberOf(cells[index]!, csv));
      if (value === undefined) continue;
      values[channel] = value;
      if (mapping.units[channel] !== undefined) units[channel] = mapping.units[channel];
    }
    const metadata: Record<string, string | number | boolean> = {};
    for (const { field, type, column, read: cell } of fields) {
      const value = read(column, () => metadataValue(cell(cells), type, csv));
      if (value !== undefined) metadata[field] = value;
    }
    const id = mapping.id === null ? undefined : read(mapping.id, () => checkedId(idOf(cells)));
    if (problems.length > 0) return { problems };
    const content = {
      source: source!,
      name: name!,
      eventTime: eventTime!,
      ...(phase !== undefined && phase !== 'POINT' && { phase }),
      ...(channels.length > 0 && { values }),
      ...(Object.keys(units).length > 0 && { units }),
      ...(count !== undefined && count !== 1 && { count }),
      ...(correlation !== undefined && { correlation }),
      ...(fields.length > 0 && { metadata }),
    };
    return { signal: { id: id ?? contentId(content, identicalRows === 'each' ? row : null), ...content } };
  };
}

/**
 * The same for the same content, whatever order its columns stand in: so sending a file again changes nothing.
 * With `row`, rows of the same content keep ids of their own, which hold as long as no row is put before them.
 */
function contentId(signal: Omit<SignalJson, 'id'>, row: number | null): string {
  const { source, name, eventTime, phase, values = {}, count, correlation, metadata = {} } = signal;
  const parts = [source, name, String(eventTime), phase ?? 'POINT', String(count ?? 1), correlation ?? ''];
  for (const channel of Object.keys(values).sort()) parts.push(channel, String(values[channel]));
  parts.push('');
  for (const field of Object.keys(metadata).sort()) parts.push(field, typeof metadata[field], String(metadata[field]));
  return hashedId(row === null ? parts : [...parts, 'row', String(row)]);
}

/** What stands in place of bytes that are no UTF-8. */
const REPLACEMENT = '\ufffd';
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/;

function checkedText(text: string, length: number): string {
  if (text.length === 0) throw new BadCell('is empty');
  if (text.length > length)
    throw new BadCell(`${shown(text)} has ${text.length} characters, at most ${length} are allowed`);
  if (text.includes(REPLACEMENT)) throw new BadCell(`${shown(text)} is not UTF-8; --encoding latin1?`);
  if (CONTROL_CHARACTERS.test(text)) throw new BadCell(`${shown(text)} has control characters`);
  return text;
}

function checkedSource(text: string): string {
  if (text === GLOBAL_KEY) throw new BadCell(`${shown(text)} is the hub's own: its windows belong to no source`);
  return checkedText(text, limits.nameLength);
}

function checkedName(text: string): string {
  if (isName(text)) return text;
  throw new BadCell(
    `${shown(text)} is no name of a signal: lower-case letters, digits and "-", and begins with a letter`,
  );
}

function checkedTime(timeUs: number): number {
  if (timeUs >= EARLIEST_US && timeUs < LATEST_US) return timeUs;
  throw new BadCell('is beyond the years 1785 to 2154, in which microseconds are exact');
}

function checkedId(text: string | undefined): string {
  return checkedText(text ?? '', KEY_LENGTH);
}

const checkedKey = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : checkedText(text, KEY_LENGTH);

const PHASES: readonly string[] = ['POINT', 'START', 'STOP', 'WATERMARK'];

function checkedPhase(text: string | undefined, is: Readonly<Record<string, Phase>> | null): Phase | undefined {
  if (text === undefined) return undefined;
  if (is !== null) {
    if (Object.hasOwn(is, text)) return is[text];
    throw new BadCell(`${shown(text)} is none of ${Object.keys(is).map(shown).join(', ')}`);
  }
  const phase = text.toUpperCase();
  if (PHASES.includes(phase)) return phase as Phase;
  throw new BadCell(
    `${shown(text)} is no phase: POINT, START, STOP or WATERMARK; other texts: phase.is in a mapping file`,
  );
}

function checkedCount(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new BadCell(`${shown(text)} is no count of samples: a whole number, 1 or more`);
}

function metadataValue(
  text: string | undefined,
  type: MetadataType,
  csv: CsvRule,
): string | number | boolean | undefined {
  if (text === undefined) return undefined;
  if (type === 'text') {
    if (text.includes(REPLACEMENT)) throw new BadCell(`${shown(text)} is not UTF-8; --encoding latin1?`);
    return text;
  }
  if (type === 'number') return numberOf(text, csv);
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  throw new BadCell(`${shown(text)} is neither true nor false`);
}
