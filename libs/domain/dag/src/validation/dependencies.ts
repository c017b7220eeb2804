import { formatDurationUs } from '../duration.ts';
import type { Algorithm, Dependency, PreviousRelation, Ref } from '../model.ts';
import { afterWaitOf, isGrid } from '../model.ts';
import type { Problem } from '../problem.ts';
import { incomplete } from './completeness.ts';
import type { Draft, DraftGraph } from './draft.ts';
import { isBoundWhole, relationText } from './draft.ts';
import { isOrphan } from './nesting.ts';
import { nominalPeriodUs } from './period.ts';
import { mismatchProblems } from './results.ts';
import { outsideParent } from './window-types.ts';

/** Dependencies that no windows can satisfy, results that do not fit, emissions outside their parent. */
export function dependencyProblems(graph: DraftGraph): Problem[] {
  const { draft } = graph;
  return [...draft.algorithms].flatMap(([ref, algorithm]) => {
    const path = draft.locate('algorithms', ref);
    return [
      ...algorithm.dependencies.flatMap((dependency, i) => [
        ...unsatisfiable(graph, { ref, dependency, path: `${path}.dependencies[${i}]` }),
        ...neverPrevious(graph, { ref, dependency, path: `${path}.dependencies[${i}]` }),
        ...unknownCompleteness(graph, { ref, dependency, path: `${path}.dependencies[${i}]` }),
        ...mismatchProblems(draft, { ref, dependency, path: `${path}.dependencies[${i}]` }),
        ...unreachedRule(algorithm, { ref, dependency, path: `${path}.dependencies[${i}]` }),
      ]),
      ...emissionProblems(graph, { ref, algorithm, path }),
    ];
  });
}

/** Whether an algorithm cannot run at all while this dependency has no result, and none is to come. */
export const isRequired = (dependency: Dependency): boolean => !runsWithout(dependency, dependency.onMissing);

/** What a rule says in the end: `accept` runs without a result where there is none. */
export function runsWithout(dependency: Dependency, rule: Dependency['onMissing']): boolean {
  const settled = rule === 'wait' ? afterWaitOf(dependency) : rule;
  return settled === 'runWithout' || settled === 'accept';
}

/** A required dependency must be possible on each window type of its owner, another one on at least one of them. */
function unsatisfiable(
  graph: DraftGraph,
  { ref, dependency, path }: { ref: Ref; dependency: Dependency; path: string },
): Problem[] {
  const upstream = graph.pairsOf(dependency.algorithm);
  if (upstream.length === 0) return [];
  const own = graph.pairsOf(ref);
  // A window type that is not there is told where it is named.
  const { windowTypes } = graph.draft;
  const isLost = dependency.relation.kind === 'parent' && own.some((pair) => isOrphan(windowTypes, pair.windowType));
  if (isLost || !isBoundWhole(graph.draft, dependency.algorithm)) return [];
  const without = own.filter((pair) => graph.suppliers(pair, dependency).length === 0);
  if (without.length === 0 || (!isRequired(dependency) && without.length < own.length)) return [];
  const where = upstream.map(({ windowType }) => windowType);
  return without.map(({ windowType }) => ({
    code: 'UNSATISFIABLE_DEPENDENCY' as const,
    path: `${path}.relation`,
    message: `${ref} runs on ${windowType}; ${dependency.algorithm} runs on ${where.join(', ')}: no window there is "${relationText(dependency)}" of a window of ${windowType}`,
    chain: [
      `${ref} on ${windowType}`,
      relationText(dependency),
      ...where.map((type) => `${dependency.algorithm} on ${type}`),
    ],
    mend:
      dependency.relation.kind === 'members'
        ? "bind this one to a window type of scope `group`, and the other to windows of that group's sources, of the same kind and labels, that are short enough to lie whole in the group's"
        : 'bind both to window types with that relation (the same type, or one the parent of the other), or choose another relation',
  }));
}

/** What must have previous windows needs a stretch in which one of the grid begins. */
function neverPrevious(
  graph: DraftGraph,
  { ref, dependency, path }: { ref: Ref; dependency: Dependency; path: string },
): Problem[] {
  const { relation } = dependency;
  if (relation.kind !== 'previous' || !isRequired(dependency)) return [];
  return graph.pairsOf(ref).flatMap((pair): Problem[] => {
    const missed = missedPrevious(graph.draft, pair.windowType, relation);
    if (!missed || graph.suppliers(pair, dependency).length === 0) return [];
    const { periodUs, nearestUs, reachUs } = missed;
    return [
      {
        code: 'UNSATISFIABLE_DEPENDENCY',
        path: `${path}.relation`,
        message: `${ref} needs "${relationText(dependency)}" on ${pair.windowType}, whose windows begin every ${formatDurationUs(periodUs)}: the nearest that may count begins ${formatDurationUs(nearestUs)} before, and it looks back ${formatDurationUs(reachUs)}`,
        chain: [
          `${ref} on ${pair.windowType}`,
          relationText(dependency),
          `${dependency.algorithm} on ${pair.windowType}`,
        ],
        mend: `look back ${formatDurationUs(nearestUs)} at least, or let the dependency run without (\`onMissing: runWithout\`)`,
      },
    ];
  });
}

