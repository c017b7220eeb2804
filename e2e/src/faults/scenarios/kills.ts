import { setTimeout as delay } from 'node:timers/promises';
import { SERVICES } from '@windlass/embedded';
import { killAndRecover, type Recovery } from '../recovery.ts';
import type { Scenario } from '../scenario.ts';

/** Between a recovery and the next kill: at random, up to this. */
const CALM_MS = 1_000;

/** Each service in turn is killed at a random moment, and started again by whoever watches over it. */
export const kills: Scenario = {
  name: 'kills',
  shape: { rate: 25 },
  inject: async (ground, { kills: times }) => {
    const recoveries: Recovery[] = [];
    for (let n = 0; n < times; n++) {
      for (const service of SERVICES) {
        await delay(ground.pick(CALM_MS));
        const instances = ground.instancesOf(service);
        recoveries.push(await killAndRecover(ground, instances[ground.pick(instances.length)]!));
      }
      const last = recoveries
        .slice(-SERVICES.length)
        .map(({ of, ms }) => `${of} back after ${(ms / 1000).toFixed(1)} s`);
      ground.options.say(`round ${n + 1} of ${times}: ${last.join(', ')}`);
    }
    const broken = await ground.changes.missing();
    return { what: `kill -9 of each service, ${times} times`, recoveries, broken };
  },
};
