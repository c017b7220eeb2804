import { parse } from '@windlass/dag';
import { type DefinitionsFile, readDefinitionsFile } from '../commands/definitions-file.ts';
import { type Mapping, MappingError, type MappingInput, mappingInput, mappingOf } from './mapping.ts';

/** Options of `windlass ingest` that say how a row becomes a signal, as commander gives them. */
export interface MappingOptions {
  readonly mapping?: string;
  readonly time?: string;
  readonly timeFormat?: string;
  readonly zone?: string;
  readonly overlap?: string;
  readonly source?: string;
  readonly sourceColumn?: string;
  readonly name?: string;
  readonly nameColumn?: string;
  readonly values?: string;
  readonly id?: string;
  readonly phase?: string;
  readonly correlation?: string;
  readonly count?: string;
  readonly metadata?: string;
  readonly identicalRows?: string;
  readonly encoding?: string;
  readonly separator?: string;
  readonly header?: boolean;
  readonly columns?: string;
  readonly quote?: string;
  readonly comment?: string;
  readonly decimal?: string;
  readonly missing?: string;
}

/** Options win over the mapping file. @throws {MappingError} naming every problem. */
export async function readMapping(options: MappingOptions): Promise<Mapping> {
  const file = options.mapping === undefined ? undefined : await readDefinitionsFile(options.mapping);
  const inputs = file === undefined ? [] : [checked(file.value, file)];
  return mappingOf(...inputs, checked(inputOf(options) ?? {}));
}

function checked(input: unknown, file?: DefinitionsFile): MappingInput {
  const parsed = parse(mappingInput, input);
  if (parsed.ok) return parsed.value;
  throw new MappingError(
    parsed.problems
      .map(({ path, message }) =>
        file === undefined ? `--${OPTIONS[path] ?? path}: ${message}` : `${file.locate(path)}: ${path}: ${message}`,
      )
      .join('\n'),
  );
}

/** The options behind fields that are called otherwise. */
const OPTIONS: Readonly<Record<string, string>> = {
  'time.column': 'time',
  'time.format': 'time-format',
  'time.zone': 'zone',
  'time.overlap': 'overlap',
  identicalRows: 'identical-rows',
  'csv.separator': 'separator',
  'csv.columns': 'columns',
  'csv.quote': 'quote',
  'csv.decimal': 'decimal',
};

/** What options say, in the shape of a mapping file; fields of which nothing is said are left out. */
export function inputOf(options: MappingOptions): unknown {
  const { time, timeFormat: format, zone, overlap, source, sourceColumn, name, nameColumn, values, metadata } = options;
  const { id, phase, correlation, count, identicalRows } = options;
  return given({
    time: given({ column: time, format, zone, overlap }),
    source: sourceColumn === undefined ? source : { column: sourceColumn },
    name: nameColumn === undefined ? name : { column: nameColumn },
    values: values === undefined ? undefined : Object.fromEntries(pairs('--values', values)),
    id,
    phase,
    correlation,
    count,
    identicalRows,
    metadata: metadata === undefined ? undefined : Object.fromEntries(pairs('--metadata', metadata).map(typed)),
    csv: csvOf(options),
  });
}

const csvOf = ({ encoding, separator, header, columns, quote, comment, decimal, missing }: MappingOptions) =>
  given({
    encoding,
    separator: separator === 'tab' || separator === '\\t' ? '\t' : separator,
    header: header === false ? false : undefined,
    columns: columns === undefined ? undefined : list(columns),
    quote: quote === 'none' ? null : quote,
    comment,
    decimal,
    missing: missing === undefined ? undefined : list(missing),
  });

/** Undefined when nothing is said at all. */
function given(fields: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const said = Object.entries(fields).filter(([, value]) => value !== undefined);
  return said.length === 0 ? undefined : Object.fromEntries(said);
}

const list = (text: string): string[] => text.split(',').map((one) => one.trim());

/** `a,b=Column b`: what they shall be called, and the columns. */
function pairs(option: string, text: string): (readonly [string, string])[] {
  const found = list(text).map((one) => {
    const at = one.indexOf('=');
    return at < 0 ? ([one, one] as const) : ([one.slice(0, at).trim(), one.slice(at + 1).trim()] as const);
  });
  if (found.every(([name, column]) => name !== '' && column !== '')) return found;
  throw new MappingError(
    `${option} "${text}": columns with commas between them, or name=column; for instance temp,bar=Pressure`,
  );
}

/** A type stands behind the column: `load=Load:number`. */
function typed([field, column]: readonly [string, string]): readonly [string, object] {
  const match = /^(.*):(text|number|boolean)$/.exec(column);
  if (match === null) return [field, { column }];
  return [field.replace(/:(text|number|boolean)$/, ''), { column: match[1], type: match[2] }];
}
