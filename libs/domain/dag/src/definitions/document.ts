import type { z } from 'zod';
import type { Problem } from '../problem.ts';
import { type Named, NOTHING_UNREAD, together, Unread, type UnreadNames } from '../unread.ts';
import { definitions, type Definitions } from './definitions.ts';
import { name, ref, sourceName, version } from './fields.ts';
import { problemsOf } from './parse.ts';
import { readableRegistration, registration, type Registration } from './registration.ts';

/** Part of a document, and where it stands there. */
export interface Located<T> {
  readonly value: T;
  /** For instance `windowTypes[2]`. */
  readonly path: string;
}

/** A document as far as it can be read: what is wrong with the shape of one part hides nothing of the others. */
export interface Document<T> {
  /** Without elements of lists that have another shape than they should, and with defaults for other such fields. */
  readonly value: T;
  /** Everything that is wrong with its shape. */
  readonly problems: readonly Problem[];
  /** What the elements that were left out are called. */
  readonly unread: Unread;
  /** Fields at the top for which defaults stand, because they could not be read. */
  readonly fields: ReadonlySet<string>;
  /** Whose the elements that were left out say that they are, by place. */
  readonly owners: ReadonlyMap<string, string>;
  /** Of lists of which something was left out: where each element stands. */
  readonly places: ReadonlyMap<string, readonly number[]>;
}

/** Elements of a list of a document, and where they stand. */
export const elementsOf = <T, L extends keyof T & string>(
  { value, places }: Pick<Document<T>, 'value' | 'places'>,
  list: L,
): Located<T[L] extends readonly (infer One)[] ? One : never>[] =>
  (value[list] as never[]).map((one, i) => ({ value: one, path: `${list}[${places.get(list)?.[i] ?? i}]` }));

/** A definitions file, already read as YAML or JSON. */
export const readDefinitions = (input: unknown): Document<Definitions> => read(definitions, definitions, input);

/** The body with which a processor registers. */
export const readRegistration = (input: unknown): Document<Registration> =>
  read(registration, readableRegistration, input);

/** @param readable the same schema with defaults for what is required, and lists that may be empty */
function read<Schema extends z.ZodObject>(
  schema: Schema,
  readable: z.ZodType<z.output<Schema>>,
  input: unknown,
): Document<z.output<Schema>> {
  const result = schema.safeParse(input);
  if (result.success) return { ...WHOLE, value: result.data };
  const given = isFields(input) ? input : {};
  const broken = brokenIn(result.error.issues);
  const kept: Record<string, unknown> = {};
  const places = new Map<string, readonly number[]>();
  for (const [field, value] of Object.entries(given)) {
    const some = broken.get(field);
    if (some === undefined && field in schema.shape) kept[field] = value;
    if (some === undefined || some === 'all' || !Array.isArray(value)) continue;
    const stays = [...value.keys()].filter((i) => !some.has(i));
    kept[field] = stays.map((i) => value[i] as unknown);
    places.set(field, stays);
  }
  return {
    value: readable.parse(kept),
    problems: problemsOf(schema, input, result.error.issues),
    unread: unreadIn(schema, given, isFields(input) ? broken : null),
    fields: new Set([...broken].flatMap(([field, some]) => (some === 'all' ? [field] : []))),
    owners: ownersIn(given, broken),
    places,
  };
}

const WHOLE: Omit<Document<unknown>, 'value'> = {
  problems: [],
  unread: NOTHING_UNREAD,
  fields: new Set(),
  owners: new Map(),
  places: new Map(),
};

/** By field at the top: the elements that have problems, or the field itself. */
type Broken = ReadonlyMap<string, ReadonlySet<number> | 'all'>;

function brokenIn(issues: readonly z.core.$ZodIssue[]): Broken {
  const broken = new Map<string, Set<number> | 'all'>();
  for (const { path } of issues) {
    const [field, i] = path;
    if (typeof field !== 'string') continue;
    const some = broken.get(field) ?? new Set();
    broken.set(field, typeof i === 'number' && some !== 'all' ? some.add(i) : 'all');
  }
  return broken;
}

function ownersIn(given: Readonly<Record<string, unknown>>, broken: Broken): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const [list, some] of broken)
    for (const i of some === 'all' ? [] : some) {
      const element = (given[list] as readonly unknown[])[i];
      const owner = isFields(element) ? name.safeParse(element['owner']) : undefined;
      if (owner?.success) owners.set(`${list}[${i}]`, owner.data);
    }
  return owners;
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Naming = (element: unknown) => UnreadNames;

/** By list: of what kind its elements are, and what one is called that may have any shape. */
const NAMINGS: Readonly<Record<string, readonly [Named, Naming]>> = {
  calendars: ['calendars', nameIn],
  kinds: ['kinds', nameIn],
  sources: ['sources', nameIn],
  windowTypes: ['windowTypes', refIn],
  algorithms: ['algorithms', refIn],
  policies: ['policies', (element) => refText(isFields(element) ? element['windowType'] : undefined)],
  processors: ['algorithms', expectedIn],
};

/** @param broken null: the whole */
function unreadIn(schema: z.ZodObject, given: Readonly<Record<string, unknown>>, broken: Broken | null): Unread {
  const parts = new Map<Named, UnreadNames[]>();
  for (const [list, [kind, naming]] of Object.entries(NAMINGS)) {
    const some = broken === null ? 'all' : broken.get(list);
    if (!(list in schema.shape) || some === undefined) continue;
    const elements = given[list];
    const isList = some !== 'all' && Array.isArray(elements);
    const names = isList ? [...some].map((i) => naming(elements[i])) : [ANYTHING];
    parts.set(kind, [...(parts.get(kind) ?? []), ...names]);
  }
  return new Unread(new Map([...parts].map(([kind, names]) => [kind, together(names)])));
}

const ANYTHING: UnreadNames = { names: new Set(), alike: [], any: true };
const called = (text: string): UnreadNames => ({ names: new Set([text]), alike: [], any: false });
const calledLike = (text: unknown): UnreadNames =>
  typeof text === 'string' ? { names: new Set(), alike: [text], any: false } : ANYTHING;

function nameIn(element: unknown): UnreadNames {
  const own = isFields(element) ? element['name'] : undefined;
  return sourceName.safeParse(own).success ? called(own as string) : calledLike(own);
}

function refIn(element: unknown): UnreadNames {
  if (!isFields(element)) return ANYTHING;
  const [own, of] = [name.safeParse(element['name']), version.safeParse(element['version'])];
  return own.success && of.success ? called(`${own.data}@${of.data}`) : calledLike(element['name']);
}

function refText(text: unknown): UnreadNames {
  if (ref.safeParse(text).success) return called(text as string);
  return calledLike(typeof text === 'string' ? text.split('@')[0] : text);
}

function expectedIn(element: unknown): UnreadNames {
  const algorithms = isFields(element) ? element['algorithms'] : undefined;
  if (!Array.isArray(algorithms) || algorithms.length === 0) return ANYTHING;
  return together(algorithms.map(refText));
}
