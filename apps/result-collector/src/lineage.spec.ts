import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { traceLineage, type LineageSource, type Made } from './lineage.ts';

/** Runs 0…n−1, each made from some of those before it. */
const anyRuns = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 25 })
  .map((inputs) =>
    inputs.map((of, index): Made => run(index, index === 0 ? [] : [...new Set(of.map((one) => one % index))])),
  );

const nameOf = (index: number) => `run-${index}`;

const run = (index: number, from: readonly number[]): Made => ({
  executionId: nameOf(index),
  windowId: 'w',
  windowType: 'cycle@1',
  key: 'pump-1',
  startUs: 0,
  endUs: 1,
  generation: 0,
  revision: 0,
  lane: 'LIVE',
  algorithm: 'a@1',
  run: 0,
  attempt: 1,
  state: 'SUCCEEDED',
  dagRevision: 1,
  policyRevision: 1,
  processor: 'p',
  processorVersion: null,
  knownAtUs: index,
  staleInput: false,
  withdrawn: null,
  from: from.map((one) => ({ executionId: nameOf(one), windowId: 'w', algorithm: 'a@1', use: 'SAME' })),
});

const sourceOf = (runs: readonly Made[]): LineageSource => {
  const byId = new Map(runs.map((one) => [one.executionId, one]));
  return {
    root: (id) => Promise.resolve(byId.get(id)),
    find: (asked) => Promise.resolve(asked.flatMap(({ executionId }) => byId.get(executionId) ?? [])),
    usersOf: (asked, { limit }) =>
      Promise.resolve(
        runs
          .filter(({ from }) => from.some(({ executionId }) => asked.some((one) => one.executionId === executionId)))
          .slice(0, limit),
      ),
  };
};

const trace = async (runs: readonly Made[], executionId: string, direction: 'up' | 'down', maxNodes?: number) =>
  (await traceLineage(sourceOf(runs), { executionId, direction, depth: 100 }, maxNodes))!;

describe('lineage', () => {
  it('downwards is upwards, read the other way', async () => {
    await fc.assert(
      fc.asyncProperty(anyRuns, async (runs) => {
        const ups = await Promise.all(runs.map(({ executionId }) => trace(runs, executionId, 'up')));
        const downs = await Promise.all(runs.map(({ executionId }) => trace(runs, executionId, 'down')));
        for (const [a, up] of ups.entries()) {
          for (const { executionId } of up.nodes) {
            const down = downs[runs.findIndex((one) => one.executionId === executionId)]!;
            expect(down.nodes.map((one) => one.executionId)).toContain(nameOf(a));
          }
        }
        const edges = (all: typeof ups) =>
          new Set(all.flatMap(({ edges: some }) => some.map(({ from, to }) => `${from} ${to}`)));
        expect(edges(downs)).toEqual(edges(ups));
      }),
    );
  });

  it('has every input of each run it shows, unless it says that it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(anyRuns, fc.integer({ min: 1, max: 30 }), async (runs, maxNodes) => {
        const last = runs.at(-1)!;
        const { nodes, edges, truncated } = await trace(runs, last.executionId, 'up', maxNodes);
        expect(nodes.length).toBeLessThanOrEqual(maxNodes);
        if (truncated) return;
        for (const { executionId } of nodes) {
          const { from } = runs.find((one) => one.executionId === executionId)!;
          expect(edges.filter(({ to }) => to === executionId)).toHaveLength(from.length);
        }
      }),
    );
  });

  it('names inputs of which nothing is stored', async () => {
    const runs = [run(0, []), run(1, [0]), run(2, [1, 0])];
    const { nodes, unknown, edges, truncated } = await trace(runs.slice(1), 'run-2', 'up');
    expect(nodes.map(({ executionId }) => executionId)).toEqual(['run-2', 'run-1']);
    expect(unknown).toEqual([{ executionId: 'run-0', windowId: 'w', algorithm: 'a@1' }]);
    expect([edges.length, truncated]).toEqual([3, false]);
  });

  it('goes only as deep as asked', async () => {
    const runs = [run(0, []), run(1, [0]), run(2, [1])];
    const lineage = await traceLineage(sourceOf(runs), { executionId: 'run-2', direction: 'up', depth: 1 });
    expect(lineage!.nodes.map(({ executionId }) => executionId)).toEqual(['run-2', 'run-1']);
    expect(await traceLineage(sourceOf(runs), { executionId: 'none', direction: 'up', depth: 1 })).toBeUndefined();
  });
});
