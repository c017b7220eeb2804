import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type FileProblem, unreadable } from './definitions-file-error.ts';

/** Fields of a calendar that may name a file. */
const FIELDS = ['ical', 'holidaysIcal'] as const;
const MAX_BYTES = 4_000_000;

interface File {
  readonly value: unknown;
  readonly locate: (path: string) => string;
}

/**
 * A copy of the definitions in which calendars have the text of the .ics files that they name, which lie beside the definitions
 * file: the hub is told what is in a file, not its name. A name whose file cannot be read stays, and is told with its place.
 */
export async function withIcalFiles(
  { value, locate }: File,
  folder: string,
): Promise<{ readonly value: unknown; readonly problems: readonly FileProblem[] }> {
  const copy: unknown = structuredClone(value);
  const problems: FileProblem[] = [];
  for (const { calendar, path } of calendarsIn(copy))
    for (const field of FIELDS) {
      const name = calendar[field];
      if (typeof name !== 'string' || !/^[^\r\n]+\.ics$/i.test(name)) continue;
      const read = await textOf(resolve(folder, name), locate(`${path}.${field}`));
      if (typeof read === 'string') calendar[field] = read;
      else problems.push(read);
    }
  return { value: copy, problems };
}

type Fields = Record<string, unknown>;

function calendarsIn(definitions: unknown): { readonly calendar: Fields; readonly path: string }[] {
  const inside = (value: unknown, ...keys: readonly string[]): unknown =>
    keys.reduce((at: unknown, key) => (isFields(at) ? at[key] : undefined), value);
  const list = (key: string): unknown[] => {
    const found = inside(definitions, key);
    return Array.isArray(found) ? found : [];
  };
  return [
    ...list('calendars').map((calendar, i) => ({ calendar, path: `calendars[${i}]` })),
    ...list('windowTypes').map((type, i) => ({
      calendar: inside(type, 'open', 'calendar'),
      path: `windowTypes[${i}].open.calendar`,
    })),
  ].flatMap(({ calendar, path }) => (isFields(calendar) ? [{ calendar, path }] : []));
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

async function textOf(path: string, at: string): Promise<string | FileProblem> {
  try {
    const { size } = await stat(path);
    if (size <= MAX_BYTES) return await readFile(path, 'utf8');
    const message = `cannot read ${path}: ${size} bytes; at most ${MAX_BYTES}`;
    return { code: 'BAD_FILE', at, message, mend: 'shorten it, or split the calendar' };
  } catch (cause) {
    return unreadable(path, cause, at);
  }
}
