import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ingestCommand } from './ingest.ts';
import { simulateCommand } from './simulate.ts';

const page = await readFile(new URL('../../../../docs/reference/ingest.md', import.meta.url), 'utf8');
const example = page.slice(page.indexOf('## Example'));
const blocks = (language: string, text = example): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, block]) => block!);

let folder: string;
const here = process.cwd();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'windlass-ingest-'));
  await writeFile(join(folder, 'pumps.yaml'), blocks('yaml', page)[0]!);
  await writeFile(join(folder, 'pumps.csv'), blocks('csv')[0]!);
  process.chdir(folder);
});
afterEach(async () => {
  process.chdir(here);
  process.exitCode = 0;
  jest.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** What the command writes. */
async function run(command: () => Promise<unknown>): Promise<{ out: string; err: string }> {
  const written = { out: '', err: '' };
  const writes = (['out', 'err'] as const).map((name) =>
    jest.spyOn(process[`std${name}`], 'write').mockImplementation((text) => Boolean((written[name] += String(text)))),
  );
  try {
    await command();
  } finally {
    for (const write of writes) write.mockRestore();
  }
  return written;
}

const dryRun = (...args: string[]) =>
  run(() =>
    ingestCommand().parseAsync(['pumps.csv', '--mapping', 'pumps.yaml', '--dry-run', ...args], { from: 'user' }),
  );

describe('windlass ingest --dry-run', () => {
  it('prints what docs/reference/ingest.md shows', async () => {
    expect(await dryRun()).toEqual({ out: blocks('json lines')[0], err: blocks('text')[0] });
    expect(process.exitCode).toBe(1);
  });

  it('lets options win over the mapping file', async () => {
    const { out, err } = await dryRun('--zone', '+01:00', '--source', 'plant', '--values', 'Last', '--rows', '3');
    expect(err).not.toContain('pumps.csv:');
    expect(
      out
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject([
      { signal: { source: 'plant', eventTime: '2026-03-29T00:59:59.500000Z', values: { Last: 80 } } },
      { signal: { source: 'plant', eventTime: '2026-03-29T02:00:00.000000Z', values: { Last: 80.5 } } },
      { signal: { source: 'plant', eventTime: '2026-03-29T01:30:00.000000Z', values: { Last: 75 } } },
    ]);
    expect(process.exitCode).not.toBe(1);
  });

  it('prints what windlass simulate reads', async () => {
    await writeFile('plain.csv', 'at,bar\n2026-01-31T10:00:00Z,3\n2026-01-31T10:00:01Z,4\n');
    const plain = ['plain.csv', '--time', 'at', '--source', 'pump-1', '--dry-run'];
    const { out } = await run(() => ingestCommand().parseAsync(plain, { from: 'user' }));
    await writeFile('steps.jsonl', out);
    await writeFile(
      'types.yaml',
      'windowTypes: [{ name: run, version: 1, reads: [sample], open: { fixed: { size: 1s } }, policy: { outOfOrderness: 0s } }]\n',
    );
    const steps = ['--types', 'types.yaml', '--input', 'steps.jsonl'];
    const simulated = await run(() => simulateCommand().parseAsync(steps, { from: 'user' }));
    expect(simulated.out).toContain('"type":"run@1","source":"pump-1","start":"2026-01-31T10:00:00.000000Z"');
  });

  it('names each problem of a mapping, with its place', async () => {
    await writeFile(
      'pumps.yaml',
      'time: { column: Zeit, zone: Mars }\nsourc: pump\nphase: { column: Zustand, is: { an: ON } }\n',
    );
    await expect(dryRun()).rejects.toThrow(
      /^pumps\.yaml:1:\d+: time\.zone: "Mars": not a time zone.*\npumps\.yaml:3:\d+: phase\.is\.an: .*"POINT".*\npumps\.yaml:2:\d+: sourc: unknown field "sourc"\. Did you mean "source"\?$/,
    );
  });

  it.each([
    [[], 'which column holds the time?'],
    [['--time', 'Zeit'], 'whose rows are they?'],
    [['--time', 'Zeit', '--source', 'p', '--zone', 'Mars'], '--zone: "Mars": not a time zone'],
    [['--time', 'Zeit', '--source', 'p', '--separator', ';;'], '--separator: ";;": one character'],
    [['--time', 'Zeit', '--source', 'p', '--values', 'a,=b'], '--values "a,=b": columns with commas between them'],
    [['--time', 'Zeit', '--source', 'p'], 'is the separator ";"?'],
  ])('says of the options %j what is missing or wrong', async (args, message) => {
    await expect(
      run(() => ingestCommand().parseAsync(['pumps.csv', '--dry-run', ...args], { from: 'user' })),
    ).rejects.toThrow(message);
  });

  it('documents every option', () => {
    const options = ingestCommand().options.map(({ long }) => long!);
    expect(options.length).toBeGreaterThan(30);
    expect(options.filter((option) => !page.includes(`\`${option}`) && !page.includes(`(\`${option}\`)`))).toEqual([]);
  });
});
