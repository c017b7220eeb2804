import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { algorithm, double, previous, registrationOf, runLocal, same, taskFor, type AnyAlgorithm } from '@windlass/sdk';
import { hostileRegistration } from './hostile.ts';
import { busy, dependant, grade, wear } from './dependant.ts';
import { condition, deviation, indicator, peaks } from './windlass/health.ts';
import { minute, peak } from './windlass/window-types.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));
const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

const node = (...parameters: readonly string[]) =>
  spawnSync(process.execPath, parameters, { encoding: 'utf8', cwd: root });

const generate = (...options: readonly string[]) =>
  node('--conditions=windlass-source', 'apps/cli/src/main.ts', 'generate', '--lang', 'typescript', ...options);

const fromFiles = [
  '--definitions',
  join(here, 'definitions.yaml'),
  '--registration',
  join(here, 'health.registration.yaml'),
];

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'windlass-stubs-'));
  folders.push(folder);
  return folder;
}

/** Compiles a folder as a team's project would be, on the SDK's own sources. */
async function compile(folder: string) {
  const options = {
    strict: true,
    noEmit: true,
    target: 'es2024',
    module: 'nodenext',
    allowImportingTsExtensions: true,
    customConditions: ['windlass-source'],
    typeRoots: [join(root, 'node_modules/@types')],
    types: ['node'],
    paths: { '@windlass/sdk': [join(root, 'sdks/typescript/src/index.ts')] },
  };
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['*.ts'] }));
  const { stdout } = node('tools/tsc.mjs', '-p', folder);
  return stdout.split('\n').filter((line) => line.includes('error'));
}

describe('generated stubs', () => {
  it('are those that are kept here', () => {
    const { status, stdout } = generate(...fromFiles, '--out', join(here, 'windlass'), '--check');
    expect({ status, stdout }).toEqual({ status: 0, stdout: '2 files up to date\n' });
  });

  it('say in a check what would be written, and write nothing', async () => {
    const folder = await temporary();
    const { status, stdout } = generate(...fromFiles, '--only', 'indicator@2', 'run@1', '--out', folder, '--check');
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout: `would write ${folder}/health.ts\nwould write ${folder}/window-types.ts\n`,
    });
    expect(await readdir(folder)).toEqual([]);
    generate(...fromFiles, '--only', 'indicator@2', 'run@1', '--out', folder);
    expect((await readFile(join(folder, 'health.ts'), 'utf8')).match(/export const \w+/g)).toEqual([
      'export const indicator',
    ]);
  });

  it('name what is asked for and is not there', () => {
    const { status, stderr } = generate(...fromFiles, '--only', 'helth', '--check');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: '"helth" is no processor, and no algorithm or window type. Did you mean "health"? [UNKNOWN_NAME]\n',
    });
  });

  it('compile whatever things are named', async () => {
    const folder = await temporary();
    await writeFile(join(folder, 'registration.json'), JSON.stringify(hostileRegistration('window-types')));
    const made = generate('--registration', join(folder, 'registration.json'), '--out', folder);
    expect(made.stderr).toBe('');
    await writeFile(
      join(folder, 'use.ts'),
      [
        "import { tree, delete_v1, sdk_v1, undefined_v1, a_1_v1, a1_v1, x, x_v1_v1, x_v1, string } from './window-types.processor.ts';",
        "import { all, allV1, allV1_10, class_v1 } from './window-types.ts';",
        'export const bigint: bigint | undefined = x.resultValue?.__proto__x;',
        'export const whole: bigint | undefined = tree.resultValue?.default;',
        'export default [delete_v1, sdk_v1, undefined_v1, a_1_v1, a1_v1, x_v1_v1, x_v1, string, all, allV1, allV1_10, class_v1];',
      ].join('\n'),
    );
    expect(await compile(folder)).toEqual([]);
    await writeFile(join(folder, 'wrong.ts'), "import { nothing } from './window-types.ts';\nexport default nothing;");
    expect(await compile(folder)).toEqual([expect.stringContaining('wrong.ts')]);
  });
});

describe('a processor that depends on stubs', () => {
  it('runs', async () => {
    const inputs = {
      now: 5,
      before: [1, 2, 3],
      course: { score: 1, usual: 2, span: { 'from-us': 3n, hot: false } },
      fit: true,
    };
    const window = { metadata: { load: 50 } };
    expect((await runLocal(wear, taskFor(wear, { inputs, window }))).value).toBe(0.75);
    expect((await runLocal(wear, taskFor(wear, { inputs: { ...inputs, fit: false }, window }))).value).toBe(3);
  });

  it('reads what an Avro schema says', async () => {
    const found = {
      grade: 'GOOD',
      level: 1,
      hours: 7n,
      trend: Float64Array.of(2),
      parts: { wheel: { worn: true } },
    } as const;
    expect((await runLocal(grade, taskFor(grade, { inputs: { condition: found } }))).value).toBe('GOOD 7 2.0 true');
  });

  it('opens child windows by their stub', async () => {
    const { emissions } = await runLocal(
      busy,
      taskFor(busy, { window: { metadata: { load: 1 } }, inputs: { samples: 1n } }),
    );
    expect(emissions).toMatchObject([{ windowType: 'peak@1', metadata: { height: 2 } }]);
  });

  it('tells the hub what it expects to read', () => {
    expect(JSON.parse(JSON.stringify(registrationOf(dependant))).algorithms[0].dependencies.slice(0, 2)).toEqual([
      { algorithm: 'indicator@2', relation: 'same', reads: { type: 'double', unit: 'MPa/s' } },
      { algorithm: 'indicator@2', relation: { previous: 3 }, reads: { type: 'double', unit: 'MPa/s' } },
    ]);
  });

  it('is not compiled when it takes a result for what it is not', () => {
    const on = minute;
    const needs = {
      now: indicator,
      recent: previous(indicator, 2),
      course: same(deviation),
      found: peaks,
      state: condition,
    };
    algorithm({ name: 'a', version: '1', on, needs, result: double() }, ({ inputs, window, emit }) => {
      // @ts-expect-error a number is no text
      inputs.now.trim();
      // @ts-expect-error a list is no number
      inputs.recent.toFixed();
      // @ts-expect-error there is no such field
      inputs.course.scores;
      // @ts-expect-error it may be null
      inputs.course.score.toFixed();
      // @ts-expect-error there is no such symbol
      void (inputs.state.grade === 'BAD');
      // @ts-expect-error there is no such input
      inputs.later;
      // @ts-expect-error there is no such metadata field
      window.metadata.laod;
      // @ts-expect-error it may be missing
      window.metadata.operator.length;
      // @ts-expect-error no value is no number
      const found: number = inputs.found;
      // @ts-expect-error the field is a number
      emit({ windowType: peak, startUs: 0, endUs: 1, metadata: { height: 'high' } });
      return found + window.metadata.load;
    });
    // @ts-expect-error an algorithm that runs elsewhere cannot be run here
    const held: AnyAlgorithm = indicator;
    expect(held.run).toBeUndefined();
  });
});
