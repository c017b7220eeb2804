import { formatDurationUs } from '../duration.ts';
import type { Dependency, Ref } from '../model.ts';
import type { Warning } from '../problem.ts';
import { isRequired } from './dependencies.ts';
import type { Draft, DraftGraph, Pair } from './draft.ts';
import { pairLabel, relationText } from './draft.ts';
import { endlessBinding, endlessWait, shortWait, timingsOn } from './finality.ts';
import { nominalPeriodUs } from './period.ts';
import { mayNotFit } from './results.ts';
import { onlyAfterLate } from './starvation.ts';
import { seldomOpens, seldomRuns, seldomSupplied } from './seldom.ts';

/** An upstream that fires so many times more seldom than its dependant is told. */
export const FAR_LESS_OFTEN = 10;

interface Told {
  readonly draft: Draft;
  readonly pair: Pair;
  readonly path: string;
}

/** What a valid draft may not mean. `concerns`: only what is about these window types and algorithms is told. */
export function warningsIn(graph: DraftGraph, concerns: Concerns): Warning[] {
  const { draft } = graph;
  return [...ofPairs(graph, concerns), ...ofReads(draft, concerns), ...afterLate(draft.whole ?? draft, concerns)];
}

type Concerns = (name: Ref) => boolean;

/** However many window types they are read on. */
const ofReads = (draft: Draft, concerns: Concerns): Warning[] =>
  [...draft.algorithms].flatMap(([ref, { dependencies }]) =>
    dependencies.flatMap((dependency, i) => {
      if (!concerns(ref) && !concerns(dependency.algorithm)) return [];
      return mayNotFit(draft, { ref, dependency, path: `${draft.locate('algorithms', ref)}.dependencies[${i}]` });
    }),
  );

const afterLate = (draft: Draft, concerns: Concerns): Warning[] =>
  onlyAfterLate(draft).flatMap(({ kind, name, on, chain }) =>
    chain.some((label) => label.split(' on ').some(concerns))
      ? [
          {
            code: 'SELDOM_RUNS',
            path: draft.locate(kind, name),
            message: `${chain[0]} ${on === null ? 'opens' : 'runs'} only where late data has opened the windows before: those have no ON_TIME pane, and on all others what was skipped or failed at first is skipped or fails on`,
            chain: [chain[0]!],
            mend: 'let it run without what failed (`onFailed: runWithout`)',
          },
        ]
      : [],
  );

function ofPairs(graph: DraftGraph, concerns: Concerns): Warning[] {
  const { draft } = graph;
  return graph.pairs.flatMap((pair): Warning[] => {
    const { ref, algorithm, windowType } = pair;
    const own = concerns(ref) || concerns(windowType);
    const path = draft.locate('algorithms', ref);
    return [
      ...(own
        ? [...endlessBinding(draft, pair, path), ...seldomRuns(draft, pair, path), ...seldomOpens(draft, pair, path)]
        : []),
      ...algorithm.dependencies.flatMap((dependency, i): Warning[] => {
        const suppliers = graph.suppliers(pair, dependency);
        const isTold = own || concerns(dependency.algorithm) || suppliers.some((one) => concerns(one.windowType));
        if (!isTold || suppliers.length === 0) return [];
        const told = { draft, pair, path: `${path}.dependencies[${i}]` };
        return [
          ...rare(told, dependency, suppliers),
          ...endlessWait(told, dependency, suppliers),
          ...shortWait(told, dependency, suppliers),
          ...seldomSupplied(told, dependency, suppliers),
        ];
      }),
    ];
  });
}

/** Results of parents and members come when those fire, and who needs them waits for that. */
function rare({ draft, pair, path }: Told, dependency: Dependency, suppliers: readonly Pair[]): Warning[] {
  const { relation } = dependency;
  if (!isRequired(dependency) || (relation.kind !== 'parent' && relation.kind !== 'members')) return [];
  const ownUs = periodUs(draft, pair);
  return suppliers.flatMap((supplier): Warning[] => {
    const theirsUs = periodUs(draft, supplier);
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
  const earlyMs = timingsOn(algorithm, windowType).has('EARLY') ? draft.policyOf(windowType).early?.everyMs : undefined;
  const windowsUs = nominalPeriodUs(draft.windowTypes.get(windowType)!.open);
  return earlyMs === undefined ? windowsUs : Math.min(earlyMs * 1000, windowsUs ?? Infinity);
}
