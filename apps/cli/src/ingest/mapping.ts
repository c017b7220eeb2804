import { limits, namePattern } from '@windlass/contracts';
import { isZone, strict, unitProblem } from '@windlass/dag';
import { z } from 'zod';
import { problemOfFormat } from './time-format.ts';

/** A column, by its name in the header; without a header by its number, from "1" on. */
const column = z.string({ error: 'a column is a text: its name in the header, or its number without one' }).min(1);

/** The same for every row, or what a column says. */
const fixedOrColumn = z.union([z.string().min(1), strict({ column })], {
  error: 'a text that holds for every row, or { column: … }',
});

const channel = z.string().min(1).max(limits.nameLength);
const char = z.string().length(1, 'one character');

const phase = z.enum(['POINT', 'START', 'STOP', 'WATERMARK']);
export type Phase = z.infer<typeof phase>;

const metadataType = z.enum(['text', 'number', 'boolean']);
export type MetadataType = z.infer<typeof metadataType>;

/** What a mapping file may hold, and what options say in its place. */
export const mappingInput = strict({
  time: z
    .union([
      column,
      strict({
        column: column.optional(),
        format: z
          .string()
          .superRefine((text, context) => {
            const problem = problemOfFormat(text);
            if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
          })
          .optional(),
        zone: z
          .string()
          .refine(isZone, 'not a time zone; an IANA name such as "Europe/Berlin", or "+01:00"')
          .optional(),
        overlap: z.enum(['first', 'second']).optional(),
      }),
    ])
    .transform((time) => (typeof time === 'string' ? { column: time } : time))
    .optional(),
  source: fixedOrColumn.optional(),
  name: fixedOrColumn
    .refine(
      (name) => typeof name !== 'string' || namePattern.test(name),
      'a signal name is lower-case letters, digits and "-", and begins with a letter',
    )
    .optional(),
  values: z
    .union([z.array(column), z.record(channel, column)], { error: 'a list of columns, or channel: column' })
    .transform((values) => (Array.isArray(values) ? Object.fromEntries(values.map((name) => [name, name])) : values))
    .optional(),
  units: z
    .record(
      channel,
      z.string().superRefine((code, context) => {
        const problem = unitProblem(code);
        if (problem !== null) context.addIssue({ code: 'custom', message: problem });
      }),
    )
    .optional(),
  id: column.optional(),
  phase: z
    .union([column, strict({ column, is: z.record(z.string(), phase).optional() })])
    .transform((one) => (typeof one === 'string' ? { column: one } : one))
    .optional(),
  correlation: column.optional(),
  count: column.optional(),
  metadata: z
    .record(
      channel,
      z
        .union([column, strict({ column, type: metadataType.optional() })])
        .transform((one) => (typeof one === 'string' ? { column: one } : one)),
    )
    .optional(),
  identicalRows: z.enum(['one', 'each']).optional(),
  csv: strict({
    separator: char.optional(),
    encoding: z.enum(['utf8', 'latin1']).optional(),
    header: z.boolean().optional(),
    columns: z.array(column).min(1).optional(),
    quote: char.nullable().optional(),
    comment: z.string().min(1).optional(),
    decimal: z.enum(['.', ',']).optional(),
    missing: z.array(z.string()).optional(),
  }).optional(),
});

export type MappingInput = z.output<typeof mappingInput>;

export type FixedOrColumn = { readonly fixed: string } | { readonly column: string };

export interface CsvRule {
  readonly encoding: 'utf8' | 'latin1';
  readonly separator: string;
  readonly header: boolean;
  /** Names instead of those of the header, or where there is none. */
  readonly columns: readonly string[] | null;
  readonly quote: string | null;
  /** Begins a line that is no row. */
  readonly comment: string | null;
  readonly decimal: '.' | ',';
  /** Cells that hold no value, besides empty ones. */
  readonly missing: readonly string[];
}

/** How a row becomes a signal, all of it decided but which columns there are. */
export interface Mapping {
  readonly csv: CsvRule;
  readonly time: {
    readonly column: string;
    readonly format: string;
    readonly zone: string;
    readonly overlap: 'first' | 'second';
  };
  readonly source: FixedOrColumn;
  readonly name: FixedOrColumn;
  /** Columns by channel; null: all that are numeric. */
  readonly values: Readonly<Record<string, string>> | null;
  readonly id: string | null;
  /** `is`: what the column's texts mean; null: they are the phases themselves. */
  readonly phase: { readonly column: string; readonly is: Readonly<Record<string, Phase>> | null } | null;
  readonly correlation: string | null;
  readonly count: string | null;
  readonly metadata: Readonly<Record<string, { readonly column: string; readonly type: MetadataType }>>;
  /** Whether rows with the same content are one signal, or each its own. */
  /** UCUM units of values, by channel, where they are said. */
  readonly units: Readonly<Record<string, string>>;
  readonly identicalRows: 'one' | 'each';
}

/** The mapping lacks something, or contradicts itself. */
export class MappingError extends Error {
  readonly code = 'BAD_MAPPING';
}

/** Later inputs win, field by field. @throws {MappingError} when something is missing that has no default. */
export function mappingOf(...inputs: readonly MappingInput[]): Mapping {
  const given = Object.assign({}, ...inputs) as MappingInput;
  const time = Object.assign({}, ...inputs.map((input) => input.time)) as NonNullable<MappingInput['time']>;
  const csv = Object.assign({}, ...inputs.map((input) => input.csv)) as NonNullable<MappingInput['csv']>;
  if (time.column === undefined)
    throw new MappingError('which column holds the time? --time COLUMN, or time: in the mapping file');
  if (given.source === undefined)
    throw new MappingError(
      'whose rows are they? --source NAME or --source-column COLUMN, or source: in the mapping file',
    );
  return {
    csv: {
      encoding: 'utf8',
      separator: ',',
      header: true,
      quote: '"',
      decimal: '.',
      missing: [],
      ...csv,
      columns: csv.columns ?? null,
      comment: csv.comment ?? null,
    },
    time: { format: 'iso', zone: 'UTC', overlap: 'first', ...time, column: time.column },
    source: chosen(given.source),
    name: chosen(given.name ?? 'sample'),
    values: given.values ?? null,
    id: given.id ?? null,
    phase: given.phase ? { column: given.phase.column, is: given.phase.is ?? null } : null,
    correlation: given.correlation ?? null,
    count: given.count ?? null,
    metadata: Object.fromEntries(
      Object.entries(given.metadata ?? {}).map(([field, { column: from, type = 'text' }]) => [
        field,
        { column: from, type },
      ]),
    ),
    units: given.units ?? {},
    identicalRows: given.identicalRows ?? 'one',
  };
}

const chosen = (given: string | { readonly column: string }): FixedOrColumn =>
  typeof given === 'string' ? { fixed: given } : given;
