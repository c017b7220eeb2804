import { describe, expect, it } from '@jest/globals';
import { type AlgorithmSketch, dagOf } from './testing/dag.ts';
import { pane } from './testing/final-windows.ts';
import { boom, World } from './testing/world.ts';

const CHAINS = 2_500;
const PROCESSORS = 5;

/** Each `a` is read by a `b` of its own in another processor and a `c` in its own; one `d` of each reads both. */
const many = (): AlgorithmSketch[] =>
  Array.from({ length: CHAINS }, (_, n): AlgorithmSketch[] => {
    const [own, other] = [`p${n % PROCESSORS}`, `p${(n + 1) % PROCESSORS}`];
    return [
      { name: `a${n}`, processor: own },
      { name: `b${n}`, processor: other, needs: [{ of: `a${n}` }] },
      { name: `c${n}`, processor: own, needs: [{ of: `a${n}` }] },
      { name: `d${n}`, processor: own, needs: [{ of: `b${n}` }, { of: `c${n}` }] },
    ];
  }).flat();

describe('10,000 algorithms on one pane', () => {
  it('run, each once, in a task for each processor; one that fails takes down only its own', () => {
    const world = new World(dagOf(many()));
    world.do(pane({ window: 'w' }));
    expect(world.tasks).toHaveLength(PROCESSORS);
    for (let at = 0; at < world.tasks.length; at++)
      world.answer(world.tasks[at]!, (_, name) => (name === 'b7@1' ? boom() : 1));
    expect(world.outcomes()).toHaveLength(4 * CHAINS);
    const others = world.outcomes().filter(({ state }) => state !== 'SUCCEEDED');
    expect(others.map(({ algorithm, state }) => `${algorithm} ${state}`)).toEqual(['b7@1 FAILED', 'd7@1 SKIPPED']);
    expect(world.events.at(-1)).toMatchObject({ runComplete: true });
  });
});
