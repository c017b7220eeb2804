import { formatDurationUs } from '../duration.ts';
import type { AvailabilityPolicy, Binding } from '../model.ts';
import type { Problem } from '../problem.ts';
import type { Draft } from './draft.ts';

/** Policies that contradict themselves, and bindings that take only panes which never come. */
export function policyProblems(draft: Draft): Problem[] {
  const policies = [...draft.windowTypes.keys()].flatMap((ref) =>
    contradictions(draft.policyOf(ref), draft.locate('policies', ref)),
  );
  const bindings = [...draft.algorithms].flatMap(([ref, { bindings: own }]) =>
    own.flatMap((binding, i) =>
      draft.windowTypes.has(binding.windowType)
        ? deafBinding(draft, binding, `${draft.locate('algorithms', ref)}.windows[${i}]`)
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

function deafBinding(
  { policyOf, windowTypes }: Draft,
  { on, windowType, minCompleteness }: Binding,
  path: string,
): Problem[] {
  const policy = policyOf(windowType);
  if (minCompleteness !== undefined && windowTypes.get(windowType)?.expected === undefined)
    return [
      {
        code: 'BINDING_NEVER_FIRES',
        path: `${path}.minCompleteness`,
        message: `it takes panes of at least this completeness, and that of ${windowType} is not known`,
        mend: `say how many samples ${windowType} has (\`expected: { every: 1s }\`), or leave minCompleteness out`,
      },
    ];
  const hears = on.some(
    (timing) =>
      timing === 'ON_TIME' ||
      timing === 'FINAL' ||
      (timing === 'EARLY' && policy.early !== null) ||
      (timing === 'LATE' && policy.allowedLatenessUs > 0),
  );
  if (hears) return [];
  const mend = on.includes('EARLY')
    ? 'give the policy `early`, or take ON_TIME panes too'
    : 'give the policy `allowedLateness`, or take ON_TIME panes too';
  return [
    {
      code: 'BINDING_NEVER_FIRES',
      path: `${path}.on`,
      message: `it takes only ${on.join(' and ')} panes, and the policy of ${windowType} fires none`,
      mend,
    },
  ];
}
