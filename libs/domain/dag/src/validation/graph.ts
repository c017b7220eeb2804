/** A directed graph over the integers 0..size-1. All of it is iterative: a chain of 10,000 nodes does not touch the stack. */
export interface Graph {
  readonly size: number;
  readonly edges: readonly (readonly number[])[];
}

/** Strongly connected components (Tarjan): the component's number of each node. Linear in nodes and edges. */
export function components({ size, edges }: Graph): Int32Array {
  const component = new Int32Array(size).fill(-1);
  const order = new Int32Array(size).fill(-1);
  const low = new Int32Array(size);
  const next = new Int32Array(size);
  const open: number[] = [];
  const path: number[] = [];
  let visited = 0;
  let found = 0;
  const enter = (node: number): void => {
    order[node] = low[node] = visited++;
    open.push(node);
    path.push(node);
  };
  for (let root = 0; root < size; root++) {
    if (order[root] !== -1) continue;
    enter(root);
    while (path.length > 0) {
      const node = path.at(-1)!;
      const target = edges[node]![next[node]!++];
      if (target !== undefined) {
        if (order[target] === -1) enter(target);
        else if (component[target] === -1) low[node] = Math.min(low[node]!, order[target]!);
        continue;
      }
      path.pop();
      if (path.length > 0) low[path.at(-1)!] = Math.min(low[path.at(-1)!]!, low[node]!);
      if (low[node] !== order[node]) continue;
      let member: number;
      do component[(member = open.pop()!)] = found;
      while (member !== node);
      found++;
    }
  }
  return component;
}

/** Members of each component that holds a cycle: more than one node, or an edge to itself. */
export function cyclicComponents(graph: Graph): number[][] {
  const component = components(graph);
  const members = new Map<number, number[]>();
  for (let node = 0; node < graph.size; node++) {
    const list = members.get(component[node]!);
    if (list) list.push(node);
    else members.set(component[node]!, [node]);
  }
  return [...members.values()].filter((nodes) => nodes.length > 1 || graph.edges[nodes[0]!]!.includes(nodes[0]!));
}

/** The shortest cycle through `start` that stays within `members`: start, …, start. Breadth first, of equals the lowest nodes. */
export function shortestCycle(graph: Graph, start: number, members: readonly number[]): number[] {
  const inside = new Set(members);
  const from = new Map<number, number>();
  const queue = [start];
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at]!;
    for (const target of ascending(graph.edges[node]!)) {
      if (target === start) return [...walkBack(from, node, start), start];
      if (!inside.has(target) || from.has(target)) continue;
      from.set(target, node);
      queue.push(target);
    }
  }
  return [];
}

const ascending = (nodes: readonly number[]): number[] => [...nodes].sort((a, b) => a - b);

function walkBack(from: ReadonlyMap<number, number>, node: number, start: number): number[] {
  const path = [node];
  for (let at = node; at !== start; path.push(at)) at = from.get(at)!;
  return path.reverse();
}
