import type { z } from 'zod';
import type { Problem } from '../problem.ts';
import { definitions, type Definitions } from './definitions.ts';
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

/** Problems more than this are cut off: a file of another kind would name each of its lines. */
const MAX_PROBLEMS = 200;

export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): Parsed<z.output<Schema>> {
  const result = schema.safeParse(input);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, problems: result.error.issues.flatMap((issue) => problemsOf(issue, [])).slice(0, MAX_PROBLEMS) };
}

type Issue = z.core.$ZodIssue;

/** Of a union the alternative that got furthest is told, not that none fits: one that knows all fields, if there is one. */
function problemsOf(issue: Issue, above: readonly PropertyKey[]): Problem[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union') {
    const meant = issue.errors.filter(
      (issues) =>
        issues.length > 0 &&
        issues.every(({ code, path: at }) => at.length > 0 || (code !== 'invalid_type' && code !== 'invalid_value')),
    );
    const inside = meant.find((issues) => issues.every(({ code }) => code !== 'unrecognized_keys')) ?? meant[0];
    if (inside) return inside.flatMap((one) => problemsOf(one, path));
  }
  const unknown = issue.code === 'unrecognized_keys';
  return [
    {
      code: unknown ? 'UNKNOWN_FIELD' : 'MALFORMED',
      path: pathText(unknown && issue.keys.length === 1 ? [...path, issue.keys[0]!] : path),
      message: issue.message,
      mend: unknown
        ? 'remove the field or correct its name'
        : 'correct the value; docs/reference/definitions.md lists every field',
    },
  ];
}

/** `windowTypes[2].open.fixed`; the whole document is `.`. */
export function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.startsWith('.') ? text.slice(1) || '.' : text || '.';
}
