import { isGrid, type Ref, refOf } from '../model.ts';
import type { Problem } from '../problem.ts';
import { neverOpens } from './calendars.ts';
import { judgeCron } from './cron.ts';
import { isRequired } from './dependencies.ts';
import type { DraftGraph, Pair } from './draft.ts';
import { pairLabel } from './draft.ts';

/** A chain longer than this is cut: its beginning shows what is starved, its end is told by the other problems. */
const MAX_CHAIN = 20;

/** One thing a node needs: any of these nodes must be able to fire. */
type Need = readonly number[];

/** Kinds beside grids whose windows open by the signals that are their elements. */
const READS_ITS_OPENER: ReadonlySet<string> = new Set(['session', 'wholeLife', 'count']);

/** What waits for itself and is reported for that. */
export interface Excused {
  readonly pairs: ReadonlySet<Pair>;
  readonly types: ReadonlySet<Ref>;
}

/**
 * What can never fire. The least fixed point of "can fire": a node (a window type, or an algorithm on one) fires when each
 * of its needs has a supplier that does, beginning with what the outside world starts. Work list, linear in the edges.
 *
 * What is reported elsewhere (unknown names, cycles, impossible dependencies) counts as firing here, so that one mistake
 * does not starve half of the DAG in the answer too.
 */
export function starvationProblems(graph: DraftGraph, excused: Excused): Problem[] {
  const { draft, types, pairs } = graph;
  const { needs, dead } = needsOf(graph, excused);
  const fires = leastFixedPoint(needs, dead);
  const label = (node: number): string =>
    node < types.length ? refOf(types[node]!) : pairLabel(pairs[node - types.length]!);
  const chain = (node: number): string[] => {
    const path: number[] = [];
    for (let at: number | undefined = node; at !== undefined && path.length < MAX_CHAIN;) {
      path.push(at);
      if (path.indexOf(at) < path.length - 1) break;
      const missing: readonly number[] = needs[at]!.filter((need) => !need.some((supplier) => fires[supplier])).flat();
      at = missing.length > 0 ? missing.reduce((lowest, node) => Math.min(lowest, node)) : undefined;
    }
    return path.map(label);
  };
  const starved = Array.from(fires.keys()).filter((node) => !fires[node] && !dead.has(node));
  return starved.map((node): Problem => {
    const path =
      node < types.length
        ? draft.locate('windowTypes', label(node))
        : draft.locate('algorithms', pairs[node - types.length]!.ref);
    return {
      code: 'STARVED',
      path,
      message: `${label(node)} can never ${node < types.length ? 'open' : 'run'}: nothing outside starts what it waits for`,
      chain: chain(node),
      mend: 'follow the chain: let its end be started by signals, a cron or an algorithm that runs, or let the dependency run without (`onMissing: runWithout`)',
    };
  });
}

/** Needs of each node, window types first; `dead`: nodes that cannot fire for a reason reported by itself. */
function needsOf(graph: DraftGraph, excused: Excused): { needs: Need[][]; dead: Set<number> } {
  const { types, typeAt, pairs, pairsOf, suppliers, draft } = graph;
  const nodeOf = ({ at }: Pair): number => types.length + at;
  const dead = new Set<number>();
  const emitters = new Map<string, Pair[]>();
  for (const pair of pairs)
    for (const emitted of pair.algorithm.emits) {
      const list = emitters.get(emitted);
      if (list) list.push(pair);
      else emitters.set(emitted, [pair]);
    }
  const ofTypes = types.map((type, at): Need[] => {
    const { open, parent } = type;
    const needs: Need[] =
      parent !== undefined && typeAt.has(parent) && !excused.types.has(refOf(type)) ? [[typeAt.get(parent)!]] : [];
    if (open.kind === 'outcome' && draft.algorithms.has(open.algorithm))
      needs.push(pairsOf(open.algorithm).map(nodeOf));
    if (open.kind === 'emission' && emitters.has(refOf(type))) needs.push(emitters.get(refOf(type))!.map(nodeOf));
    if (
      (open.kind === 'cron' && judgeCron(open.expression) === 'never') ||
      (open.kind === 'calendar' && neverOpens(open)) ||
      ((isGrid(open) || READS_ITS_OPENER.has(open.kind)) && parent === undefined && type.reads.length === 0)
    )
      dead.add(at);
    return needs;
  });
  const ofPairs = pairs.map((pair): Need[] => {
    const own: Need = [typeAt.get(pair.windowType)!];
    if (excused.pairs.has(pair)) return [own];
    const required = pair.algorithm.dependencies
      .filter(isRequired)
      .map((dependency) => suppliers(pair, dependency).map(nodeOf));
    return [own, ...required.filter((need) => need.length > 0)];
  });
  return { needs: [...ofTypes, ...ofPairs], dead };
}

function leastFixedPoint(needs: readonly (readonly Need[])[], dead: ReadonlySet<number>): boolean[] {
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
