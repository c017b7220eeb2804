import { type Dependency, type Ref, refOf } from '../model.ts';
import type { Problem } from '../problem.ts';
import { neverOpens } from './calendars.ts';
import { canFire, type FiringGraph, type Need, shortestChains, whatStays } from './can-fire.ts';
import { judgeCron } from './cron.ts';
import { isRequired, runsWithout } from './dependencies.ts';
import type { Draft, DraftGraph, Pair } from './draft.ts';
import { draftGraph, isBoundWhole, pairLabel } from './draft.ts';
import { type LateWindows, type ResultNeeds, resultNeeds } from './first-and-later.ts';
import { opensBySignalsAlone } from './window-types.ts';
import { runsWithoutAny } from './without-results.ts';

/** Of a longer chain only the beginning and the end are told: what is starved, and what starves it. */
const MAX_CHAIN = 20;

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
  const { draft } = graph;
  return starved(graph, excused, { removed: NOTHING, afterLate: true }).map(({ kind, name, on, chain }): Problem => ({
    code: 'STARVED',
    path: draft.locate(kind, name),
    message: `${chain[0]} can never ${on === null ? 'open' : 'run'}: nothing outside starts what it waits for`,
    chain,
    mend: 'follow the chain: let its end be started by signals, a cron or an algorithm that runs, or let the dependency run without (`onMissing: runWithout`, `onFailed: runWithout`)',
  }));
}

/** A window type, or an algorithm on one, that can never fire. */
export interface Starved {
  readonly kind: 'windowTypes' | 'algorithms';
  readonly name: string;
  /** Window type of a pair; null: it is itself one. */
  readonly on: Ref | null;
  /** The shortest way to what starves it. */
  readonly chain: readonly string[];
}

/** What is taken away from a draft. */
export interface Removed {
  readonly windowTypes: ReadonlySet<Ref>;
  /** Registered or only expected. */
  readonly algorithms: ReadonlySet<Ref>;
}

const NOTHING: Removed = { windowTypes: new Set(), algorithms: new Set() };
const NOBODY: Excused = { pairs: new Set(), types: new Set() };

/**
 * What of a valid draft could never fire any more without what is removed, which is not told itself. What an algorithm emits, people
 * may emit too: a type whose emitters are gone does not starve.
 */
export const starvedWithout = (graph: DraftGraph, removed: Removed): Starved[] =>
  starved(graph, NOBODY, { removed, afterLate: true });

/** What of a valid draft runs only after windows that late data has opened. */
export function onlyAfterLate(draft: Draft): Starved[] {
  const perpetuates = (one: Dependency): boolean =>
    one.relation.kind === 'previous' && !isRequired(one) && !runsWithout(one, one.onFailed);
  if (![...draft.algorithms.values()].some(({ dependencies }) => dependencies.some(perpetuates))) return [];
  return starved(draftGraph(draft), NOBODY, { removed: NOTHING, afterLate: false });
}

interface Looked extends LateWindows {
  readonly removed: Removed;
}

function starved(graph: DraftGraph, excused: Excused, looked: Looked): Starved[] {
  const { types, pairs } = graph;
  const { labels, loose, known, ...firing } = needsOf(graph, excused, looked);
  const { removed } = looked;
  const fires = removed === NOTHING ? canFire(firing) : whatStays(firing, loose);
  const nodes = fires.flatMap((can, node) => (can || node >= known || firing.dead.has(node) ? [] : [node]));
  if (nodes.length === 0) return [];
  const chainOf = shortestChains(firing, fires, { endsOnly: removed !== NOTHING });
  return nodes.flatMap((node): Starved[] => {
    const chain = shortened(told(chainOf(node), labels));
    const pair = pairs[node - types.length];
    if (chain.length === 0) return [];
    return [
      pair
        ? { kind: 'algorithms', name: pair.ref, on: pair.windowType, chain }
        : { kind: 'windowTypes', name: labels[node]!, on: null, chain },
    ];
  });
}

