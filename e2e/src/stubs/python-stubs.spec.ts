import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pythonSdk } from '../python-sdk.ts';
import { hostileRegistration } from './hostile.ts';

const DEADLINE_MS = 600_000;
const root = fileURLToPath(new URL('../../..', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));
const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

const generate = (cwd: string, ...options: readonly string[]) =>
  spawnSync(
    process.execPath,
    [
      ...['--conditions=windlass-source', join(root, 'apps/cli/src/main.ts'), 'generate', '--lang', 'python'],
      ...options,
    ],
    { encoding: 'utf8', cwd },
  );

const fromFiles = [
  '--definitions',
  join(here, 'definitions.yaml'),
  '--registration',
  join(here, 'health.registration.yaml'),
];

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'windlass-python-stubs-'));
  folders.push(folder);
  return folder;
}

describe('generated stubs for Python', () => {
  it('are those that the Python SDK is tested with', () => {
    const { status, stdout } = generate(root, ...fromFiles, '--out', 'sdks/python/tests/windlass_stubs', '--check');
    expect({ status, stdout }).toEqual({ status: 0, stdout: '3 files up to date\n' });
  });

  it("go to a folder that does not hide the SDK's package, and are deleted with what they were made of", async () => {
    const folder = await temporary();
    expect(generate(folder, ...fromFiles).status).toBe(0);
    expect((await readdir(join(folder, 'windlass_stubs'))).sort()).toEqual([
      '__init__.py',
      'health.py',
      'window_types.py',
    ]);
    const { stdout } = generate(folder, ...fromFiles, '--only', 'indicator@2');
    expect(stdout).toContain('deleted windlass_stubs/window_types.py\n');
    const text = await readFile(join(folder, 'windlass_stubs/health.py'), 'utf8');
    expect(text.match(/^\w+ = /gm)).toEqual(['indicator = ']);
  });
});

pythonSdk.describe('stubs for Python in mypy', () => {
  beforeAll(() => expect(pythonSdk.setUp()).toBe(''), DEADLINE_MS);

  it(
    'are strictly typed whatever things are named, and can be imported',
    async () => {
      const folder = await temporary();
      await writeFile(join(folder, 'registration.json'), JSON.stringify(hostileRegistration('window-types')));
      expect(generate(folder, '--registration', 'registration.json').stderr).toBe('');
      await writeFile(
        join(folder, 'use.py'),
        [
          'from windlass_stubs._window_types import a1, a_1, any, b_, del_V1, float_V1, of, sdk_V1, str_V1, tree, type, undefined, x, x_v1_V1, x_V1',
          'from windlass_stubs.window_types import all, all_v1, all_v1_10, class_V1',
          'import windlass as w',
          'used = [a1, a_1, any, b_, del_V1, float_V1, of, sdk_V1, str_V1, type, undefined, x_v1_V1, x_V1, all, all_v1, all_v1_10, class_V1]',
          'def whole(context: w.Context) -> int:',
          '    return context.get(tree)["default"] + context.get(x)["__proto__x"]',
          'print(len(used))',
        ].join('\n'),
      );
      const typed = await pythonSdk.run(['-m', 'mypy', '--strict', 'use.py', 'windlass_stubs'], process.env, folder);
      expect(typed).toBe('Success: no issues found in 4 source files\n');
      expect(await pythonSdk.run(['use.py'], process.env, folder)).toBe('17\n');
      await writeFile(join(folder, 'wrong.py'), 'from windlass_stubs.window_types import nothing\n');
      const wrong = await pythonSdk.run(['-m', 'mypy', '--strict', 'wrong.py'], process.env, folder);
      expect(wrong).toContain('has no attribute "nothing"');
    },
    DEADLINE_MS,
  );
});
