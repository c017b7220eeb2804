/** The Rust SDK's own tests, and the form of it and of the programs on it, where Rust is there; CI has it. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { manifests, missingOf } from './manifest.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const sdk = 'sdks/rust';
const TESTED = [sdk, 'examples/run-to-failure/languages/rust'];
/** The toolbox's results are compared by the bench. */
const CRATES = [...TESTED, 'bench/toolboxes/rust'];
/** All are built in the SDK's folder: what they stand on, librdkafka above all, is compiled once. */
const env = { CARGO_TARGET_DIR: `${root}${sdk}/target`, ...process.env };
/** The first time librdkafka is compiled. */
const DEADLINE_MS = 900_000;
const missing = missingOf(manifests().find(({ name }) => name === 'rust')!);
const isSkipped = missing.length > 0 && process.env['CI'] !== 'true';

function cargo(crate: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync('cargo', args, { cwd: `${root}${crate}`, encoding: 'utf8', env });
  return status === 0 ? '' : `cargo ${args.join(' ')} ended with ${status}: ${error?.message ?? ''}${stdout}${stderr}`;
}

(isSkipped ? describe.skip : describe)(isSkipped ? `Rust (needs ${missing.join(', ')})` : 'Rust', () => {
  describe.each(CRATES)('%s', (crate) => {
    it('has the form of the house', () => expect(cargo(crate, 'fmt', '--check')).toBe(''), DEADLINE_MS);
    it(
      'has nothing that clippy finds',
      () => expect(cargo(crate, 'clippy', '--quiet', '--locked', '--all-targets', '--', '-D', 'warnings')).toBe(''),
      DEADLINE_MS,
    );
  });

  it.each(TESTED)(
    '%s passes its own tests',
    (crate) => expect(cargo(crate, 'test', '--quiet', '--locked')).toBe(''),
    DEADLINE_MS,
  );
});
