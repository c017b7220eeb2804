import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@windlass/testing';
import type { Ground, Instance } from '../ground.ts';
import { goesOn, type Recovery } from '../recovery.ts';
import type { Scenario } from '../scenario.ts';

const STOPPED_MS = 60_000;
const SHARED_DEADLINE_MS = 60_000;

/** A process stands still, its partitions go to the other instance, and then it goes on as if nothing had been: it is fenced. */
export const zombies: Scenario = {
  name: 'zombies',
  shape: { rate: 40, instances: { router: 2, trigger: 2 } },
  inject: async (ground, { patience }) => {
    const recoveries: Recovery[] = [];
    for (const service of ['router', 'trigger'] as const) {
      await delay(ground.pick(1_000));
      const instances = ground.instancesOf(service);
      recoveries.push(await stopAndGoOn(ground, instances[ground.pick(instances.length)]!, STOPPED_MS * patience));
    }
    return { what: `SIGSTOP of router and trigger for ${(STOPPED_MS * patience) / 1000} s`, recoveries };
  },
};

async function stopAndGoOn(ground: Ground, instance: Instance, stoppedMs: number): Promise<Recovery> {
  const { service, pid } = instance;
  if (service === 'dag-registry') throw new Error('dag-registry holds no partitions');
  const held = await ground.known.heldBy(service, pid);
  const goOn = (): void => void process.kill(pid, 'SIGCONT');
  // Who stands still when this program is ended would never see that it is alone.
  process.once('exit', goOn);
  process.kill(pid, 'SIGSTOP');
  const killedMs = Date.now();
  try {
    const [recoveredMs] = await Promise.all([goesOn(ground, service, { held, killedMs }), delay(stoppedMs)]);
    return { of: service, ms: recoveredMs - killedMs };
  } finally {
    process.off('exit', goOn);
    goOn();
    await eventually(async () => (await ground.known.heldBy(service, pid)).length > 0, {
      deadlineMs: SHARED_DEADLINE_MS,
      describe: `${service} to work again after it had been stopped`,
    });
  }
}
