import { afterAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRunning } from '@windlass/embedded';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const data = mkdtempSync(join(tmpdir(), 'windlass-cli-'));

function windlass(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const options = { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } } as const;
  return spawnSync(process.execPath, ['--conditions=windlass-source', MAIN, ...args, '--data', data], options);
}

describe('windlass up, status and down', () => {
  afterAll(() => {
    windlass('down');
    rmSync(data, { recursive: true });
  });

  it('says that nothing runs before up, and fails so that a script can tell', () => {
    expect(windlass('status')).toMatchObject({ status: 1, stdout: `Nothing runs in ${data}\n` });
    expect(windlass('down')).toMatchObject({ status: 0, stdout: `Nothing runs in ${data}\n` });
  });

  it('leaves the servers running after up, and prints how to reach them', async () => {
    const { status, stdout } = windlass('up');
    const running = await readRunning(data);
    expect(status).toBe(0);
    expect(running?.servers.map((server) => server.isAlive)).toEqual([true, true, true]);
    for (const [name, value] of Object.entries(running!.env!)) expect(stdout).toContain(`export ${name}=${value}\n`);
    for (const { port, pid } of running!.servers) expect(stdout).toMatch(new RegExp(`port ${port} +pid ${pid} `));
  });

  it('says at a second up what runs already, and starts nothing', async () => {
    const before = await readRunning(data);
    const { status, stdout } = windlass('up');
    expect(status).toBe(0);
    expect(stdout).toContain('Running already');
    expect(await readRunning(data)).toEqual(before);
  });

  it('shows the health of each, and fails when one is gone', async () => {
    expect(windlass('status')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/Kafka .*ready[^]*Postgres .*ready[^]*Schema registry .*ready/),
    });
    process.kill((await readRunning(data))!.servers.find(({ name }) => name === 'kafka')!.pid, 'SIGKILL');
    expect(windlass('status')).toMatchObject({ status: 1, stdout: expect.stringMatching(/Kafka .*stopped/) });
  });

  it('stops them with down', async () => {
    expect(windlass('down')).toMatchObject({ status: 0, stdout: expect.stringContaining('Stopped') });
    expect(await readRunning(data)).toBeUndefined();
  });
});
