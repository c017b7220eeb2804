import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandOf, readForeignProgram, type ForeignProgram } from '@windlass/embedded';

/** Something that must be there for a toolbox to run. */
export interface Part {
  /** For a person. */
  readonly is: string;
  /** Files, and folders with all in them; relative to the toolbox. */
  readonly paths?: readonly string[];
  /** A command that prints further ones, one a line. */
  readonly list?: readonly string[];
}

/** The same processor in one of the languages: `bench/toolboxes/<name>/toolbox.json`. */
export interface Toolbox extends ForeignProgram {
  readonly title: string;
  /** Prints the version of its runtime or compiler. */
  readonly version: readonly string[];
  readonly program: Part;
  readonly runtime?: Part;
}

const folder = fileURLToPath(new URL('../../toolboxes/', import.meta.url));

export const toolboxes = (): Toolbox[] =>
  readdirSync(folder)
    .sort()
    .map((name) => join(folder, name, 'toolbox.json'))
    .filter(existsSync)
    .map((path) => readForeignProgram<Toolbox>(path));

/** Once it is built. */
export const versionOf = ({ version, cwd }: Toolbox): string => outputOf(version, cwd).trim().split('\n')[0]!;

/** MB (10⁶ bytes) of a part, as its files are long. Once it is built. */
export function sizeOf({ paths = [], list }: Part, cwd: string): number {
  const listed = list ? outputOf(list, cwd).split('\n').filter(Boolean) : [];
  return [...paths, ...listed].reduce((sum, path) => sum + bytesOf(resolve(cwd, path)), 0) / 1e6;
}

function outputOf(command: readonly string[], cwd: string): string {
  const [program, args] = commandOf(command);
  return execFileSync(program, args, { cwd, encoding: 'utf8' });
}

/** Packages within packages are listed on their own. */
function bytesOf(path: string): number {
  const stat = lstatSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path)
    .filter((name) => name !== 'node_modules')
    .reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}
