import type { Problem } from '@windlass/dag';
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
  const problems = defined.problems.filter(
    (one) => !isOfUnread(one, fileOf(one.registration, definitions, registrations)),
  );
  return { ok: false, problems };
}

/** Problems that are not there because of what cannot be read. */
export const withoutUnread = (problems: readonly Problem[], file: MaybeFile): readonly Problem[] =>
  problems.filter((one) => !isOfUnread(one, file));

const isOfUnread = ({ path }: Pick<Problem, 'path'>, { value, locate, unread }: MaybeFile): boolean =>
  unread !== undefined && (value === undefined || unread.some(({ at }) => at === locate(path)));

/** Places in the file that is meant; null: the definitions. */
export const locatorOf = (
  registration: number | null,
  definitions: DefinitionsFile,
  registrations: readonly DefinitionsFile[],
): Locate => fileOf(registration, definitions, registrations).locate;

const fileOf = (registration: number | null, definitions: MaybeFile, registrations: readonly MaybeFile[]): MaybeFile =>
  registration === null ? definitions : registrations[registration]!;

export const unreadIn = (files: readonly MaybeFile[]): FileProblem[] => files.flatMap(({ unread = [] }) => unread);
