import { formatDurationUs } from '../duration.ts';
import { type Dependency, refOf, type WindowType } from '../model.ts';
import type { Warning } from '../problem.ts';
import { countsNothing } from './completeness.ts';
import { isRequired } from './dependencies.ts';
import type { Draft, Pair } from './draft.ts';
import { pairLabel, relationText } from './draft.ts';
import { timingsOn } from './finality.ts';
import { ancestors } from './nesting.ts';
import { isEndless } from './whole-life.ts';

/** Bindings that take panes which come only now and then, though none of it is impossible. */
export function seldomRuns(draft: Draft, pair: Pair, path: string): Warning[] {
  const { algorithm, windowType } = pair;
  return algorithm.bindings.flatMap((binding, i): Warning[] => {
    if (binding.windowType !== windowType) return [];
    const why = whySeldom(draft, binding);
    if (why === undefined) return [];
    return [
      {
        code: 'SELDOM_RUNS',
        path: `${path}.windows[${i}]`,
        message: `${pairLabel(pair)} takes only ${binding.on.join(' and ')} panes${why}`,
        chain: [pairLabel(pair)],
        mend: 'take ON_TIME panes too',
      },
    ];
  });
}

function whySeldom(
  draft: Draft,
  { on, windowType, minCompleteness = 0 }: Pair['algorithm']['bindings'][number],
): string | undefined {
  if (on.includes('ON_TIME') || on.includes('FINAL')) return undefined;
  const type = draft.windowTypes.get(windowType)!;
  const { early, allowedLatenessUs } = draft.policyOf(windowType);
  const mayBeLate = on.includes('LATE') && allowedLatenessUs > 0;
  const mayBeEarly = on.includes('EARLY') && early !== null;
  if (type.open.kind === 'emission') {
    if (mayBeEarly && !mayBeLate)
      return `, and windows that somebody asks for are over as a rule: they fire at once, ON_TIME`;
    if (mayBeLate && !mayBeEarly && countsNothing(type))
      return `, and ${windowType} reads no signals that could come late`;
  }
  if (mayBeEarly && !mayBeLate && minCompleteness > 0 && isEndless(draft, windowType))
    return ` from completeness ${minCompleteness} on, and how complete a life is, is known early only of sources with validFrom and validTo`;
  if (mayBeEarly && !mayBeLate && minCompleteness === 1)
    return ` from completeness 1 on, and a window that is complete has come to its end as a rule`;
  return undefined;
}

/**
 * Windows that signals open within windows that results open: where those results are final ones alone, their windows begin when the
 * lateness is over, and what is no longer than that lies in the past as a rule, where no signal comes any more.
 */
export function seldomOpens(part: Draft, pair: Pair, path: string): Warning[] {
  const draft = part.whole ?? part;
  const lineage = [pair.windowType, ...ancestors(draft, pair.windowType)].map((ref) => draft.windowTypes.get(ref)!);
  for (const [i, outer] of lineage.slice(1).entries()) {
    const type = lineage[i]!;
    const late = opensSignals(type) ? opensWhenOver(draft, outer) : undefined;
    if (!late) continue;
    return [
      {
        code: 'SELDOM_RUNS',
        path: `${path}.windows`,
        message: `${pairLabel(pair)} runs within windows of ${refOf(outer)}, which last ${formatDurationUs(late.durationUs)} and are opened by FINAL results of ${late.algorithm}, ${formatDurationUs(late.latenessUs)} late (allowedLateness): signals that could open windows of ${refOf(type)} in them have passed as a rule`,
        chain: [pairLabel(pair)],
        mend: `let ${late.algorithm} take ON_TIME panes too, or windows of ${refOf(outer)} last longer`,
      },
    ];
  }
  return [];
}

const opensSignals = (type: WindowType): boolean =>
  !['emission', 'outcome', 'cron', 'calendar'].includes(type.open.kind);

function opensWhenOver(draft: Draft, outer: WindowType) {
  const { open } = outer;
  if (open.kind !== 'outcome' || open.until === 'parent') return undefined;
  const { durationUs } = open.until;
  // On windows that lie within, it runs only when they are open.
  const bindings = (draft.algorithms.get(open.algorithm)?.bindings ?? []).filter(
    ({ windowType }) => ![windowType, ...ancestors(draft, windowType)].includes(refOf(outer)),
  );
  const lateness = bindings.map(({ windowType }) => draft.policyOf(windowType).allowedLatenessUs);
  const isOver = bindings.every(({ on }) => on.every((timing) => timing === 'FINAL'));
  const latenessUs = Math.min(...lateness);
  return bindings.length > 0 && isOver && durationUs <= latenessUs
    ? { algorithm: open.algorithm, durationUs, latenessUs }
    : undefined;
}

/** Who needs results that only late data brings runs only where some has come: for `children`, late data of every one. */
export function seldomSupplied(
  { pair, path }: { readonly pair: Pair; readonly path: string },
  dependency: Dependency,
  suppliers: readonly Pair[],
): Warning[] {
  if (!isRequired(dependency)) return [];
  const relation = relationText(dependency);
  return suppliers.filter(isOnlyLate).map((supplier) => ({
    code: 'SELDOM_RUNS',
    path,
    message: `${pairLabel(pair)} needs results ("${relation}") of ${pairLabel(supplier)}, which takes only LATE panes: it runs only where late data has come`,
    chain: [pairLabel(pair), relation, pairLabel(supplier)],
    mend: `let ${supplier.ref} take ON_TIME panes too, or let the dependency run without (\`onMissing: runWithout\`)`,
  }));
}

const isOnlyLate = ({ algorithm, windowType }: Pair): boolean =>
  [...timingsOn(algorithm, windowType)].every((timing) => timing === 'LATE');
