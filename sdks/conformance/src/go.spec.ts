/** The Go SDK's own tests, where Go is there; CI has it. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { missingOf } from './manifest.ts';

const cwd = fileURLToPath(new URL('../../go/', import.meta.url));
const DEADLINE_MS = 300_000;
const missing = missingOf({ name: 'go', needs: ['go'], command: [], cwd });
const isSkipped = missing.length > 0 && process.env['CI'] !== 'true';

function go(...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync('go', args, { cwd, encoding: 'utf8' });
  return status === 0 ? '' : `go ${args.join(' ')} ended with ${status}: ${error?.message ?? ''}${stdout}${stderr}`;
}

(isSkipped ? describe.skip : describe)(isSkipped ? `the Go SDK (needs ${missing.join(', ')})` : 'the Go SDK', () => {
  it('has nothing that go vet finds', () => expect(go('vet', './...')).toBe(''), DEADLINE_MS);
  it('passes its own tests', () => expect(go('test', './...')).toBe(''), DEADLINE_MS);
});
