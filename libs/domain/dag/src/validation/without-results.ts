import type { BindingTiming, Dependency, WindowType } from '../model.ts';
import { isRequired, runsWithout } from './dependencies.ts';
import type { Draft, Pair } from './draft.ts';

/**
 * Whether an algorithm may run on some window though none of the suppliers ever has a result. They are skipped or fail then, because all
 * that is begun ends; or they have not begun, or there is no window of theirs.
 */
export function runsWithoutAny(draft: Draft, pair: Pair, dependency: Dependency, suppliers: readonly Pair[]): boolean {
  const whenFailed = runsWithout(dependency, dependency.onFailed);
  const whenMissing = !isRequired(dependency);
  const { kind } = dependency.relation;
  switch (kind) {
    case 'same':
      return whenFailed || (whenMissing && suppliers.some((one) => beginsBefore(draft, pair, one)));
    case 'parent':
      return whenFailed || whenMissing;
    case 'previous':
      // On a window that has some before it: those may not have begun yet.
      return whenFailed || (whenMissing && suppliers.some((one) => beginsBefore(draft, pair, one)));
    case 'children':
      return whenFailed || suppliers.every((one) => mayBeNone(draft, one) || (whenMissing && !isSure(one)));
    case 'members':
      return whenMissing;
    default:
      return kind satisfies never;
  }
}

interface Taken {
  readonly on: ReadonlySet<BindingTiming>;
  readonly minCompleteness: number;
}

function taken({ algorithm, windowType }: Pair): Taken {
  const own = algorithm.bindings.filter((one) => one.windowType === windowType);
  return {
    on: new Set(own.flatMap(({ on }) => on)),
    minCompleteness: Math.min(...own.map(({ minCompleteness = 0 }) => minCompleteness)),
  };
}

/** Whether there are panes that the first takes while the second has not taken one of the same window. */
function beginsBefore(draft: Draft, first: Pair, second: Pair): boolean {
  const [own, other] = [taken(first), taken(second)];
  const { early, allowedLatenessUs } = draft.policyOf(first.windowType);
  const comes: Readonly<Record<BindingTiming, boolean>> = {
    EARLY: early !== null,
    ON_TIME: true,
    LATE: allowedLatenessUs > 0,
    FINAL: true,
  };
  // Of these only ON_TIME comes in any case, and after EARLY.
  const isAbsentAt = (timing: BindingTiming): boolean =>
    !other.on.has(timing) && (timing === 'EARLY' || timing === 'ON_TIME' || !other.on.has('ON_TIME'));
  return (
    other.minCompleteness > own.minCompleteness || [...own.on].some((timing) => comes[timing] && isAbsentAt(timing))
  );
}

/** Whether it may run because none of the previous windows that it reads has an ON_TIME pane: late data opened them. */
export function runsAfterLate(draft: Draft, dependency: Dependency, suppliers: readonly Pair[]): boolean {
  if (dependency.relation.kind !== 'previous' || isRequired(dependency)) return false;
  return suppliers.some((one) => {
    const { on } = taken(one);
    return draft.policyOf(one.windowType).allowedLatenessUs > 0 && !on.has('LATE') && !on.has('FINAL');
  });
}

/** Takes the one pane that every window has, whatever its completeness. */
const isSure = (pair: Pair): boolean => taken(pair).on.has('ON_TIME') && taken(pair).minCompleteness === 0;

/** Who opens windows within another may open none. */
const UNSURE: ReadonlySet<WindowType['open']['kind']> = new Set(['emission', 'outcome']);

const mayBeNone = ({ windowTypes }: Draft, { windowType }: Pair): boolean =>
  UNSURE.has(windowTypes.get(windowType)!.open.kind);
