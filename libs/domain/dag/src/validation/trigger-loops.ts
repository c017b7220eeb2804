import { isObserved, isOpenedByElements, refOf } from '../model.ts';
import type { Problem } from '../problem.ts';
import type { DraftGraph } from './draft.ts';
import { pairLabel } from './draft.ts';
import { components, cyclicComponents, type Graph, shortestCycle } from './graph.ts';

/** How often what is bounded is looked for again; what is left then is told as unbounded. */
const MAX_ROUNDS = 20;

/**
 * Algorithms whose results open windows that lead to the same algorithm again, without end. An outcome that opens one
 * window per parent is a bound, unless the loop makes new parents too: what is bounded makes no more parents than there are.
 *
 * Nodes: window types, then pairs. Edges: an opened window starts its pairs; a pair's result feeds its dependants and
 * opens window types; a window brings those that signals open inside it.
 */
export function triggerLoopProblems(graph: DraftGraph): Problem[] {
  const unbounded = unboundedGraph(graph);
  const { draft, types, pairs } = graph;
  const label = (node: number): string =>
    node < types.length ? refOf(types[node]!) : pairLabel(pairs[node - types.length]!);
  return cyclicComponents(unbounded).flatMap((members): Problem[] => {
    const opened = members.find((node) => node < types.length);
    if (opened === undefined || members.every((node) => node < types.length)) return [];
    return [
      {
        code: 'TRIGGER_LOOP',
        path: `${draft.locate('windowTypes', refOf(types[opened]!))}.open`,
        message: `windows of ${label(opened)} lead to algorithms that open windows of ${label(opened)} again, without bound`,
        chain: shortestCycle(unbounded, opened, members).map(label),
        mend: mendOf(graph, members),
      },
    ];
  });
}

/** What would bound the windows that are opened in a loop: an outcome can be, an emission cannot. */
function mendOf({ types, pairs }: DraftGraph, members: readonly number[]): string {
  const own = members.flatMap((node) => types[node] ?? []);
  const never = own.find(({ open }) => open.kind === 'outcome' && open.once === 'never');
  if (never)
    return `let its outcome open one window of ${refOf(never)} per parent (\`once: parent\`), in a parent that the loop does not open, or break the loop`;
  const once = own.find(({ open }) => open.kind === 'outcome');
  if (once)
    return `let ${refOf(once)} lie in windows that the loop does not open (${once.parent} is one that it does), or break the loop`;
  const emitted = new Set(own.filter(({ open }) => open.kind === 'emission').map(refOf));
  const emitter = members
    .flatMap((node) => pairs[node - types.length] ?? [])
    .find(({ algorithm }) => algorithm.emits.some((type) => emitted.has(type)))!;
  const type = emitter.algorithm.emits.find((one) => emitted.has(one))!;
  return `nothing bounds emissions: take ${type} out of what ${emitter.ref} emits, or ${emitter.windowType} out of the windows that it runs on`;
}

/** The loops without the edges by which windows are opened that are bounded. */
function unboundedGraph(graph: DraftGraph): Graph {
  const { types, typeAt } = graph;
  const oncePerParent = types.flatMap(({ open, parent }, at) => {
    const parentAt = open.kind === 'outcome' && open.once === 'parent' ? typeAt.get(parent ?? '') : undefined;
    return parentAt === undefined ? [] : [{ at, parentAt }];
  });
  const bounded = new Set<number>();
  let loops = loopGraph(graph, () => true);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = bounded.size;
    const component = components(loops);
    for (const { at, parentAt } of oncePerParent) if (component[at] !== component[parentAt]) bounded.add(at);
    if (bounded.size === before) break;
    loops = loopGraph(graph, (type) => !bounded.has(type));
  }
  return loops;
}

function loopGraph(
  { draft, types, typeAt, pairs, pairsOf, pairsOn, suppliers }: DraftGraph,
  opens: (type: number) => boolean,
): Graph {
  const nodeOf = (pairAt: number): number => types.length + pairAt;
  const edges: number[][] = Array.from({ length: types.length + pairs.length }, () => []);
  types.forEach((type, at) => {
    for (const pair of pairsOn(refOf(type))) edges[at]!.push(nodeOf(pair.at));
    if (
      (isOpenedByElements(type.open) || isObserved(type.open)) &&
      type.parent !== undefined &&
      typeAt.has(type.parent)
    )
      edges[typeAt.get(type.parent)!]!.push(at);
    if (type.open.kind === 'outcome' && opens(at))
      for (const pair of pairsOf(type.open.algorithm)) edges[nodeOf(pair.at)]!.push(at);
  });
  for (const pair of pairs) {
    for (const dependency of pair.algorithm.dependencies)
      for (const supplier of suppliers(pair, dependency)) edges[nodeOf(supplier.at)]!.push(nodeOf(pair.at));
    for (const emitted of pair.algorithm.emits)
      if (draft.windowTypes.get(emitted)?.open.kind === 'emission') edges[nodeOf(pair.at)]!.push(typeAt.get(emitted)!);
  }
  return { size: edges.length, edges };
}
