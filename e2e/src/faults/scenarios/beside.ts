import { setTimeout as delay } from 'node:timers/promises';
import type { Ground } from '../ground.ts';
import type { Scenario } from '../scenario.ts';

/** Long enough for a p99 to compare with: more than a thousand windows of the processors that are not disturbed. */
const BEFORE_MS = 120_000;

/** Lets the stream run in peace first. @returns the window from which on it is not in peace */
async function beforeIndex({ pacer }: Ground): Promise<number> {
  await delay(BEFORE_MS);
  return pacer.sent;
}

/** One in a hundred windows of a processor kills it. It answers for them at the third death; other processors notice nothing. */
export const poison: Scenario = {
  name: 'poison',
  shape: { rate: 20, workMs: 1, kindOf: (source) => (source % 4 === 0 ? 'brittle' : 'pump') },
  inject: async (ground, { windows }) => {
    const fromIndex = await beforeIndex(ground);
    let [poisons, seen] = [0, 0];
    ground.pacer.asking = ({ kind }) => {
      if (kind !== 'brittle' || seen++ % 100 !== 0) return 'none';
      poisons++;
      return 'die';
    };
    await ground.pacer.reached(windows);
    return { what: `${poisons} windows that kill their spoke, 1 in 100 of it`, beside: { fromIndex, atMost: 1.5 } };
  },
};

/** A processor that takes a thousand times as long falls behind; the others do not. */
export const slow: Scenario = {
  name: 'slow',
  shape: { rate: 25, workMs: 1, kindOf: (source) => (source % 24 === 5 ? 'slow' : 'pump') },
  inject: async (ground, { windows }) => {
    const fromIndex = await beforeIndex(ground);
    ground.pacer.asking = ({ kind }) => (kind === 'slow' ? 'linger' : 'none');
    await ground.pacer.reached(windows);
    return { what: 'a spoke 1,000 times slower', beside: { fromIndex, atMost: 1.2 } };
  },
};
