import type { Ref } from '../model.ts';
import type { Problem } from '../problem.ts';
import type { DraftGraph, Pair } from './draft.ts';
import { pairLabel } from './draft.ts';
import { cyclicComponents, type Graph, shortestCycle } from './graph.ts';
import { ancestors } from './nesting.ts';

/**
 * Algorithms that wait for each other. `previous` leads strictly back in time and so never closes a cycle: an algorithm
 * may depend on itself over previous windows, over the same window it may not. Who reads `children` waits also for those
 * whose results may still open some: only then all are known.
 */
export function cycleProblems(whole: DraftGraph): {
  problems: Problem[];
  onCycle: ReadonlySet<Pair>;
} {
  const { draft, pairs } = whole;
  const openers = openersByType(whole);
  const edges = pairs.map((pair) => waitedFor(whole, pair, openers).map(({ at }) => at));
  const graph: Graph = { size: pairs.length, edges };
  const cyclic = cyclicComponents(graph);
  const problems = cyclic.map((members): Problem => {
    const cycle = shortestCycle(graph, members[0]!, members).map((at) => pairs[at]!);
    const [first, second] = cycle as [Pair, Pair];
    const { dependencies } = first.algorithm;
    const read = dependencies.findIndex(
      ({ algorithm, relation }) => algorithm === second.ref && relation.kind !== 'previous',
    );
    const needed = read >= 0 ? read : dependencies.findIndex(({ relation }) => relation.kind === 'children');
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

type Openers = ReadonlyMap<Ref, readonly Pair[]>;

/** Whose results open windows of a type. */
function openersByType({ draft, pairs, pairsOf }: DraftGraph): Openers {
  const openers = new Map<Ref, Pair[]>();
  const add = (type: Ref, some: readonly Pair[]): void => {
    openers.set(type, [...(openers.get(type) ?? []), ...some]);
  };
  for (const [ref, { open }] of draft.windowTypes) if (open.kind === 'outcome') add(ref, pairsOf(open.algorithm));
  for (const pair of pairs) for (const emitted of pair.algorithm.emits) add(emitted, [pair]);
  return openers;
}

function waitedFor({ draft, suppliers }: DraftGraph, pair: Pair, openers: Openers): Pair[] {
  const isWithin = (type: Ref): boolean => type === pair.windowType || ancestors(draft, type).includes(pair.windowType);
  return pair.algorithm.dependencies.flatMap((dependency) => {
    const { kind } = dependency.relation;
    if (kind === 'previous') return [];
    const read = suppliers(pair, dependency);
    if (kind !== 'children') return read;
    const opening = read.flatMap(({ windowType }) => openers.get(windowType) ?? []);
    return [...read, ...opening.filter(({ windowType }) => isWithin(windowType))];
  });
}
