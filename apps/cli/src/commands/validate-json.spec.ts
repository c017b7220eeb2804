import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

interface Ran {
  readonly code: number;
  readonly problems: readonly {
    readonly code: string;
    readonly at: string;
    readonly severity: string;
    readonly mend: string;
  }[];
}

/** What a program reads that runs it. */
const validate = (...args: readonly string[]): Promise<Ran> =>
  new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['--conditions=windlass-source', MAIN, 'validate', '--json', ...args],
      (error, stdout) => {
        try {
          resolve({ code: Number(error?.code ?? 0), problems: JSON.parse(stdout) as Ran['problems'] });
        } catch (cause) {
          reject(new Error(`no JSON: ${stdout}`, { cause }));
        }
      },
    );
  });

it('windlass validate --json prints an array of everything that is wrong with each file, whatever is wrong', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'windlass-validate-'));
  const written = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };
  const silent = '{ name: silent, version: 1, open: { fixed: { size: 1m } } }';
  const good = await written('good.yaml', 'windowTypes: []\n');
  const wrong = await written('wrong.yaml', `windowTypes:\n  - { name: x, version: 1, open: {} }\n  - ${silent}\n`);
  const none = await written('none.yaml', 'windowTypes: [\nowner: !team blue\n');
  const registration = await written(
    'p.yaml',
    "name: p\nversion: 1\nalgorithms:\n  - { name: a, version: 1, windows: ['x@1', 'y@1'], result: dubble }\n",
  );
  const missing = join(folder, 'missing.yaml');

  const [accepted, all, unread] = await Promise.all([
    validate(good),
    validate(wrong, '--registration', registration, missing, none),
    validate(missing),
  ]);
  expect(accepted).toEqual({ code: 0, problems: [] });
  const told = all.problems.map(({ code, at, severity }) => `${severity} ${code} ${at.slice(folder.length + 1)}`);
  expect(all.code).toBe(1);
  expect(told[0]).toBe('problem BAD_FILE missing.yaml');
  expect(told.slice(1).filter((one) => one.startsWith('problem BAD_YAML none.yaml:2:'))).not.toEqual([]);
  expect(told.filter((one) => !one.includes(' BAD_'))).toEqual([
    'problem MALFORMED wrong.yaml:2:34',
    'problem NO_SIGNALS wrong.yaml:3:5',
    'problem MALFORMED p.yaml:4:61',
  ]);
  expect(all.problems.every(({ mend }) => mend.length > 0)).toBe(true);
  expect(unread).toMatchObject({
    code: 1,
    problems: [{ code: 'BAD_FILE', at: missing, path: '.', severity: 'problem' }],
  });
});
