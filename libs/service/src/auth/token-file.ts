import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { isName } from '@windlass/contracts';
import { z } from 'zod';
import { ConfigurationError } from '../errors.ts';
import { roles, type Principal } from './roles.ts';

const line = z.strictObject({
  name: z.string().min(1).max(100),
  team: z.string().refine(isName, 'must be a name'),
  role: z.enum(roles),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits'),
});

interface Entry {
  readonly principal: Principal;
  readonly hash: Buffer;
}

const digest = (token: string): Buffer => createHash('sha256').update(token, 'utf8').digest();

/** How often the file is looked at again, so that a revoked token ends without a restart. */
export const tokenRereadMs = 5_000;

/** Bearer tokens from a file: one JSON object a line (name, team, role, sha256 of the token); lines with # are comments. */
export class TokenFile {
  private readonly path: string;
  private readonly nowMs: () => number;
  private entries: readonly Entry[];
  private changedMs: number;
  private lookedMs: number;

  /** @throws {ConfigurationError} when the file cannot be read or a line is wrong; each line is named. */
  constructor(path: string, nowMs: () => number = Date.now) {
    this.path = path;
    this.nowMs = nowMs;
    this.entries = readEntries(path);
    this.changedMs = statSync(path).mtimeMs;
    this.lookedMs = nowMs();
  }

  /** Who has this token; undefined: nobody. Takes the same time for every wrong token. */
  find(token: string): Principal | undefined {
    this.reread();
    const hash = digest(token);
    let found: Principal | undefined;
    for (const entry of this.entries) {
      if (timingSafeEqual(hash, entry.hash)) found = entry.principal;
    }
    return found;
  }

  /** A file that has become unreadable or wrong changes nothing until it is mended: the tokens known stay valid. */
  private reread(): void {
    if (this.nowMs() - this.lookedMs < tokenRereadMs) return;
    this.lookedMs = this.nowMs();
    try {
      const { mtimeMs } = statSync(this.path);
      if (mtimeMs === this.changedMs) return;
      this.entries = readEntries(this.path);
      this.changedMs = mtimeMs;
    } catch (error) {
      if (!(error instanceof ConfigurationError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }
}

function readEntries(path: string): Entry[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError([{ path: 'WINDLASS_TOKENS_FILE', message: (error as Error).message }]);
  }
  const problems: { path: string; message: string }[] = [];
  const entries = text.split('\n').flatMap((raw, index) => {
    if (raw.trim() === '' || raw.trimStart().startsWith('#')) return [];
    const parsed = line.safeParse(parseJson(raw));
    if (parsed.success) {
      const { sha256, ...principal } = parsed.data;
      return [{ principal, hash: Buffer.from(sha256, 'hex') }];
    }
    const message = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'line'} ${issue.message}`).join(', ');
    problems.push({ path: `${path}:${index + 1}`, message });
    return [];
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
  return entries;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Makes a token file with a fresh token for each principal, readable by its owner only. The clear tokens are in the answer and
 * nowhere else.
 * @throws with `code` EEXIST when the file is there already: tokens are never replaced by accident.
 */
export function createTokenFile(
  path: string,
  principals: readonly Principal[],
): { readonly name: string; readonly token: string }[] {
  const made = principals.map((principal) => ({ principal, token: `wl_${randomBytes(32).toString('base64url')}` }));
  const lines = made.map(({ principal: { name, team, role }, token }) =>
    JSON.stringify({ name, team, role, sha256: digest(token).toString('hex') }),
  );
  writeFileSync(path, `${lines.join('\n')}\n`, { flag: 'wx', mode: 0o600 });
  return made.map(({ principal, token }) => ({ name: principal.name, token }));
}