interface Missed {
  readonly periodUs: number;
  readonly nearestUs: number;
  readonly reachUs: number;
}

/** Where the windows of a grid begin too seldom for any of them to be a previous one; undefined: they do not, or it depends on them. */
export function missedPrevious(draft: Draft, windowType: Ref, relation: PreviousRelation): Missed | undefined {
  const { open, parent } = draft.windowTypes.get(windowType)!;
  if (!isGrid(open) || parent !== undefined) return undefined;
  const periodUs = nominalPeriodUs(open)!;
  const [nearestUs, reachUs] = nearestAndReach(relation, periodUs);
  return nearestUs > reachUs ? { periodUs, nearestUs, reachUs } : undefined;
}

/** How long before a window the nearest one begins that is not left out, and how long before it one may begin at most. */
export function nearestAndReach(relation: PreviousRelation, periodUs: number): [nearestUs: number, reachUs: number] {
  if ('count' in relation) return [((relation.gap ?? 0) + 1) * periodUs, relation.withinUs ?? Infinity];
  const { durationUs, gapUs = 0 } = relation;
  return [(Math.floor(gapUs / periodUs) + 1) * periodUs, gapUs + durationUs];
}

/** A wait that the run does not live to see the end of: what is to be done then is never done. */
function unreachedRule(
  { scheduleToCloseMs }: Algorithm,
  { ref, dependency, path }: { ref: Ref; dependency: Dependency; path: string },
): Problem[] {
  const { waitMs } = dependency;
  if (waitMs === null || scheduleToCloseMs === undefined || waitMs < scheduleToCloseMs) return [];
  const [waits, closes] = [waitMs, scheduleToCloseMs].map((ms) => formatDurationUs(ms * 1000));
  return [
    {
      code: 'POLICY_CONTRADICTION',
      path: `${path}.wait`,
      message: `${ref} waits ${waits} for ${dependency.algorithm}, and each of its runs has failed ${closes} (scheduleToClose) after it was opened: what is to be done after the wait is never done`,
      chain: [ref, dependency.algorithm],
      mend: 'wait for less time than scheduleToClose, or give it more',
    },
  ];
}

/** A completeness is asked for where no window tells one. */
function unknownCompleteness(
  graph: DraftGraph,
  { ref, dependency, path }: { ref: Ref; dependency: Dependency; path: string },
): Problem[] {
  if (dependency.minCompleteness === undefined) return [];
  const types = new Set(
    graph.pairsOf(ref).flatMap((pair) => graph.suppliers(pair, dependency).map(({ windowType }) => windowType)),
  );
  const whys = [...types].map((type) => ({
    type,
    ...incomplete(graph.draft, { ref: type, least: dependency.minCompleteness! }),
  }));
  const [first] = whys;
  if (!first?.why || whys.some(({ why }) => why === undefined)) return [];
  return [
    {
      code: 'UNSATISFIABLE_DEPENDENCY',
      path: `${path}.minCompleteness`,
      message: `${ref} wants results of ${dependency.algorithm} from completeness ${dependency.minCompleteness} on, and ${whys.map(({ type, why }) => `${type} ${why}`).join(', ')}`,
      chain: [ref, relationText(dependency), ...whys.map(({ type }) => `${dependency.algorithm} on ${type}`)],
      mend: `${first.mend}, or leave minCompleteness out`,
    },
  ];
}

function emissionProblems(
  graph: DraftGraph,
  { ref, algorithm, path }: { ref: Ref; algorithm: Algorithm; path: string },
): Problem[] {
  return algorithm.emits.flatMap((emitted, i) => {
    const type = graph.draft.windowTypes.get(emitted);
    if (!type) return [];
    const at = `${path}.emits[${i}]`;
    if (type.open.kind !== 'emission')
      return [
        {
          code: 'UNSATISFIABLE_DEPENDENCY' as const,
          path: at,
          message: `windows of ${emitted} open by ${type.open.kind}, not by emission`,
          chain: [ref, emitted],
          mend: 'emit a window type that is opened by `emission: {}`',
        },
      ];
    return outsideParent(graph, { ref: emitted, type, path: at }, [ref]).map((problem) => ({ ...problem, path: at }));
  });
}
