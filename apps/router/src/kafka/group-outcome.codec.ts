import { fromValue, type GroupOutcome, toValue } from '@windlass/contracts';
import type { Forward, KeyInput, MemberNews, Standing } from '@windlass/execution';

type Execution = NonNullable<Standing['execution']>;

/** What a group is told of a member, as it travels. */
export function toGroupOutcome(forward: Forward): GroupOutcome {
  if (forward.kind === 'closed') {
    const { key, generation, windowType, closedUs, settledUs, dagRevision } = forward.closed;
    const bounds = { startUs: closedUs, endUs: closedUs };
    const told = { group: forward.group, key, generation, windowType, dagRevision, closedUs, settledUs };
    return { ...noExecution, ...noWindow, ...bounds, ...told, state: 'CLOSED' };
  }
  const { execution, ...window } = forward.standing;
  const common = { ...noExecution, group: forward.group, ...window, closedUs: null, settledUs: null };
  if (!execution) return { ...common, state: 'NONE' };
  const { settled, ...run } = execution;
  if (!settled) return { ...common, ...run };
  const { result, ...verdict } = settled;
  return { ...common, ...run, verdict, result: verdict.state === 'SUCCEEDED' ? toValue(result) : null };
}

const noExecution = { executionId: '', algorithm: '', run: 0, value: 0, cascade: 0, verdict: null, result: null };

const noWindow = {
  windowId: '',
  version: 0,
  revision: 0,
  timing: 'ON_TIME',
  isFinal: false,
  isFirm: false,
  withdrawn: false,
  completeness: null,
  metadata: {},
  lane: 'LIVE',
} as const;

/** What a record of the group-outcomes topic says. */
export const memberInput = (told: GroupOutcome): KeyInput => ({ kind: 'memberNews', news: newsOf(told) });

function newsOf(told: GroupOutcome): MemberNews {
  const { group: _, state, verdict, result, executionId, run, value, cascade, closedUs, settledUs, ...window } = told;
  if (closedUs !== null) {
    const { key, generation, windowType, dagRevision } = window;
    return { kind: 'closed', closed: { key, generation, windowType, dagRevision, closedUs, settledUs } };
  }
  const settled = verdict && {
    ...verdict,
    state: verdict.state as NonNullable<Execution['settled']>['state'],
    result: result && fromValue(result),
  };
  const execution = { executionId, run, value, cascade, state: state as Execution['state'], settled };
  return { kind: 'standing', standing: { ...window, execution: state === 'NONE' ? null : execution } };
}
