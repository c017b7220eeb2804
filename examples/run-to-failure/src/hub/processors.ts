import { setTimeout as delay } from 'node:timers/promises';
import type { RunningHub } from '@windlass/embedded';
import type { HubApi } from './hub-api.ts';
import type { Role } from './roles.ts';

/** One that has failed ends and is told at once; this is for a busy machine, where starting takes long. */
const READY_DEADLINE_MS = 180_000;
const POLL_MS = 100;
/** Below what a program of the hub is given to end. */
const DRAIN_TIMEOUT_MS = 10_000;
const SETTINGS = { WINDLASS_WORKERS: '1', WINDLASS_DRAIN_TIMEOUT_MS: String(DRAIN_TIMEOUT_MS) };

/** Starts the processors; resolves when all work and every service knows their algorithms, so that no window can miss one. */
export async function startProcessors(hub: RunningHub, api: HubApi, roles: readonly Role[]): Promise<void> {
  const started = await Promise.all(
    roles.map(({ name, script, args = [], env }) =>
      hub.startProcess({ name, script, args, env: { ...env, ...SETTINGS } }),
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
  while (!(await Promise.race([areReady(api, roles), ended]))) {
    if (performance.now() > deadline)
      throw new Error(`the processors were not ready within ${READY_DEADLINE_MS / 1_000} s; see ${logs}`);
    await delay(POLL_MS);
  }
}

async function areReady(api: HubApi, roles: readonly Role[]): Promise<boolean> {
  const alive = new Set((await api.processors()).flatMap(({ name, state }) => (state === 'ALIVE' ? [name] : [])));
  return roles.every(({ name }) => alive.has(name)) && (await api.isRevisionEverywhere());
}
