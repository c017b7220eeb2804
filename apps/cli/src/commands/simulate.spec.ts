import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { simulateCommand } from './simulate.ts';

const page = await readFile(new URL('../../../../docs/reference/simulate.md', import.meta.url), 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text]) => text!);
const [types = ''] = blocks('yaml');
const [input = '', output = ''] = blocks('json lines');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'windlass-simulate-'));
  await writeFile(join(folder, 'pump.yaml'), types);
  await writeFile(join(folder, 'pump.jsonl'), input);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** What the command prints. */
async function simulate(...args: readonly string[]): Promise<string> {
  let printed = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    await simulateCommand().parseAsync(args, { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return printed;
}

const file = (name: string): string => join(folder, name);
const files = () => ['--types', file('pump.yaml'), '--input', file('pump.jsonl')];

describe('windlass simulate', () => {
  it('prints windows of a schedule that were missed and are not caught up on', async () => {
    const policy = '{ outOfOrderness: 0s, idleTimeout: never, catchUp: { windows: none } }';
    const open = "{ cron: { expression: '0 * * * *' } }";
    await writeFile(
      file('hour.yaml'),
      `windowTypes: [{ name: hour, version: 1, reads: [x], open: ${open}, policy: ${policy} }]\n`,
    );
    const signal = (id: string, eventTime: string) =>
      JSON.stringify({ signal: { source: 'u', id, name: 'x', eventTime } });
    await writeFile(
      file('hour.jsonl'),
      `${signal('1', '2026-01-01T00:30:00Z')}\n${signal('2', '2026-01-01T05:30:00Z')}\n`,
    );
    const lines = (await simulate('--types', file('hour.yaml'), '--input', file('hour.jsonl'))).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object).filter((one) => 'skipped' in one)).toEqual([
      {
        skipped: {
          type: 'hour@1',
          source: 'u',
          start: '2026-01-01T01:00:00.000000Z',
          end: '2026-01-01T05:00:00.000000Z',
          windows: 4,
          isAll: true,
          reason: 'policy',
        },
      },
    ]);
  });

  it('prints what docs/reference/simulate.md shows', async () => {
    expect(await simulate(...files(), '--elements')).toBe(output);
  });

  it('tells what may not be meant, beside the output', async () => {
    await writeFile(
      file('short.yaml'),
      types.replace('early: { every: 5s }, allowedLateness: 1m', 'early: { every: 5s }'),
    );
    let told = '';
    const write = jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((told += String(text)), true));
    await simulate('--types', file('short.yaml'), '--input', file('pump.jsonl'));
    write.mockRestore();
    expect(told).toMatch(/short\.yaml:\d+:\d+: LATENESS_BELOW_PARENT .*\n.*cycle@1 takes what is up to 0s behind/);
  });

  it('names elements only when it is asked to', async () => {
    expect(output).toContain('"elementIds"');
    expect(await simulate(...files())).toBe(output.replaceAll(/"elementIds":\[[^\]]*\],/g, ''));
  });

  it('documents every field that it prints', async () => {
    const fields = output.split('\n').flatMap((line) => {
      if (line === '') return [];
      const [[kind, body]] = Object.entries(JSON.parse(line) as Record<string, object>) as [[string, object]];
      return [kind, ...Object.keys(body)];
    });
    const text = page.slice(page.indexOf('## Output'), page.indexOf('## Example'));
    expect([...new Set(fields)].filter((field) => !text.includes(`\`${field}\``))).toEqual([]);
  });

  it('takes algorithms from registrations', async () => {
    await writeFile(
      file('health.yaml'),
      `name: health
version: 1.0.0
algorithms:
  - { name: leaks, version: 1, windows: [cycle@1], result: double, emits: [leak@1] }
  - { name: trend, version: 1, windows: [cycle@1], result: double, dependencies: [{ algorithm: leaks@1, relation: { previous: 3 } }] }
`,
    );
    expect(await simulate(...files(), '--registration', file('health.yaml'))).toContain('"dependency":"previous(3)"');
    await writeFile(
      file('health.yaml'),
      'name: health\nversion: 1.0.0\nalgorithms: [{ name: leaks, version: 1, windows: [cycl@1], result: double }]\n',
    );
    await expect(simulate(...files(), '--registration', file('health.yaml'))).rejects.toThrow(
      /health\.yaml:3:\d+: .*UNKNOWN_WINDOW_TYPE/,
    );
  });

  it('refuses definitions with every problem and its place, and prints nothing', async () => {
    await writeFile(
      file('pump.yaml'),
      types.replace('parent: run@1', 'parent: rum@1').replace('name: leak', 'nam: leak'),
    );
    await expect(simulate(...files())).rejects.toThrow(/pump\.yaml:\d+:\d+: [\s\S]*nothing was simulated/);
  });

  it('names the line of a step that cannot be taken; what was printed before holds', async () => {
    await writeFile(file('pump.jsonl'), `${input}{"clock": "2026-01-31T09:00:00Z"}\n`);
    let printed = '';
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((printed += String(text))));
    const failed = simulateCommand().parseAsync([...files(), '--elements'], { from: 'user' });
    await expect(failed).rejects.toMatchObject({
      code: 'CLOCK_GOES_BACK',
      message: expect.stringMatching(/pump\.jsonl:13: processing time is .* already/),
    });
    expect(printed).toBe(output);
  });
});
