// Sets a fresh clone up with nothing but Node ≥ 20 and npm: packages, then the build. Quick when nothing changed.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { dirname, join } from 'node:path';

export const root = fileURLToPath(new URL('..', import.meta.url));
/** The Node of the house (24), whatever the machine has. */
export const node = join(root, 'node_modules/node/bin/node');
/** Environment in which `node` is the Node of the house. */
export const environment = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}`, NX_DAEMON: 'false' };

const stamp = join(root, 'node_modules/.windlass-setup');

/** Runs a command of the house and waits. @returns its exit code */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: environment, ...options });
  if (error) console.error(`${command}: ${error.message}`);
  return status ?? 1;
}

function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(node) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('Installing packages (once; about a minute)…');
  // Not `npm ci`: a lock file made on one platform lacks the optional packages of the others, which `npm ci` refuses.
  // Engine warnings are about the machine's Node; everything below runs on the Node of the house.
  const status = run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status);
  writeFileSync(stamp, lock);
}

export function build() {
  return run(node, ['tools/tsc.mjs', '-b']);
}

/** @throws never: ends the process with a message when a prerequisite is missing or the build fails */
export function setUp() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) {
    console.error(
      `Windlass needs Node 20 or newer to set itself up; this is ${process.version}. Get it at https://nodejs.org or with your package manager.`,
    );
    process.exit(1);
  }
  installPackages();
  const status = build();
  if (status !== 0) process.exit(status);
}
