import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';

const program = `
import { Module } from '@nestjs/common';
import { hubSettings, runService } from '@windlass/service';
class Nothing {}
Module({})(Nothing);
await runService({
  name: 'nothing',
  settings: hubSettings({ httpPort: 4199 }),
  module: ({ onClose }) => {
    onClose(() => console.log('{"msg":"closed"}'));
    if (process.env.CRASH) setTimeout(() => { throw new Error('our mistake'); }, 1);
    return Nothing;
  },
});
`;

const env = {
  WINDLASS_KAFKA_BROKERS: '127.0.0.1:1',
  WINDLASS_SCHEMA_REGISTRY_URL: 'http://127.0.0.1:2',
  WINDLASS_POSTGRES_URL: 'postgres://u@127.0.0.1:3/d',
  WINDLASS_HTTP_PORT: '0',
};

/** The built service in a process of its own; `npm run build` comes before the tests. */
function run(more: Record<string, string>) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: new URL('..', import.meta.url),
    env: { ...process.env, ...env, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', errors: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.errors += chunk.toString()));
  const exit = once(child, 'close');
  const ready = async () => {
    while (!said.out.includes('"msg":"ready"'))
      await Promise.race([once(child.stdout, 'data'), exit.then(() => Promise.reject(new Error(said.errors)))]);
  };
  return { child, said, exit, ready };
}

describe('a service process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('closes everything and exits 0 on %s', async (signal) => {
    const { child, said, exit, ready } = run({});
    await ready();
    expect(said.out).not.toContain('closed');
    child.kill(signal);
    expect(await exit).toEqual([0, null]);
    expect(said.out).toContain('closed');
  });

  it('says all that is wrong with its configuration and exits 2', async () => {
    const { said, exit } = run({ WINDLASS_PARTITIONS: '7', WINDLASS_HTTP_PORT: 'x' });
    expect(await exit).toEqual([2, null]);
    expect(said.errors).toContain('WINDLASS_PARTITIONS');
    expect(said.errors).toContain('WINDLASS_HTTP_PORT');
  });

  it('logs an error that nobody handled and exits 1', async () => {
    const { said, exit } = run({ CRASH: '1' });
    expect(await exit).toEqual([1, null]);
    expect(JSON.parse(said.errors)).toMatchObject({
      level: 'fatal',
      service: 'nothing',
      err: { message: 'our mistake' },
    });
  });
});
