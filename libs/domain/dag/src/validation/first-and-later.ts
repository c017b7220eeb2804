import type { Dependency, PreviousRelation, Ref } from '../model.ts';
import type { Need } from './can-fire.ts';
import { isRequired, missedPrevious } from './dependencies.ts';
import { type Draft, type DraftGraph, type Pair, pairLabel } from './draft.ts';
import { isSingle } from './single.ts';
import { runsAfterLate, runsWithoutAny } from './without-results.ts';

/** What an algorithm on a window type needs for a result, in nodes of a graph that goes on behind the ones that are there. */
export interface ResultNeeds {
  readonly needs: readonly Need[];
  /** Of the algorithm on a window that has none before it, and on one that has some: further nodes, each with the pair that it is of. */
  readonly further: readonly { readonly pair: Pair; readonly needs: readonly Need[] }[];
}

interface Nodes {
  readonly own: (pair: Pair) => Need;
  readonly nodeOf: (pair: Pair) => number;
  readonly firstFree: number;
}

export interface LateWindows {
  /** Whether windows are reckoned with that late data opens. */
  readonly afterLate: boolean;
}

/**
 * A window that has none before it is told from those that have some where an algorithm reads previous windows: on the first it must do
 * without any, on a later one it must do with what there is, and what fails on all those before may keep it from ever beginning. Who needs
 * its result on the same window is told apart likewise. Each dependency is judged for itself: that one needs a result of a window of which
 * another must have none is not seen.
 */
export function resultNeeds(
  graph: DraftGraph,
  { afterLate, ...nodes }: Nodes & LateWindows,
): (pair: Pair) => ResultNeeds {
  const apart = toldApart(graph);
  const firstOf = new Map([...apart].map((pair, i) => [pair, nodes.firstFree + 2 * i]));
  const nodeIn = (pair: Pair, later: boolean): number => {
    const first = firstOf.get(pair);
    return first === undefined ? nodes.nodeOf(pair) : first + (later ? 1 : 0);
  };
  const needsIn = (pair: Pair, later: boolean): Need[] => [
    nodes.own(pair),
    ...pair.algorithm.dependencies.flatMap((dependency): Need[] => {
      const some = graph.suppliers(pair, dependency);
      const { relation } = dependency;
      if (some.length === 0) return [];
      if (relation.kind === 'previous') {
        if (!later) return isRequired(dependency) ? [[]] : [];
        // A window may have some before it, and none so far before. Where it never has one that is required, that is told by itself.
        const mayBeNone = gapIn(relation) > 0 || missedPrevious(graph.draft, pair.windowType, relation);
        if (!isRequired(dependency) && mayBeNone) return [];
      }
      if (runsWithoutAny(graph.draft, pair, dependency, some)) return [];
      if (afterLate && runsAfterLate(graph.draft, dependency, some)) return [];
      if (relation.kind === 'same') return [some.map((one) => nodeIn(one, later))];
      // All that lies in the one window that a source has: what has no result at first keeps it from one.
      if (relation.kind === 'children' && isSingle(graph.draft, pair.windowType))
        return [some.map((one) => nodeIn(one, false))];
      return [some.map(nodes.nodeOf)];
    }),
  ];
  const givenLater = (pair: Pair): ResultNeeds => ({
    needs: [[nodeIn(pair, true)]],
    further: [
      { pair, needs: [[]] },
      { pair, needs: [nodes.own(pair)] },
    ],
  });
  return (pair) => {
    if (isLaterOnly(graph.draft, pair)) return givenLater(pair);
    if (!apart.has(pair)) return { needs: needsIn(pair, true), further: [] };
    const first = needsIn(pair, false);
    const later = isSingle(graph.draft, pair.windowType) ? [[]] : needsIn(pair, true);
    const possible = [...(isHopeless(first) ? [] : [false]), ...(isHopeless(later) ? [] : [true])];
    return {
      needs: [possible.map((isLater) => nodeIn(pair, isLater))],
      further: [
        { pair, needs: first },
        { pair, needs: later },
      ],
    };
  };
}

const gapIn = (relation: PreviousRelation): number => ('count' in relation ? relation.gap : relation.gapUs) ?? 0;

const isLaterOnly = ({ laterOnly }: Draft, pair: Pair): boolean => laterOnly?.has(pairLabel(pair)) === true;

const isHopeless = (needs: readonly Need[]): boolean => needs.some(({ length }) => length === 0);

/** Who reads previous windows, and who needs such a result on the same one; in the order of the graph. */
function toldApart(graph: DraftGraph): ReadonlySet<Pair> {
  const reads = (pair: Pair, kind: Dependency['relation']['kind']) =>
    pair.algorithm.dependencies
      .filter(({ relation }) => relation.kind === kind)
      .flatMap((dependency) => graph.suppliers(pair, dependency));
  const readers = new Map<Pair, Pair[]>();
  for (const pair of graph.pairs)
    for (const upstream of reads(pair, 'same')) readers.set(upstream, [...(readers.get(upstream) ?? []), pair]);
  const { draft } = graph;
  const found = new Set(graph.pairs.filter((pair) => isLaterOnly(draft, pair) || reads(pair, 'previous').length > 0));
  for (const pair of found) for (const reader of readers.get(pair) ?? []) found.add(reader);
  return new Set(graph.pairs.filter((pair) => found.has(pair)));
}

/** Of these algorithms, on their window types, those that have no result on a window without one before it; for `Draft.laterOnly`. */
export function laterOnlyOf(draft: Draft, algorithms: Iterable<Ref>): ReadonlySet<string> {
  const pairs = new Map<string, Pair>();
  const add = (ref: Ref, windowType: Ref): void => {
    const algorithm = draft.algorithms.get(ref);
    if (!algorithm?.bindings.some((one) => one.windowType === windowType) || !draft.windowTypes.has(windowType)) return;
    const pair = { at: -1, algorithm, ref, windowType };
    if (!pairs.has(pairLabel(pair))) pairs.set(pairLabel(pair), pair);
  };
  for (const ref of algorithms)
    for (const { windowType } of draft.algorithms.get(ref)?.bindings ?? []) add(ref, windowType);
  const readers = new Map<string, string[]>();
  const found = new Set<string>();
  const upstreamOf = ({ windowType }: Pair, { algorithm }: Dependency): Pair | undefined => {
    add(algorithm, windowType);
    return pairs.get(`${algorithm} on ${windowType}`);
  };
  // A Map goes on with what is added while it is walked.
  for (const [label, pair] of pairs)
    for (const dependency of pair.algorithm.dependencies) {
      const { kind } = dependency.relation;
      const upstream = kind === 'previous' || kind === 'same' ? upstreamOf(pair, dependency) : undefined;
      if (!upstream) continue;
      if (kind === 'previous' && isRequired(dependency)) found.add(label);
      if (kind === 'previous' || runsWithoutAny(draft, pair, dependency, [upstream])) continue;
      readers.set(pairLabel(upstream), [...(readers.get(pairLabel(upstream)) ?? []), label]);
    }
  for (const label of found) for (const reader of readers.get(label) ?? []) found.add(reader);
  return found;
}
