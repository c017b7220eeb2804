import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How an SDK's conformance processor is built and started: `sdks/<language>/conformance.json`. */
export interface Manifest {
  readonly name: string;
  /** Programs that must be on the path. */
  readonly needs: readonly string[];
  /** Run once before; absent: nothing is to be built. */
  readonly build?: readonly string[];
  readonly command: readonly string[];
  /** Absolute. */
  readonly cwd: string;
}

const sdks = fileURLToPath(new URL('../../', import.meta.url));

/** Of every SDK that has one. */
export const manifests = (): Manifest[] =>
  readdirSync(sdks)
    .map((folder) => join(sdks, folder, 'conformance.json'))
    .filter(existsSync)
    .map((path) => {
      const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
      return { ...manifest, cwd: join(dirname(path), manifest.cwd) };
    });

/** What of its toolchain is not on the path. */
export const missingOf = ({ needs }: Manifest): string[] => needs.filter((program) => !isOnPath(program));

/** `node` stands for the one that runs this. */
export const resolved = ([program, ...args]: readonly string[]): [string, string[]] => [
  program === 'node' ? process.execPath : program!,
  args,
];

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
