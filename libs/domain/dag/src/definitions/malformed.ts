import type { z } from 'zod';
import { didYouMean, nearMatch } from '../near-match.ts';
import type { Problem } from '../problem.ts';
import { type SchemaNode, type Wanted, wantedAt } from './schema-nodes.ts';
import { rewritten } from './slips.ts';

export type Issue = z.core.$ZodIssue;

/** The document, and the schema that it does not have. */
export interface Within {
  readonly schema: z.ZodType;
  readonly input: unknown;
}

/** What one issue says: what stands there, what should, and how to write it. */
export function malformed(issue: Issue, within: Within, above: readonly PropertyKey[] = []): Problem[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union') {
    const inside = meantBy(issue.errors);
    if (inside && valueAt(within.input, path) !== undefined)
      return inside.flatMap((one) => malformed(one, within, path));
  }
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField(key, path, within));
  return [
    {
      code: 'MALFORMED',
      path: pathText(path),
      ...said(issue, valueAt(within.input, path), wantedAt(within.schema, path), path),
    },
  ];
}

/** Of a union the alternative that got furthest is told, not that none fits: one that knows all fields, if there is one. */
function meantBy(alternatives: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const meant = alternatives.filter(
    (issues) =>
      issues.length > 0 &&
      issues.every(({ code, path }) => path.length > 0 || (code !== 'invalid_type' && code !== 'invalid_value')),
  );
  return meant.find((issues) => issues.every(({ code }) => code !== 'unrecognized_keys')) ?? meant[0];
}

/** Without what is only missing because a field has another name than was meant: that the field itself is unknown says it. */
export function withoutFollowing(issues: readonly Issue[], { schema, input }: Within): readonly Issue[] {
  const meant = new Set<string>();
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const known = fieldsOf(wantedAt(schema, issue.path).nodes);
    const names = issue.keys.flatMap((key) => nearMatch(key, known) ?? []);
    for (const name of names) meant.add(pathText([...issue.path, name]));
    // A rule over the fields of this object would be about them too.
    if (names.length > 0) meant.add(pathText(issue.path));
  }
  if (meant.size === 0) return issues;
  const follows = ({ code, path }: Issue): boolean =>
    meant.has(pathText(path)) && (code === 'custom' || valueAt(input, path) === undefined);
  return issues.filter((issue) => issue.code === 'unrecognized_keys' || !follows(issue));
}

type Said = Pick<Problem, 'message' | 'mend'>;

const MAX_LISTED = 20;

function unknownField(key: string, path: readonly PropertyKey[], { schema }: Within): Problem {
  const known = fieldsOf(wantedAt(schema, path).nodes);
  const meant = nearMatch(key, known);
  const listed = known.slice(0, MAX_LISTED).join(', ');
  return {
    code: 'UNKNOWN_FIELD',
    path: pathText([...path, key]),
    message: `unknown field "${key}".${didYouMean(key, known)}`,
    mend:
      meant === undefined
        ? `remove it${known.length > 0 ? `; the fields here are ${listed}` : ''}`
        : `write "${meant}"`,
  };
}

const fieldsOf = (nodes: readonly SchemaNode[]): string[] => [
  ...new Set(nodes.flatMap(({ properties }) => Object.keys(properties ?? {}))),
];

/** What is said of the value, and how it would be right. */
function said(issue: Issue, value: unknown, wanted: Wanted, path: readonly PropertyKey[]): Said {
  const { meaning, nodes } = wanted;
  const better = rewritten(value, nodes);
  if (issue.code === 'custom')
    return {
      message: withValue(value, issue.message),
      mend: better ?? `correct it as the message says${meaning === undefined ? '' : ` (${meaning})`}`,
    };
  if (value === undefined && issue.code !== 'invalid_key') return missing(path.at(-1), wanted);
  if (isOwn(issue.message)) return { message: withValue(value, issue.message), mend: better ?? issue.message };
  const { wrong, right } = expected(issue, wanted);
  return { message: `${shown(value)} is ${wrong}`, mend: better ?? right };
}

const missing = (key: PropertyKey | undefined, { nodes, meaning }: Wanted): Said => ({
  message: typeof key === 'string' ? `"${key}" is required, and not given` : 'it is required, and not given',
  mend: `give it, ${formOf(nodes)}${meaning === undefined ? '' : `: ${meaning}`}`,
});

/** In which form a value is written that is not there. */
function formOf(nodes: readonly SchemaNode[]): string {
  const forms = nodes.map(({ type = '', pattern, enum: words }) => {
    if (words) return words.map((word) => `"${String(word)}"`).join(' or ');
    return pattern?.includes('us|ms|s|m|h|d') ? 'a duration like "10m"' : (TYPES[type] ?? type);
  });
  return [...new Set(forms)].join(' or ');
}

/** Whether somebody has written it for this field. */
const isOwn = (message: string): boolean => !/^(?:Invalid |Too |Unrecognized )/.test(message);

interface Expected {
  readonly wrong: string;
  readonly right: string;
}

function expected(issue: Issue, { nodes, meaning }: Wanted): Expected {
  const more = meaning === undefined ? '' : `: ${meaning}`;
  switch (issue.code) {
    case 'invalid_type':
      return {
        wrong: `not ${TYPES[issue.expected] ?? issue.expected}`,
        right: `write ${typeText(issue.expected, nodes)}${more}`,
      };
    case 'invalid_value': {
      const values = issue.values.map((one) => (typeof one === 'string' ? `"${one}"` : String(one))).join(', ');
      return { wrong: `none of ${values}`, right: `write one of ${values}` };
    }
    case 'too_big':
      return bounded(issue.origin === 'number' ? 'large' : 'long', `at most ${issue.maximum}${unitOf(issue.origin)}`);
    case 'too_small':
      return bounded(issue.origin === 'number' ? 'small' : 'short', `at least ${issue.minimum}${unitOf(issue.origin)}`);
    case 'invalid_key': {
      const why = issue.issues[0]?.message ?? issue.message;
      return { wrong: `under a name that is none: ${why}`, right: why };
    }
    default:
      return { wrong: 'not written as it should be', right: `write it as the reference says${more}` };
  }
}

const bounded = (how: string, bound: string): Expected => ({ wrong: `too ${how}: ${bound}`, right: bound });

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const unitOf = (origin: string): string =>
  origin === 'array' ? ' elements' : origin === 'string' ? ' characters' : '';

function typeText(type: string, nodes: readonly SchemaNode[]): string {
  const fields = type === 'object' ? fieldsOf(nodes).slice(0, MAX_LISTED) : [];
  return `${TYPES[type] ?? type}${fields.length > 0 ? ` with ${fields.join(', ')}` : ''}`;
}

const MAX_SHOWN = 60;

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (value === null) return 'nothing (null)';
  const text = typeof value === 'string' ? `"${value}"` : String(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** A text or a number stands before what is said of it, unless that has it already. */
const withValue = (value: unknown, message: string): string =>
  (typeof value === 'string' || typeof value === 'number') && !message.includes(String(value))
    ? `${shown(value)}: ${message}`
    : message;

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(
    (at: unknown, key) =>
      typeof at === 'object' && at !== null ? (at as Readonly<Record<PropertyKey, unknown>>)[key] : undefined,
    input,
  );
}

/** `windowTypes[2].open.fixed`; the whole document is `.`. */
export function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.startsWith('.') ? text.slice(1) || '.' : text || '.';
}
