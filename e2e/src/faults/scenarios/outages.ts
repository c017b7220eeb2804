import { setTimeout as delay } from 'node:timers/promises';
import type { ServerHandle } from '@windlass/embedded';
import type { Ground } from '../ground.ts';
import { flowsAgain, type Recovery } from '../recovery.ts';
import type { Scenario } from '../scenario.ts';

const OUTAGE_MS = 30_000;
const REGISTRY_OUTAGE_MS = 60_000;
const CALM_MS = 10_000;
/** From the return of a server: pauses between attempts have grown meanwhile, and members of the group have to join again. */
const RETURN_MS = 20_000;

type ServerName = 'kafka' | 'postgres' | 'registry';

async function away(ground: Ground, name: ServerName, ms: number): Promise<Recovery> {
  const server: ServerHandle = ground.options.stack[name];
  await server.kill();
  await delay(ms);
  await server.restart();
  const recovery = await flowsAgain(ground, name);
  await delay(CALM_MS);
  return recovery;
}

/** A server is restarted, and then away for longer. */
const outage = (name: 'kafka' | 'postgres'): Scenario => ({
  name: `${name}-outage`,
  shape: { rate: 60 },
  inject: async (ground, { patience }) => {
    await delay(CALM_MS);
    const awayMs = OUTAGE_MS * patience;
    const recoveries = [await away(ground, name, 0), await away(ground, name, awayMs)];
    const what = `${name} killed and started, then away for ${awayMs / 1000} s`;
    return { what, recoveries, recoveryLimitMs: RETURN_MS };
  },
});

export const kafkaOutage = outage('kafka');
export const postgresOutage = outage('postgres');

/** Schemas that are known go on; and a service that starts meanwhile knows them from Postgres. */
export const registryOutage: Scenario = {
  name: 'registry-outage',
  shape: { rate: 60 },
  inject: async (ground, { patience }) => {
    await delay(CALM_MS);
    const awayMs = REGISTRY_OUTAGE_MS * patience;
    const before = ground.tail.outcomes.length;
    const { registry } = ground.options.stack;
    await registry.kill();
    await delay(awayMs);
    const meanwhile = ground.tail.outcomes.length - before;
    await registry.restart();
    const recoveries = [await flowsAgain(ground, 'registry')];
    const broken = meanwhile > 0 ? [] : ['no outcome was told while the schema registry was away'];
    return { what: `schema registry away for ${awayMs / 1000} s`, recoveries, broken };
  },
};
