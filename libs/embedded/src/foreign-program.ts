import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmbeddedError } from './errors.ts';

/** A program in any language: how it is built and started. `node` stands for the Node that runs us. */
export interface ForeignProgram {
  readonly name: string;
  /** Programs that must be on the path. */
  readonly needs: readonly string[];
  /** C libraries that must be there with their headers, as pkg-config calls them; absent: none. */
  readonly libraries?: readonly string[];
  /** Run once before; absent: nothing is to be built. */
  readonly build?: readonly string[];
  readonly command: readonly string[];
  /** Absolute. */
  readonly cwd: string;
}

/** Reads one from a JSON file, whose `cwd` is relative to it. Further fields are kept. */
export function readForeignProgram<T extends ForeignProgram>(path: string): T {
  const program = JSON.parse(readFileSync(path, 'utf8')) as T;
  return { ...program, cwd: join(dirname(path), program.cwd) };
}

/** What of its toolchain is not there. */
export const missingOf = ({ needs, libraries = [] }: ForeignProgram): string[] => [
  ...needs.filter((program) => !isOnPath(program)),
  ...libraries.filter((library) => spawnSync('pkg-config', ['--exists', library]).status !== 0),
];

/** Program and arguments, as they are started. */
export const commandOf = ([program, ...args]: readonly string[]): [string, string[]] => [
  program === 'node' ? process.execPath : program!,
  args,
];

/** As a program of the hub (`RunningHub.startProcess`): what stops that one stops it too, unless that is killed. */
export const foreignScript = ({
  cwd,
  command,
}: ForeignProgram): { readonly script: string; readonly args: string[] } => ({
  script: fileURLToPath(new URL(`./run-foreign.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)),
  args: [cwd, ...command],
});

/** Builds it and waits. Errors: COMMAND_FAILED with all of its output. */
export function buildProgram({ name, build, cwd }: ForeignProgram): void {
  if (!build) return;
  const [program, args] = commandOf(build);
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  throw new EmbeddedError(
    'COMMAND_FAILED',
    `${name}: ${build.join(' ')} ended with ${status}: ${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`,
  );
}

function isOnPath(program: string): boolean {
  if (program === 'node') return true;
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
