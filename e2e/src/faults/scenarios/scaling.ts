import { setTimeout as delay } from 'node:timers/promises';
import type { Instance } from '../ground.ts';
import type { Scenario } from '../scenario.ts';

const EVERY_MS = 5_000;
const SERVICES = ['trigger', 'router', 'result-collector'] as const;

/** Instances come and go, so that partitions move all the time. */
export const scaling: Scenario = {
  name: 'scaling',
  shape: { rate: 40 },
  inject: async (ground, { kills }) => {
    const changes = Math.max(6, Math.ceil(kills / 2));
    const extra: Instance[] = [];
    for (let n = 0; n < changes; n++) {
      const next = delay(EVERY_MS);
      // Three come, three go.
      if (n % 6 < 3) extra.push(await ground.addInstance(SERVICES[n % 3]!));
      else await extra.splice(ground.pick(extra.length), 1)[0]!.stop();
      await next;
    }
    for (const instance of extra) await instance.stop();
    return { what: `an instance added or removed every 5 s, ${changes} times` };
  },
};
