import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { validateCommand } from './validate.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'windlass-validate-'));
});
afterEach(async () => {
  process.exitCode = 0;
  jest.restoreAllMocks();
  await rm(folder, { recursive: true });
});

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
async function validate(...args: readonly string[]): Promise<Ran> {
  let out = '';
  process.exitCode = 0;
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((out += String(text))));
  try {
    await validateCommand().parseAsync(['--json', ...args], { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return { code: Number(process.exitCode), problems: JSON.parse(out) as Ran['problems'] };
}

it('windlass validate --json prints an array of everything that is wrong with each file, whatever is wrong', async () => {
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
  const calendars = '[{ name: a, zone: UTC, ical: a.ics }, { name: b, zone: UTC, holidaysIcal: b.ics }]';
  const shifts = await written('shifts.yaml', `calendars: ${calendars}\nwindowTypes:\n  - ${silent}\n`);

  const accepted = await validate(good);
  const all = await validate(wrong, '--registration', registration, missing, none);
  const unread = await validate(missing);
  const named = await validate(shifts);
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
  expect(named.problems.map(({ code, at }) => `${code} ${at.slice(folder.length + 1)}`)).toEqual([
    'BAD_FILE shifts.yaml:1:41',
    'BAD_FILE shifts.yaml:1:86',
    'NO_SIGNALS shifts.yaml:3:5',
  ]);
});
