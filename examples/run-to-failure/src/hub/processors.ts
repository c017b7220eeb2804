import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RunningHub } from '@windlass/embedded';
import type { HubApi } from './hub-api.ts';

const PROCESSORS = ['condition', 'prognosis'] as const;
/** One that has failed ends and is told at once; this is for a busy machine, where starting takes long. */
const READY_DEADLINE_MS = 180_000;
const POLL_MS = 100;

/** Starts the two processors; resolves when both work and every service knows their algorithms, so that no window can miss one. */
export async function startProcessors(hub: RunningHub, api: HubApi): Promise<void> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const started = await Promise.all(
    PROCESSORS.map((name) =>
      hub.startProcess({
        name,
        script: fileURLToPath(new URL(`../processors/${name}.${extension}`, import.meta.url)),
        env: { WINDLASS_WORKERS: '1' },
      }),
    ),
  );
  const ended = Promise.race(
    started.map(async ({ name, logFile, ended: end }) => {
      throw new Error(`${name} ended with code ${await end}; see ${logFile}`);
    }),
  );
  ended.catch(() => undefined);
  const logs = started.map(({ logFile }) => logFile).join(', ');
  const deadline = performance.now() + READY_DEADLINE_MS;
  while (!(await Promise.race([areReady(api), ended]))) {
    if (performance.now() > deadline)
      throw new Error(`the processors were not ready within ${READY_DEADLINE_MS / 1_000} s; see ${logs}`);
    await delay(POLL_MS);
  }
}

async function areReady(api: HubApi): Promise<boolean> {
  const alive = new Set((await api.processors()).flatMap(({ name, state }) => (state === 'ALIVE' ? [name] : [])));
  return PROCESSORS.every((name) => alive.has(name)) && (await api.isRevisionEverywhere());
}
