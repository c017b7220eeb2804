import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canFire, type FiringGraph, shortestChains } from './can-fire.ts';

const SIZE = 6;
const node = fc.integer({ min: 0, max: SIZE - 1 });
const graphs: fc.Arbitrary<FiringGraph> = fc
  .record({
    needs: fc.array(fc.array(fc.uniqueArray(node, { maxLength: 2 }), { maxLength: 2 }), {
      minLength: SIZE,
      maxLength: SIZE,
    }),
    dead: fc.uniqueArray(node, { maxLength: 2 }),
  })
  .map(({ needs, dead }) => ({ needs, dead: new Set(dead) }));

/** All nodes that one waits for. */
const waitsFor = ({ needs }: FiringGraph, fires: readonly boolean[], at: number): number[] =>
  needs[at]!.filter((need) => !need.some((one) => fires[one])).flat();

/** The slow and obvious way: chains one node longer each time, until one shows it. */
function leastLength(graph: FiringGraph, fires: readonly boolean[], start: number): number {
  const isEnd = (at: number): boolean => graph.dead.has(at) || graph.needs[at]!.some(({ length }) => length === 0);
  for (let chains = [[start]]; ;) {
    if (chains.some((chain) => isEnd(chain.at(-1)!) || chain.indexOf(chain.at(-1)!) < chain.length - 1))
      return chains[0]!.length;
    chains = chains.flatMap((chain) => waitsFor(graph, fires, chain.at(-1)!).map((next) => [...chain, next]));
  }
}

describe('why nothing fires', () => {
  it('is shown by a chain of what waits for the next, and none is shorter', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const fires = canFire(graph);
        const chainOf = shortestChains(graph, fires, { endsOnly: false });
        for (let start = 0; start < SIZE; start++) {
          if (fires[start]) continue;
          const chain = chainOf(start);
          expect(chain[0]).toBe(start);
          chain.slice(1).forEach((next, i) => expect(waitsFor(graph, fires, chain[i]!)).toContain(next));
          expect(chain).toHaveLength(leastLength(graph, fires, start));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is found in a circle of 100,000 without looking for the shortest way through each', () => {
    const size = 100_000;
    const needs = Array.from({ length: size }, (_, i) => [[(i + 1) % size]]);
    const graph = { needs, dead: new Set<number>() };
    const chainOf = shortestChains(graph, canFire(graph), { endsOnly: false });
    expect(chainOf(size - 2).slice(0, 3)).toEqual([size - 2, size - 1, 0]);
    expect(chainOf(size - 2)).toHaveLength(size + 3);
  });
});
