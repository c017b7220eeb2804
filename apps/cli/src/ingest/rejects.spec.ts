import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Rejects, type RejectsSize } from './rejects.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'windlass-rejects-'))));
afterEach(() => rm(folder, { recursive: true }));

const rejects = (size: RejectsSize | null = null) =>
  new Rejects(join(folder, 'data.csv'), { header: 'a,b', encoding: 'utf8', size });
const row = (n: number) => ({ raw: `${n},ü`, reason: `data:${n}: bad` });
const texts = () => Promise.all(['data.csv', 'data.log'].map((name) => readFile(join(folder, name), 'utf8')));

describe('rejected rows', () => {
  it('go on where a run had noted them, and overwrite what it had not', async () => {
    const first = rejects();
    await first.add([row(1), row(2)]);
    const noted = first.size;
    await first.add([row(3), row(4)]);
    await first.close();
    const second = rejects(noted);
    second.checkFree();
    await second.add([row(3)]);
    await second.close();
    expect(await texts()).toEqual(['a,b\n1,ü\n2,ü\n3,ü\n', 'data:1: bad\ndata:2: bad\ndata:3: bad\n']);
  });

  it('never overwrite those of another run', async () => {
    await writeFile(join(folder, 'data.csv'), 'mended');
    expect(() => rejects().checkFree()).toThrow('is there already');
    await expect(rejects().add([row(1)])).rejects.toMatchObject({ code: 'REJECTS_EXIST' });
    expect(await readFile(join(folder, 'data.csv'), 'utf8')).toBe('mended');
  });

  it('leave no file where there are none', async () => {
    const none = rejects();
    await none.add([]);
    await none.close();
    await expect(texts()).rejects.toThrow('ENOENT');
  });
});
