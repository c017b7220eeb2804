import { cyclicComponents, type Graph, shortestCycle } from './graph.ts';

/** One thing a node needs: any of these nodes must be able to fire. */
export type Need = readonly number[];

/** Who needs whom. `dead` nodes cannot fire, whatever they need. */
export interface FiringGraph {
  readonly needs: readonly (readonly Need[])[];
  readonly dead: ReadonlySet<number>;
}

/**
 * The least fixed point of "can fire": a node fires when each of its needs has a supplier that does, beginning with those that
 * need nothing. Work list, linear in the edges.
 */
export function canFire({ needs, dead }: FiringGraph): boolean[] {
  const unmet = needs.map((own) => own.length);
  /** Needs each node would meet, as [node that has the need, position of the need]. */
  const meets: [number, number][][] = needs.map(() => []);
  needs.forEach((own, node) => own.forEach((need, i) => need.forEach((supplier) => meets[supplier]!.push([node, i]))));
  const met = needs.map((own) => own.map(() => false));
  const fires = needs.map(() => false);
  const queue = needs.flatMap((own, node) => (own.length === 0 && !dead.has(node) ? [node] : []));
  for (const node of queue) fires[node] = true;
  for (let at = 0; at < queue.length; at++) {
    for (const [node, i] of meets[queue[at]!]!) {
      if (met[node]![i]) continue;
      met[node]![i] = true;
      if (--unmet[node]! > 0 || dead.has(node) || fires[node]) continue;
      fires[node] = true;
      queue.push(node);
    }
  }
  return fires;
}

/**
 * What is left of a graph that fires when its `dead` nodes go, and with them all that is lost then: a node needs suppliers that are left,
 * and those must fire it, but for `loose` needs: there it is enough that one of them is left. Two nodes with such needs may hold each other.
 */
export function whatStays(graph: FiringGraph, loose: ReadonlySet<Need>): boolean[] {
  const firm = graph.needs.map((own) => own.filter((need) => !loose.has(need)));
  for (let gone = graph.dead; ;) {
    const supported = withSuppliers({ needs: graph.needs, dead: gone });
    const lost = new Set(supported.flatMap((is, node) => (is ? [] : [node])));
    const fires = canFire({ needs: firm, dead: lost });
    gone = new Set(fires.flatMap((can, node) => (can ? [] : [node])));
    if (gone.size === lost.size) return fires;
  }
}

/** The greatest fixed point: a node stays unless it is dead, or all that it needs for one thing is gone. Linear in the edges. */
function withSuppliers({ needs, dead }: FiringGraph): boolean[] {
  const left = needs.map((own) => own.map(({ length }) => length));
  const meets: [number, number][][] = needs.map(() => []);
  needs.forEach((own, node) => own.forEach((need, i) => need.forEach((supplier) => meets[supplier]!.push([node, i]))));
  const stays = needs.map((_, node) => !dead.has(node));
  const queue = [...dead];
  for (let at = 0; at < queue.length; at++)
    for (const [node, i] of meets[queue[at]!]!) {
      if (--left[node]![i]! > 0 || !stays[node]) continue;
      stays[node] = false;
      queue.push(node);
    }
  return stays;
}

/** In a component of waiting nodes larger than this only one way round is looked for, not the shortest through each node. */
const EXACT_COMPONENT = 300;

/**
 * Why nodes cannot fire: of each the shortest chain of nodes, each waiting for the next, that ends at a dead one (or at one that
 * needs what nobody supplies), or comes back to itself. Of equals one that ends, then the one with the lowest numbers. Computed
 * once for all nodes. `endsOnly`: none comes back to itself; every node has one that ends.
 */
export function shortestChains(
  { needs, dead }: FiringGraph,
  fires: readonly boolean[],
  { endsOnly }: { readonly endsOnly: boolean },
): (node: number) => number[] {
  const waitsFor = needs.map((own, node) =>
    fires[node] || dead.has(node)
      ? []
      : [...new Set(own.filter((need) => !need.some((one) => fires[one])).flat())].sort((a, b) => a - b),
  );
  const isEnd = (node: number): boolean =>
    !fires[node] && (dead.has(node) || needs[node]!.some(({ length }) => length === 0));
  const graph: Graph = { size: needs.length, edges: waitsFor };
  const rounds = endsOnly ? new Map<number, number[]>() : shortestRounds(graph);
  const own = needs.map((_, node) => (isEnd(node) ? STEP : STEP * (rounds.get(node)?.length ?? Infinity) + 1));
  const cost = costs(graph, own);
  return (start) => {
    const chain: number[] = [];
    let node = start;
    for (; cost[node]! < own[node]!; node = waitsFor[node]!.find((next) => cost[next] === cost[node]! - STEP)!)
      chain.push(node);
    return [...chain, ...(isEnd(node) ? [node] : (rounds.get(node) ?? []))];
  };
}

/** Cost of one node in a chain; a chain that comes back to itself costs 1 more than one that ends. */
const STEP = 2;

/** Ways from a node back to itself, the node given at both ends. */
function shortestRounds(graph: Graph): Map<number, number[]> {
  const rounds = new Map<number, number[]>();
  for (const members of cyclicComponents(graph)) {
    const exact = members.length <= EXACT_COMPONENT ? members : [Math.min(...members)];
    for (const node of exact) rounds.set(node, shortestCycle(graph, node, members));
  }
  return rounds;
}

/** What the cheapest chain of each node costs, where `own` is the cost of the one that ends there. Infinity: there is none. */
function costs({ size, edges }: Graph, own: readonly number[]): number[] {
  const waiting: number[][] = Array.from({ length: size }, () => []);
  edges.forEach((targets, node) => targets.forEach((target) => waiting[target]!.push(node)));
  const cost = [...own];
  const buckets: number[][] = [];
  const place = (node: number, at: number): void => void (buckets[at] ??= []).push(node);
  own.forEach((at, node) => at < Infinity && place(node, at));
  for (let at = 0; at < buckets.length; at++)
    for (const node of buckets[at] ?? []) {
      if (cost[node]! < at) continue;
      for (const next of waiting[node]!)
        if (at + STEP < cost[next]!) {
          cost[next] = at + STEP;
          place(next, at + STEP);
        }
    }
  return cost;
}
