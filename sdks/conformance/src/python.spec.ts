/** The Python SDK's own tests, where Python is there; CI has it. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { missingOf } from './manifest.ts';

const cwd = fileURLToPath(new URL('../../python/', import.meta.url));
/** On the SDK, elsewhere in the repository. */
const PROGRAMS = [
  '../../bench/toolboxes/python/toolbox.py',
  '../../bench/toolboxes/python/sizes.py',
  '../../examples/run-to-failure/languages/python/processor.py',
];
const CONFIG = ['--config', 'pyproject.toml'];
const DEADLINE_MS = 600_000;
const missing = missingOf({ name: 'python', needs: ['python3'], command: [], cwd });
const isSkipped = missing.length > 0 && process.env['CI'] !== 'true';

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return status === 0
    ? ''
    : `${command} ${args.join(' ')} ended with ${status}: ${error?.message ?? ''}${stdout}${stderr}`;
}
const python = (...args: string[]): string => run('.venv/bin/python', '-m', ...args);

(isSkipped ? describe.skip : describe)(
  isSkipped ? `the Python SDK (needs ${missing.join(', ')})` : 'the Python SDK',
  () => {
    beforeAll(() => expect(run('sh', 'scripts/setup.sh')).toBe(''), DEADLINE_MS);
    it(
      'is strictly typed',
      () => expect(python('mypy', 'src', 'tests', 'conformance', 'samples')).toBe(''),
      DEADLINE_MS,
    );
    it('has the form of the house', () => {
      expect(python('ruff', 'check', ...CONFIG, '.', ...PROGRAMS)).toBe('');
      expect(python('ruff', 'format', '--check', ...CONFIG, '.', ...PROGRAMS)).toBe('');
    });
    it.each(PROGRAMS)(
      'has strictly typed programs: %s',
      (program) => expect(python('mypy', program)).toBe(''),
      DEADLINE_MS,
    );
    it('passes its own tests', () => expect(python('pytest', '-q')).toBe(''), DEADLINE_MS);
    it(
      'builds a wheel',
      () => expect(python('build', '--wheel', '--no-isolation', '--outdir', '.venv/wheels')).toBe(''),
      DEADLINE_MS,
    );
  },
);