/** Once where it goes through parts of one; a way that comes back to where it begins is told as such. */
function told(nodes: readonly number[], labels: readonly string[]): readonly string[] {
  const chain = nodes.map((at) => labels[at]!).filter((label, i, all) => label !== all[i - 1]);
  const last = nodes.at(-1);
  return last !== undefined && chain.length === 1 && nodes.indexOf(last) < nodes.length - 1
    ? [...chain, ...chain]
    : chain;
}

const shortened = (chain: readonly string[]): readonly string[] =>
  chain.length <= MAX_CHAIN
    ? chain
    : [
        ...chain.slice(0, MAX_CHAIN / 2),
        `… ${chain.length - MAX_CHAIN + 1} more`,
        ...chain.slice(chain.length - MAX_CHAIN / 2 + 1),
      ];

interface Needs extends FiringGraph {
  readonly labels: readonly string[];
  /** Needs of nodes that run also where the supplier was skipped or failed, but not where it is gone. */
  readonly loose: ReadonlySet<Need>;
  /** Nodes that are told of; those behind are parts of them. */
  readonly known: number;
}

/** Needs of each node, window types first; `dead`: nodes that cannot fire for a reason reported by itself. */
function needsOf(graph: DraftGraph, excused: Excused, { removed, afterLate }: Looked): Needs {
  const { types, typeAt, pairs, pairsOf, suppliers, draft } = graph;
  const nodeOf = ({ at }: Pair): number => types.length + at;
  const onlyExpected = [...removed.algorithms].filter((ref) => !draft.algorithms.has(ref)).sort();
  const expectedAt = new Map(onlyExpected.map((ref, i) => [ref, types.length + pairs.length + i]));
  const dead = new Set<number>(expectedAt.values());
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
    if (open.kind === 'outcome' && draft.algorithms.has(open.algorithm) && isBoundWhole(draft, open.algorithm))
      needs.push(pairsOf(open.algorithm).map(nodeOf));
    if (open.kind === 'outcome' && expectedAt.has(open.algorithm)) needs.push([expectedAt.get(open.algorithm)!]);
    if (open.kind === 'emission' && removed === NOTHING && emitters.has(refOf(type)))
      needs.push(emitters.get(refOf(type))!.map(nodeOf));
    if (
      removed.windowTypes.has(refOf(type)) ||
      (open.kind === 'cron' && judgeCron(open.expression) === 'never') ||
      (open.kind === 'calendar' && neverOpens(open)) ||
      (opensBySignalsAlone(type) && type.reads.length === 0)
    )
      dead.add(at);
    return needs;
  });
  const loose = new Set<Need>();
  /** What is needed when something is taken away: whose supplier is gone reads of nothing that was skipped or failed. */
  const forStaying = (pair: Pair, dependency: Dependency): Need[] => {
    const some = suppliers(pair, dependency);
    const expected = expectedAt.get(dependency.algorithm);
    const need: Need = expected === undefined ? some.map(nodeOf) : [expected];
    if (!isRequired(dependency) || need.length === 0) return [];
    if (runsWithoutAny(draft, pair, dependency, some)) loose.add(need);
    return [need];
  };
  const own = (pair: Pair): Need => [typeAt.get(pair.windowType)!];
  for (const pair of pairs) if (removed.algorithms.has(pair.ref)) dead.add(nodeOf(pair));
  const known = types.length + pairs.length + onlyExpected.length;
  const forResults = removed === NOTHING ? resultNeeds(graph, { own, nodeOf, firstFree: known, afterLate }) : null;
  const all = pairs.map((pair): ResultNeeds => {
    const judged = forResults?.(pair) ?? {
      needs: [own(pair), ...pair.algorithm.dependencies.flatMap((one) => forStaying(pair, one))],
      further: [],
    };
    return excused.pairs.has(pair) ? { ...judged, needs: [own(pair)] } : judged;
  });
  const further = all.flatMap((one) => one.further);
  return {
    needs: [
      ...ofTypes,
      ...all.map(({ needs }) => needs),
      ...onlyExpected.map(() => []),
      ...further.map(({ needs }) => needs),
    ],
    dead,
    loose,
    known,
    labels: [
      ...types.map(refOf),
      ...pairs.map(pairLabel),
      ...onlyExpected,
      ...further.map(({ pair }) => pairLabel(pair)),
    ],
  };
}
