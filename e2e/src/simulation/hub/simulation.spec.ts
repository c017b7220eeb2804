import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { check, type Told } from './check.ts';
import { scenario, type Scenario } from './scenario.ts';

/** A few of the seeds; `npm run simulation` runs many, and replays one. */
const SEEDS = 100;

describe('the hub, whatever crashes, is cut off, fails, comes late or twice', () => {
  it('ends every window, tells each verdict once, and knows what it would know if nothing had gone wrong', async () => {
    const told: Told[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const property = fc.asyncProperty(scenario, async (one) => void told.push(await check(one)));
      await fc.assert(property, { seed, numRuns: 1 });
    }
    const sum = (name: keyof Told): number => told.reduce((total, one) => total + one[name], 0);
    expect(sum('crashes')).toBeGreaterThan(SEEDS / 4);
    expect(sum('fenced')).toBeGreaterThan(SEEDS / 4);
  });

  it('knows of windows of two parents between the same bounds, whichever comes first, the results of each', async () => {
    const sample = { source: 'pump-1', kind: 'sample', length: 3, delaySeconds: 0, isTwice: false } as const;
    const story: Scenario = {
      sent: [
        { ...sample, second: 13 },
        { ...sample, kind: 'run', second: 13, length: 4, delaySeconds: 8 },
        { ...sample, second: 20, isTwice: true },
        { ...sample, kind: 'run', second: 5, length: 12 },
        { ...sample, second: 0 },
      ],
      ...{ faults: [], trouble: 0, registersAfter: null, seed: 13 },
    };
    expect((await check(story)).outcomes).toBeGreaterThan(0);
  });

  it('comes to the same, step by step, from the same seed', async () => {
    const [one] = fc.sample(scenario, { seed: 7, numRuns: 1 });
    expect(await check(one!)).toEqual(await check(one!));
  });
});
