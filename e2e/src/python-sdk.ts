/** The Python SDK in its virtual environment, where Python is there; CI has it. */
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from '@jest/globals';
import { missingOf } from '@windlass/embedded';

const cwd = fileURLToPath(new URL('../../sdks/python/', import.meta.url));
const missing = missingOf({ name: 'python', needs: ['python3'], command: [], cwd });
const isSkipped = missing.length > 0 && process.env['CI'] !== 'true';

export const pythonSdk = {
  /** Skipped without Python. */
  describe: (name: string, tests: () => void): void =>
    isSkipped ? describe.skip(`${name} (needs ${missing.join(', ')})`, tests) : describe(name, tests),

  /** Nothing, or what went wrong. */
  setUp(): string {
    const { status, stdout, stderr } = spawnSync('sh', ['scripts/setup.sh'], { cwd, encoding: 'utf8' });
    return status === 0 ? '' : `setup.sh ended with ${status}: ${stdout}${stderr}`;
  },

  /** What a program printed, whether it went well or not. */
  run: (args: readonly string[], env: NodeJS.ProcessEnv = process.env, folder = cwd): Promise<string> =>
    new Promise((resolve) => {
      const options = { cwd: folder, env, maxBuffer: 16 * 1024 * 1024 };
      execFile(join(cwd, '.venv/bin/python'), args, options, (error, stdout, stderr) =>
        resolve(`${stdout}${stderr}${error ? `ended with ${error.code}` : ''}`),
      );
    }),
} as const;
