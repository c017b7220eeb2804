import { afterAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readRunning, startEmbedded, stopRunning } from './index.ts';
import { childrenOf, identityOf, type ProcessIdentity, waitUntilGone } from './process-identity.ts';
import { removeData } from './running-stack.ts';

const INDEX = fileURLToPath(new URL('./index.ts', import.meta.url));
const GONE_DEADLINE_MS = 30_000;

/** A program that starts a stack, says so, and stays. */
async function startParent(options: {
  dataDir: string;
  detached?: boolean;
  ephemeral?: boolean;
}): Promise<ChildProcess> {
  const program = `import { startEmbedded } from ${JSON.stringify(INDEX)};
    await startEmbedded(${JSON.stringify(options)});
    console.log('ready');
    setInterval(() => undefined, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const [line] = (await once(createInterface({ input: parent.stdout! }), 'line')) as [string];
  expect(line).toBe('ready');
  return parent;
}

/** The servers, Postgres' own processes, and the watchdog. */
async function processesOf(dataDir: string, parent: ChildProcess): Promise<ProcessIdentity[]> {
  const running = (await readRunning(dataDir))!;
  const roots = running.servers.map(({ pid }) => pid);
  const all = [...roots.map(identityOf), ...roots.flatMap(childrenOf), ...childrenOf(parent.pid!)];
  return all.filter((identity) => identity !== undefined);
}

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) {
    await stopRunning(folder);
    removeData(folder);
  }
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'windlass-parent-'));
  folders.push(folder);
  return folder;
}

describe('a stack whose parent dies', () => {
  it.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)(
    'leaves no process after %s, and its data is whole',
    async (signal) => {
      const dataDir = newFolder();
      const parent = await startParent({ dataDir });
      const processes = await processesOf(dataDir, parent);
      expect(processes.length).toBeGreaterThan(4);
      parent.kill(signal);
      for (const identity of processes) expect(await waitUntilGone(identity, GONE_DEADLINE_MS)).toBe(true);
      expect(await readRunning(dataDir)).toBeUndefined();
      expect(existsSync(join(dataDir, 'postgres', 'data', 'postmaster.pid'))).toBe(false);
    },
  );

  it('is deleted when it was ephemeral', async () => {
    const dataDir = newFolder();
    const parent = await startParent({ dataDir, ephemeral: true });
    const processes = await processesOf(dataDir, parent);
    parent.kill('SIGKILL');
    for (const identity of processes) expect(await waitUntilGone(identity, GONE_DEADLINE_MS)).toBe(true);
    expect(existsSync(dataDir)).toBe(false);
  });

  it('stays when it is detached, until it is stopped', async () => {
    const dataDir = newFolder();
    const parent = await startParent({ dataDir, detached: true, ephemeral: true });
    const servers = (await readRunning(dataDir))!.servers.map(({ pid }) => identityOf(pid)!);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    expect((await readRunning(dataDir))!.servers.map(({ isAlive }) => isAlive)).toEqual([true, true, true]);
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject({ code: 'STACK_RUNNING' });
    expect(await stopRunning(dataDir)).toBe(true);
    for (const identity of servers) expect(await waitUntilGone(identity, 0)).toBe(true);
    expect(await stopRunning(dataDir)).toBe(false);
  });

  it('is stopped by the next start when its watchdog was killed too', async () => {
    const dataDir = newFolder();
    const parent = await startParent({ dataDir });
    const left = (await readRunning(dataDir))!.servers.map(({ pid }) => identityOf(pid)!);
    const watchdog = childrenOf(parent.pid!).find(({ pid }) => left.every((server) => server.pid !== pid))!;
    process.kill(watchdog.pid, 'SIGKILL');
    await waitUntilGone(watchdog, GONE_DEADLINE_MS);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    const next = await startEmbedded({ dataDir, ephemeral: true });
    for (const identity of left) expect(await waitUntilGone(identity, 0)).toBe(true);
    await next.stop();
  });
});
