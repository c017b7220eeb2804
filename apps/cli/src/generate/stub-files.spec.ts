import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { carryOut, changesTo } from './stub-files.ts';
import { GENERATED } from './stub-language.ts';

const text = (body: string, origin = 'DAG revision 1') => `// ${GENERATED}\n// From ${origin}.\n${body}\n`;
const language = { extension: '.ts' };

describe('files of stubs', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'windlass-stub-files-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = async (files: Record<string, string>) => {
    const wanted = new Map(Object.entries(files));
    const changes = await changesTo(folder, wanted, language);
    await carryOut(folder, wanted, changes);
    return changes.map(({ action, name }) => `${action} ${name}`);
  };

  it('are written, and those of processors that are gone are deleted', async () => {
    expect(await write({ 'a.ts': text('a'), 'b.ts': text('b') })).toEqual(['write a.ts', 'write b.ts']);
    expect(await write({ 'b.ts': text('b, again'), 'c.ts': text('c') })).toEqual([
      'delete a.ts',
      'write b.ts',
      'write c.ts',
    ]);
    expect((await readdir(folder)).sort()).toEqual(['b.ts', 'c.ts']);
  });

  it('stay when nothing but the revision differs, also with other ends of lines', async () => {
    await write({ 'a.ts': text('a') });
    expect(await write({ 'a.ts': text('a', 'DAG revision 2') })).toEqual([]);
    await writeFile(join(folder, 'a.ts'), text('a').replaceAll('\n', '\r\n'));
    expect(await write({ 'a.ts': text('a', 'DAG revision 3') })).toEqual([]);
  });

  it('leave alone what was not generated', async () => {
    await writeFile(join(folder, 'mine.ts'), 'export {};\n');
    await writeFile(join(folder, 'notes.md'), 'mine\n');
    expect(await write({ 'a.ts': text('a') })).toEqual(['write a.ts']);
    await expect(write({ 'mine.ts': text('m') })).rejects.toMatchObject({ code: 'FOREIGN_FILE' });
    expect(await readFile(join(folder, 'mine.ts'), 'utf8')).toBe('export {};\n');
  });
});
