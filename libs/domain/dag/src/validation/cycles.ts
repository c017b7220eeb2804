import type { Problem } from '../problem.ts';
import type { DraftGraph, Pair } from './draft.ts';
import { pairLabel } from './draft.ts';
import { cyclicComponents, type Graph, shortestCycle } from './graph.ts';

/**
 * Algorithms that wait for each other. `previous` leads strictly back in time and so never closes a cycle: an algorithm
 * may depend on itself over previous windows, over the same window it may not.
 */
export function cycleProblems({ draft, pairs, suppliers }: DraftGraph): {
  problems: Problem[];
  onCycle: ReadonlySet<Pair>;
} {
  const edges = pairs.map((pair) =>
    pair.algorithm.dependencies.flatMap((dependency) =>
      dependency.relation.kind === 'previous' ? [] : suppliers(pair, dependency).map(({ at }) => at),
    ),
  );
  const graph: Graph = { size: pairs.length, edges };
  const cyclic = cyclicComponents(graph);
  const problems = cyclic.map((members): Problem => {
    const cycle = shortestCycle(graph, members[0]!, members).map((at) => pairs[at]!);
    const [first, second] = cycle as [Pair, Pair];
    const needed = first.algorithm.dependencies.findIndex((dependency) => dependency.algorithm === second.ref);
    return {
      code: 'CYCLE',
      path: `${draft.locate('algorithms', first.ref)}.dependencies[${needed}]`,
      message: `${first.ref} waits for its own result`,
      chain: cycle.map(pairLabel),
      mend: 'remove one of these dependencies, or read results of previous windows there',
    };
  });
  return { problems, onCycle: new Set(cyclic.flat().map((at) => pairs[at]!)) };
}
