import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mappingOf } from './mapping.ts';
import { endsWithLine, fingerprintOf, mappingHash, readState, stateFileOf } from './state-file.ts';

let folder: string;
let data: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'windlass-state-'));
  data = join(folder, 'data.csv');
});
afterEach(() => rm(folder, { recursive: true }));

const rows = Array.from({ length: 20_000 }, (_, i) => `${i},${i % 7}\n`);
const byte = rows.slice(0, 15_000).join('').length;
const fingerprint = async (content: string | Buffer): Promise<string> => {
  await writeFile(data, content);
  return fingerprintOf(data, byte);
};

describe('the fingerprint of a file', () => {
  it('holds when rows behind the place are mended or added, and not when any near its ends are changed', async () => {
    const before = await fingerprint(rows.join(''));
    expect(await fingerprint([...rows.slice(0, 15_000), 'mended\n', ...rows].join(''))).toBe(before);
    for (const changed of [0, 1, 14_999])
      expect(await fingerprint(rows.with(changed, 'x,y\n').join(''))).not.toBe(before);
    expect(await fingerprint(rows.slice(0, 14_000).join(''))).not.toBe(before);
  });

  it('is of all of a packed file', async () => {
    const before = await fingerprint(gzipSync(rows.join('')));
    expect(await fingerprint(gzipSync(rows.join('')))).toBe(before);
    expect(await fingerprint(gzipSync([...rows, 'more\n'].join('')))).not.toBe(before);
  });
});

describe('the state of an ingest', () => {
  it('tells a line that was not complete when it was read', async () => {
    await writeFile(data, 'a,b\n1,2');
    expect([await endsWithLine(data, 4), await endsWithLine(data, 7)]).toEqual([true, false]);
  });

  it('is of one file, and of one mapping in whatever order it was written', () => {
    expect(stateFileOf('/a/data.csv', folder)).not.toBe(stateFileOf('/b/data.csv', folder));
    const [one, same, other] = [
      mappingOf({ time: { column: 'at', zone: 'UTC' }, source: 'p', values: { a: 'a', b: 'b' } }),
      mappingOf({ values: { b: 'b', a: 'a' }, source: 'p', time: { column: 'at' } }),
      mappingOf({ time: { column: 'at' }, source: 'p', values: { a: 'a' } }),
    ].map(mappingHash);
    expect(one).toBe(same);
    expect(one).not.toBe(other);
  });

  it('is refused when it is none', async () => {
    expect(await readState(join(folder, 'none.json'))).toBeUndefined();
    await writeFile(data, '{"version": 2}');
    await expect(readState(data)).rejects.toMatchObject({ code: 'BAD_STATE' });
  });
});
