/** The Rust SDK's own tests, where Rust is there; CI has it. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { manifests, missingOf } from './manifest.ts';

const cwd = fileURLToPath(new URL('../../rust/', import.meta.url));
/** The first time librdkafka is compiled. */
const DEADLINE_MS = 900_000;
const missing = missingOf(manifests().find(({ name }) => name === 'rust')!);
const isSkipped = missing.length > 0 && process.env['CI'] !== 'true';

function cargo(...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync('cargo', args, { cwd, encoding: 'utf8' });
  return status === 0 ? '' : `cargo ${args.join(' ')} ended with ${status}: ${error?.message ?? ''}${stdout}${stderr}`;
}

(isSkipped ? describe.skip : describe)(
  isSkipped ? `the Rust SDK (needs ${missing.join(', ')})` : 'the Rust SDK',
  () => {
    it('has the form of the house', () => expect(cargo('fmt', '--check')).toBe(''), DEADLINE_MS);
    it('passes its own tests', () => expect(cargo('test', '--quiet', '--locked')).toBe(''), DEADLINE_MS);
    it(
      'has nothing that clippy finds',
      () => expect(cargo('clippy', '--quiet', '--locked', '--all-targets', '--', '-D', 'warnings')).toBe(''),
      DEADLINE_MS,
    );
  },
);
