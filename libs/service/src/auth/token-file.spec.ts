import { mkdtempSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createTokenFile, TokenFile, tokenRereadMs } from './token-file.ts';

const fresh = () => join(mkdtempSync(join(tmpdir(), 'windlass-tokens-')), 'tokens');
const aron = { name: 'aron', team: 'north', role: 'author' } as const;

describe('a token file', () => {
  it('knows its tokens and no other, and holds none of them in clear', () => {
    const path = fresh();
    const [made] = createTokenFile(path, [aron]);
    const file = new TokenFile(path);
    expect(file.find(made!.token)).toEqual(aron);
    expect(file.find(`${made!.token}x`)).toBeUndefined();
    expect(file.find('')).toBeUndefined();
    expect(readFileSync(path, 'utf8')).not.toContain(made!.token);
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  it('is never replaced by accident', () => {
    const path = fresh();
    createTokenFile(path, [aron]);
    expect(() => createTokenFile(path, [aron])).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  });

  it('that is wrong names each wrong line', () => {
    const path = fresh();
    writeFileSync(path, `# people\n\n{"name":"x"}\nnot json\n`);
    expect(() => new TokenFile(path)).toThrow(
      expect.objectContaining({
        problems: [expect.objectContaining({ path: `${path}:3` }), expect.objectContaining({ path: `${path}:4` })],
      }),
    );
  });

  it('ends a revoked token without a restart, and keeps the known ones while it cannot be read', () => {
    const path = fresh();
    const [made] = createTokenFile(path, [aron]);
    let nowMs = 0;
    const file = new TokenFile(path, () => nowMs);
    writeFileSync(path, 'broken');
    utimesSync(path, 1, 1);
    nowMs += tokenRereadMs;
    expect(file.find(made!.token)).toEqual(aron);
    writeFileSync(path, '# nobody\n');
    utimesSync(path, 2, 2);
    expect(file.find(made!.token)).toEqual(aron);
    nowMs += tokenRereadMs;
    expect(file.find(made!.token)).toBeUndefined();
  });
});
