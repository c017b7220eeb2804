/** The Go SDK's own tests and those of the programs on it, where Go is there; CI has it. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { missingOf } from './manifest.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const MODULES = ['sdks/go', 'bench/toolboxes/go', 'examples/run-to-failure/languages/go'];
const DEADLINE_MS = 300_000;
const missing = missingOf({ name: 'go', needs: ['go'], command: [], cwd: root });
const isSkipped = missing.length > 0 && process.env['CI'] !== 'true';
/** The race detector needs a C compiler; where there is none, tests run without it. */
const RACE = missingOf({ name: 'race detector', needs: ['cc'], command: [], cwd: root }).length === 0 ? ['-race'] : [];

function run(module: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: `${root}${module}`, encoding: 'utf8' });
  return status === 0
    ? stdout
    : `${command} ${args.join(' ')} ended with ${status}: ${error?.message ?? ''}${stdout}${stderr}`;
}

(isSkipped ? describe.skip : describe)(isSkipped ? `Go (needs ${missing.join(', ')})` : 'Go', () => {
  describe.each(MODULES)('%s', (module) => {
    it('has the form of the house', () => expect(run(module, 'gofmt', '-l', '.')).toBe(''));
    it('has nothing that go vet finds', () => expect(run(module, 'go', 'vet', './...')).toBe(''), DEADLINE_MS);
    it(
      RACE.length > 0
        ? 'passes its own tests, without a race'
        : 'passes its own tests (its races are not looked for: needs cc)',
      () => expect(run(module, 'go', 'test', ...RACE, './...')).not.toMatch(/FAIL|ended with/),
      DEADLINE_MS,
    );
  });
});
