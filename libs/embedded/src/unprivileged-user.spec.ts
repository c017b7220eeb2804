import { describe, expect, it } from '@jest/globals';
import { findUser, permits } from './unprivileged-user.ts';

describe('findUser', () => {
  const root = 'root:x:0:0:root:/root:/bin/bash';
  const nobody = 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin';
  const postgres = 'postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash';

  it('prefers the user made for Postgres', () => {
    expect(findUser([root, nobody, postgres].join('\n'))).toEqual({ uid: 101, gid: 104 });
  });

  it('takes nobody on a system that never had Postgres', () => {
    expect(findUser([root, nobody].join('\n'))).toEqual({ uid: 65534, gid: 65534 });
  });

  it('finds none on a system with root alone, and never root under another name', () => {
    expect(findUser(root)).toBeUndefined();
    expect(findUser('postgres:x:0:0::/:/bin/sh')).toBeUndefined();
  });
});

describe('permits', () => {
  const user = { uid: 101, gid: 104 };

  it.each([
    ['the owner by the first class', { mode: 0o40700, uid: 101, gid: 0 }, true],
    ['the owner even if others may more', { mode: 0o40077, uid: 101, gid: 104 }, false],
    ['the group by the second', { mode: 0o40710, uid: 0, gid: 104 }, true],
    ['others by the third', { mode: 0o40711, uid: 0, gid: 0 }, true],
    ['nobody else in a home folder of root', { mode: 0o40700, uid: 0, gid: 0 }, false],
  ])('judges %s', (_, stats, expected) => {
    expect(permits(stats, user, 0o1)).toBe(expected);
  });
});
