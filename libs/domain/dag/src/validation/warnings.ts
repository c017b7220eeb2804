import { formatDurationUs } from '../duration.ts';
import type { Algorithm, Dependency, Ref } from '../model.ts';
import type { Warning } from '../problem.ts';
import { isRequired } from './dependencies.ts';
import type { Draft, DraftGraph, Pair } from './draft.ts';
import { pairLabel, relationText } from './draft.ts';
import { ancestors } from './nesting.ts';
import { nominalPeriodUs } from './period.ts';
import { isLife } from './whole-life.ts';

/** An upstream that fires so many times more seldom than its dependant is told. */
export const FAR_LESS_OFTEN = 10;

interface Told {
  readonly graph: DraftGraph;
  readonly pair: Pair;
  readonly path: string;
}

/** What a valid draft may not mean. `concerns`: only what is about these window types and algorithms is told. */
export function warningsIn(graph: DraftGraph, concerns: (name: Ref) => boolean): Warning[] {
  const { draft } = graph;
  return graph.pairs.flatMap((pair): Warning[] => {
    const { ref, algorithm, windowType } = pair;
    const own = concerns(ref) || concerns(windowType);
    const path = draft.locate('algorithms', ref);
    return [
      ...(own ? endlessBinding(draft, pair, path) : []),
      ...algorithm.dependencies.flatMap((dependency, i): Warning[] => {
        const suppliers = graph.suppliers(pair, dependency);
        const isTold = own || concerns(dependency.algorithm) || suppliers.some((one) => concerns(one.windowType));
        if (!isTold || suppliers.length === 0) return [];
        const told = { graph, pair, path: `${path}.dependencies[${i}]` };
        return [
          ...rare(told, dependency, suppliers),
          ...endlessWait(told, dependency, suppliers),
          ...shortWait(told, dependency, suppliers),
        ];
      }),
    ];
  });
}

/** Results of parents and members come when those fire, and who needs them waits for that. */
function rare({ graph, pair, path }: Told, dependency: Dependency, suppliers: readonly Pair[]): Warning[] {
  const { relation } = dependency;
  if (!isRequired(dependency) || (relation.kind !== 'parent' && relation.kind !== 'members')) return [];
  const ownUs = periodUs(graph.draft, pair);
  return suppliers.flatMap((supplier): Warning[] => {
    const theirsUs = periodUs(graph.draft, supplier);
    if (ownUs === undefined || theirsUs === undefined || theirsUs < ownUs * FAR_LESS_OFTEN) return [];
    return [
      {
        code: 'UPSTREAM_RARE',
        path,
        message: `${pairLabel(pair)} fires every ${formatDurationUs(ownUs)} and needs ${pairLabel(supplier)}, which fires every ${formatDurationUs(theirsUs)}: most of its windows wait for that`,
        chain: [pairLabel(pair), relationText(dependency), pairLabel(supplier)],
        mend: `give the policy of ${supplier.windowType} \`early\` and take EARLY panes, or let the dependency run without`,
      },
    ];
  });
}

/** How often an algorithm runs on windows of a type, as a rule: early panes count where it takes them. */
function periodUs(draft: Draft, { algorithm, windowType }: Pair): number | undefined {
  const earlyMs = takesEarly(algorithm, windowType) ? draft.policyOf(windowType).early?.everyMs : undefined;
  const windowsUs = nominalPeriodUs(draft.windowTypes.get(windowType)!.open);
  return earlyMs === undefined ? windowsUs : Math.min(earlyMs * 1000, windowsUs ?? Infinity);
}

const takesEarly = ({ bindings }: Algorithm, windowType: Ref): boolean =>
  bindings.some((one) => one.windowType === windowType && one.on.includes('EARLY'));

/** A whole life ends only for sources whose end is declared. */
function endlessBinding(draft: Draft, pair: Pair, path: string): Warning[] {
  const { algorithm, windowType } = pair;
  if (!isLife(draft, windowType)) return [];
  if (takesEarly(algorithm, windowType) && draft.policyOf(windowType).early !== null) return [];
  return [
    {
      code: 'LIFE_WITHOUT_END',
      path: `${path}.windows`,
      message: `${pairLabel(pair)} runs only for sources that have an end (validTo): the others' lives never end`,
      chain: [pair.ref, windowType],
      mend: `declare validTo of the sources, or give the policy of ${windowType} \`early\` and take EARLY panes`,
    },
  ];
}

function endlessWait(
  { graph: { draft }, pair, path }: Told,
  dependency: Dependency,
  suppliers: readonly Pair[],
): Warning[] {
  if (dependency.onProvisional !== 'wait') return [];
  return suppliers.flatMap((supplier): Warning[] => {
    const { windowType } = supplier;
    const life = [windowType, ...ancestors(draft, windowType)].find((ref) => isLife(draft, ref));
    if (life === undefined) return [];
    return [
      {
        code: 'LIFE_WITHOUT_END',
        path: `${path}.onProvisional`,
        message: `${pairLabel(pair)} waits for final results of ${pairLabel(supplier)}, and what lies in ${life} may be final only for sources whose life is declared (validFrom, validTo)`,
        chain: [pairLabel(pair), pairLabel(supplier), life],
        mend: 'declare the life of the sources, or accept provisional results',
      },
    ];
  });
}

/** Final results come when the lateness is over; live that takes as long as the lateness is. */
function shortWait(
  { graph: { draft }, pair, path }: Told,
  dependency: Dependency,
  suppliers: readonly Pair[],
): Warning[] {
  const { onProvisional, waitMs } = dependency;
  if (onProvisional !== 'wait' || waitMs === null) return [];
  return suppliers.flatMap((supplier): Warning[] => {
    const { allowedLatenessUs } = draft.policyOf(supplier.windowType);
    if (allowedLatenessUs <= waitMs * 1000) return [];
    return [
      {
        code: 'WAIT_TOO_SHORT',
        path: `${path}.wait`,
        message: `${pairLabel(pair)} waits ${formatDurationUs(waitMs * 1000)} for final results of ${pairLabel(supplier)}, which come ${formatDurationUs(allowedLatenessUs)} (allowedLateness) after their windows have ended`,
        chain: [pairLabel(pair), pairLabel(supplier)],
        mend: 'wait longer than the lateness, or accept provisional results',
      },
    ];
  });
}
