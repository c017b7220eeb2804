import { readFileSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedError } from './errors.ts';

export interface UserIds {
  readonly uid: number;
  readonly gid: number;
}

/** In the order of preference; the first is there when a Postgres package is installed, the second on every Linux. */
const CANDIDATES = ['postgres', 'nobody'];

/** Postgres refuses to run as root. Undefined when we are not root and so need nobody else. */
export function unprivilegedUser(passwd = readPasswd()): UserIds | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const user = findUser(passwd);
  if (user === undefined) {
    throw new EmbeddedError(
      'PLATFORM_UNSUPPORTED',
      `Postgres does not run as root, and this system has none of the users ${CANDIDATES.join(', ')} to run it instead: ` +
        'create one with `useradd --system postgres`, or start as another user',
    );
  }
  return user;
}

/** The ids of the first candidate in the text of /etc/passwd. */
export function findUser(passwd: string): UserIds | undefined {
  const entries = passwd.split('\n').map((line) => line.split(':'));
  for (const name of CANDIDATES) {
    const [, , uid, gid] = entries.find(([entry]) => entry === name) ?? [];
    if (uid && gid && uid !== '0') return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

/** True when that user may read the path (enter it, if it is a directory) and enter every directory above it. */
export function canReach(path: string, user: UserIds): boolean {
  if (!permits(statSync(path), user, 0o4)) return false;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (!permits(statSync(folder), user, 0o1)) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** `need` in the bits of one class: 4 read, 2 write, 1 execute or enter. A directory must also be entered. */
export function permits(stats: Pick<Stats, 'mode' | 'uid' | 'gid'>, { uid, gid }: UserIds, need: number): boolean {
  const shift = stats.uid === uid ? 6 : stats.gid === gid ? 3 : 0;
  return ((stats.mode >> shift) & need) === need;
}

function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return '';
  }
}
