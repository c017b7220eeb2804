// Runs Jest for one project: `node tools/jest.mjs libs/messaging [jest options]`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';

const root = fileURLToPath(new URL('..', import.meta.url));
const [project, ...options] = process.argv.slice(2);
const jest = resolve(root, 'node_modules/jest/bin/jest.js');
const { status } = spawnSync(
  resolve(root, 'node_modules/node/bin/node'),
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    jest,
    '--rootDir',
    root,
    '--roots',
    resolve(root, project),
    '--passWithNoTests',
    ...options,
  ],
  { stdio: 'inherit', cwd: root },
);
process.exit(status ?? 1);
