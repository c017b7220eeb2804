import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GENERATED, type StubLanguage } from './stub-language.ts';

/** A file that would have to be overwritten, and was not generated. */
export class ForeignFileError extends Error {
  readonly code = 'FOREIGN_FILE';
}

export interface FileChange {
  readonly action: 'write' | 'delete';
  /** Within the folder. */
  readonly name: string;
}

/**
 * What is to be done so that a folder holds these files, and no other generated one of the language. A file whose second line alone
 * differs stays: another revision with the same contents is no change.
 * @throws {ForeignFileError}
 */
export async function changesTo(
  folder: string,
  files: ReadonlyMap<string, string>,
  { extension }: Pick<StubLanguage, 'extension'>,
): Promise<FileChange[]> {
  const present = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(extension));
  const texts = new Map(
    await Promise.all(present.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
  const written = [...files].filter(([name, text]) => withoutOrigin(texts.get(name)) !== withoutOrigin(text));
  const foreign = written.find(([name]) => texts.has(name) && !isGenerated(texts.get(name)!));
  if (foreign)
    throw new ForeignFileError(
      `${join(folder, foreign[0])} exists and was not generated: move it, or generate to another folder with --out`,
    );
  const left = [...texts].filter(([name, text]) => !files.has(name) && isGenerated(text));
  return [
    ...written.map(([name]): FileChange => ({ action: 'write', name })),
    ...left.map(([name]): FileChange => ({ action: 'delete', name })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
}

export async function carryOut(
  folder: string,
  files: ReadonlyMap<string, string>,
  changes: readonly FileChange[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { action, name } of changes)
    await (action === 'write' ? writeFile(join(folder, name), files.get(name)!) : rm(join(folder, name)));
}

const linesOf = (text: string): string[] => text.split(/\r?\n/);
const withoutOrigin = (text: string | undefined): string | undefined =>
  text && linesOf(text).toSpliced(1, 1).join('\n');
const isGenerated = (text: string): boolean => linesOf(text)[0]!.includes(GENERATED);
