import type { z } from 'zod';
import type { Problem } from '../problem.ts';
import { definitions, type Definitions } from './definitions.ts';
import { type Issue, malformed, withoutFollowing } from './malformed.ts';
import { registration, type Registration } from './registration.ts';
import { retirement, type Retirement } from './retirement.ts';

/** A parsed value, or every problem of its shape at once. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

/** A definitions file, already read as YAML or JSON. */
export const parseDefinitions = (input: unknown): Parsed<Definitions> => parse(definitions, input);

/** The body with which a processor registers. */
export const parseRegistration = (input: unknown): Parsed<Registration> => parse(registration, input);

/** What an operator retires. */
export const parseRetirement = (input: unknown): Parsed<Retirement> => parse(retirement, input);

/** Problems more than this are only counted: a file of another kind would name each of its lines. */
const MAX_PROBLEMS = 200;

export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): Parsed<z.output<Schema>> {
  const result = schema.safeParse(input);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, problems: problemsOf(schema, input, result.error.issues) };
}

/** Every problem of a document's shape, up to a limit that is told. */
export function problemsOf(schema: z.ZodType, input: unknown, found: readonly Issue[]): Problem[] {
  const within = { schema, input };
  // Of those far beyond what is told it does not matter which of them follow from others.
  const looked = 5 * MAX_PROBLEMS;
  const all = [...withoutFollowing(found.slice(0, looked), within), ...found.slice(looked)];
  const told = all.slice(0, MAX_PROBLEMS).flatMap((issue) => malformed(issue, within));
  const more = all.length - MAX_PROBLEMS;
  if (more <= 0) return told;
  return [
    ...told,
    {
      code: 'LIMIT_EXCEEDED',
      path: '.',
      message: `${all.length} values have another shape than they should; ${MAX_PROBLEMS} are told`,
      mend: `mend these first; ${more} more are told then`,
    },
  ];
}
