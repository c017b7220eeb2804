import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';

const CALM_MS = 8_000;

/** Spokes die in the middle of their tasks; others, and the next start, run these again. */
export const spokeKills: Scenario = {
  name: 'spoke-kills',
  shape: { rate: 40, spokes: 2, workMs: 30 },
  inject: async (ground, { kills }) => {
    const times = Math.ceil(kills / 4);
    for (let n = 0; n < times; n++) {
      await delay(ground.pick(CALM_MS));
      await ground.spokes[ground.pick(ground.spokes.length)]!.kill();
    }
    return { what: `kill -9 of a spoke in its task, ${times} times` };
  },
};
