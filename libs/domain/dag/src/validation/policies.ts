import { formatDurationUs } from '../duration.ts';
import { isScheduled, scopeOf, type AvailabilityPolicy, type Binding, type Ref, type WindowType } from '../model.ts';
import type { Problem } from '../problem.ts';
import { countsNothing, incomplete, isOpenEnded } from './completeness.ts';
import type { Draft } from './draft.ts';

/** Policies that contradict themselves, and bindings that take only panes which never come. */
export function policyProblems(draft: Draft): Problem[] {
  const policies = [...draft.windowTypes].flatMap(([ref, type]) => {
    const [policy, path] = [draft.policyOf(ref), draft.locate('policies', ref)];
    return [...contradictions(policy, path), ...idleCatchUp(policy, type, path)];
  });
  const bindings = [...draft.algorithms].flatMap(([ref, { bindings: own }]) =>
    own.flatMap((binding, i) =>
      draft.windowTypes.has(binding.windowType)
        ? deafBinding(draft, binding, { ref, path: `${draft.locate('algorithms', ref)}.windows[${i}]` })
        : [],
    ),
  );
  return [...policies, ...bindings];
}

export function contradictions(policy: AvailabilityPolicy, path: string): Problem[] {
  const problem = (field: string, message: string, mend: string): Problem => ({
    code: 'POLICY_CONTRADICTION',
    path: `${path}.${field}`,
    message: `${policy.windowType}: ${message}`,
    mend,
  });
  const { coalesceLateMs, allowedLatenessUs, dedupeHorizonUs, idleTimeoutMs, maxIdleMs, onIdle } = policy;
  const problems: Problem[] = [];
  if (coalesceLateMs > 0 && allowedLatenessUs === 0)
    problems.push(
      problem(
        'coalesceLate',
        'late elements are to be collected, but with allowedLateness 0s none is taken',
        'give allowedLateness, or leave coalesceLate out',
      ),
    );
  if (dedupeHorizonUs < allowedLatenessUs)
    problems.push(
      problem(
        'dedupeHorizon',
        `elements count up to ${formatDurationUs(allowedLatenessUs)} late, but repeated ones are known only for ${formatDurationUs(dedupeHorizonUs)}`,
        'at least allowedLateness',
      ),
    );
  if (onIdle === 'advance' && idleTimeoutMs !== null && maxIdleMs < idleTimeoutMs)
    problems.push(problem('maxIdle', 'it is over before a source is idle at all', 'at least idleTimeout'));
  return problems;
}

/** Only a schedule of its own has windows that can be missed. */
function idleCatchUp(
  { catchUp, windowType }: AvailabilityPolicy,
  { open, parent }: WindowType,
  path: string,
): Problem[] {
  if (!catchUp || (isScheduled(open) && parent === undefined)) return [];
  const why = isScheduled(open)
    ? 'its windows lie within others, where signals fall into them'
    : `its windows are opened by ${open.kind}`;
  return [
    {
      code: 'POLICY_CONTRADICTION',
      path: `${path}.catchUp`,
      message: `${windowType}: ${why}: none of them is missed`,
      mend: 'leave catchUp out; it is for cron and calendar windows without a parent',
    },
  ];
}

function deafBinding(
  draft: Draft,
  { on, windowType, minCompleteness }: Binding,
  { ref, path }: { readonly ref: Ref; readonly path: string },
): Problem[] {
  if (draft.unread?.mayBe('policies', windowType)) return [];
  const policy = draft.policyOf(windowType);
  const chain = [ref, windowType];
  const unreachable =
    minCompleteness === undefined ? undefined : incomplete(draft, { ref: windowType, least: minCompleteness });
  if (unreachable)
    return [
      {
        code: 'BINDING_NEVER_FIRES',
        path: `${path}.minCompleteness`,
        message: `it takes panes of at least this completeness, and ${windowType} ${unreachable.why}`,
        chain,
        mend: `${unreachable.mend}, or leave minCompleteness out`,
      },
    ];
  if (minCompleteness !== undefined && on.every((timing) => timing === 'EARLY') && isOpenEnded(draft, windowType))
    return [
      {
        code: 'BINDING_NEVER_FIRES',
        path: `${path}.minCompleteness`,
        message: `it takes only EARLY panes of at least this completeness, and how complete a window of ${windowType} is, is known only once it is closed`,
        chain,
        mend: 'take ON_TIME panes too, or leave minCompleteness out',
      },
    ];
  const type = draft.windowTypes.get(windowType)!;
  const uncounted = countsNothing(type);
  const isNobodys = scopeOf(type.open) === 'global';
  const hears = on.some(
    (timing) =>
      timing === 'ON_TIME' ||
      timing === 'FINAL' ||
      (timing === 'EARLY' && policy.early !== null && !uncounted) ||
      (timing === 'LATE' && policy.allowedLatenessUs > 0 && !isNobodys),
  );
  if (hears) return [];
  const isSilent =
    (on.includes('EARLY') && policy.early !== null) || (on.includes('LATE') && policy.allowedLatenessUs > 0);
  if (uncounted && isSilent)
    return [
      {
        code: 'BINDING_NEVER_FIRES',
        path: `${path}.on`,
        message: `it takes only ${on.join(' and ')} panes, and ${windowType} ${uncounted.why}: nothing changes in its windows that would fire early or late`,
        chain,
        mend: `${uncounted.mend}, or take ON_TIME panes too`,
      },
    ];
  const mend = on.includes('EARLY')
    ? 'give the policy `early`, or take ON_TIME panes too'
    : 'give the policy `allowedLateness`, or take ON_TIME panes too';
  return [
    {
      code: 'BINDING_NEVER_FIRES',
      path: `${path}.on`,
      message: `it takes only ${on.join(' and ')} panes, and the policy of ${windowType} fires none`,
      chain,
      mend,
    },
  ];
}
