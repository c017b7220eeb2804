import { definedView, type DefinedView } from '@windlass/simulation';
import { type DefinitionsFile, readDefinitionsFile } from './definitions-file.ts';
import { DefinitionsFileError, type FileProblem } from './definitions-file-error.ts';
import type { Locate } from './plan-text.ts';

/** A file, or why it cannot be read. */
export interface MaybeFile extends DefinitionsFile {
  readonly unread?: readonly FileProblem[];
}

/** A file that cannot be read says nothing, and hides nothing of the others. */
export const readOrTell = (path: string): Promise<MaybeFile> =>
  readDefinitionsFile(path).catch((error: unknown) => {
    if (!(error instanceof DefinitionsFileError)) throw error;
    return { ...(error.rest ?? { value: undefined, locate: () => path }), unread: error.problems };
  });

/** Files that cannot be read are judged as documents that are nothing at all; what that makes wrong is told of the file. */
export function validated(definitions: MaybeFile, registrations: readonly MaybeFile[]): DefinedView {
  const defined = definedView(
    definitions.value,
    registrations.map(({ value }) => value),
  );
  if (defined.ok) return defined;
  const problems = defined.problems.filter(({ registration, path }) => {
    const { value, locate, unread } = fileOf(registration, definitions, registrations);
    return !unread || (value !== undefined && unread.every(({ at }) => at !== locate(path)));
  });
  return { ok: false, problems };
}

/** Places in the file that is meant; null: the definitions. */
export const locatorOf = (
  registration: number | null,
  definitions: DefinitionsFile,
  registrations: readonly DefinitionsFile[],
): Locate => fileOf(registration, definitions, registrations).locate;

const fileOf = (registration: number | null, definitions: MaybeFile, registrations: readonly MaybeFile[]): MaybeFile =>
  registration === null ? definitions : registrations[registration]!;

export const unreadIn = (files: readonly MaybeFile[]): FileProblem[] => files.flatMap(({ unread = [] }) => unread);
