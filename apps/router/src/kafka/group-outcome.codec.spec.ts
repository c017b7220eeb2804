import { describe, expect, it } from '@jest/globals';
import { encodeRecord, readerOf, schemaOf, splitWireFormat } from '@windlass/contracts';
import type { Forward, KeyInput } from '@windlass/execution';
import { memberInput, toGroupOutcome } from './group-outcome.codec.ts';

const ID = '0123456789abcdef0123456789abcdef';

function sent(forward: Forward): KeyInput {
  const { body } = splitWireFormat(encodeRecord('group-outcomes', 1, toGroupOutcome(forward)));
  return memberInput(readerOf('group-outcomes', schemaOf('group-outcomes'))(body));
}

const standing: Extract<Forward, { kind: 'standing' }>['standing'] = {
  windowId: ID,
  generation: 0,
  version: 7,
  windowType: 'minute@1',
  key: 'pump-1',
  startUs: 0,
  endUs: 60,
  revision: 1,
  timing: 'LATE',
  isFinal: true,
  isFirm: false,
  withdrawn: false,
  completeness: 0.5,
  metadata: { load: 1 },
  lane: 'LIVE',
  dagRevision: 3,
  algorithm: 'health@1',
  execution: null,
};
const run = { executionId: ID, run: 2, value: 3, cascade: 1 };
const verdict = { executionId: ID, run: 1, revision: 0, completeness: null };
const reason = { code: 'ALGORITHM_ERROR', message: 'boom', stack: null, because: null };

describe('what a group is told of a member', () => {
  it.each([
    ['that nothing runs', null],
    ['that it runs, and nothing stands', { ...run, state: 'PENDING', settled: null }],
    [
      'that it runs again, and what stands',
      { ...run, state: 'PENDING', settled: { ...verdict, state: 'SUCCEEDED', reason: null, result: 0.25 } },
    ],
    ['that it failed', { ...run, state: 'FAILED', settled: { ...verdict, state: 'FAILED', reason, result: null } }],
  ] as const)('arrives as it was sent: %s', (_, execution) => {
    const news = { kind: 'standing', standing: { ...standing, execution } } as const;
    expect(sent({ group: 'line-1', ...news })).toEqual({ kind: 'memberNews', news });
  });

  it.each([null, 50])('arrives as it was sent: how far it is, settled up to %s', (settledUs) => {
    const closed = { key: 'pump-1', generation: 0, windowType: 'quarter@1', closedUs: 60, settledUs, dagRevision: 3 };
    const news = { kind: 'closed', closed } as const;
    expect(sent({ group: 'line-1', ...news })).toEqual({ kind: 'memberNews', news });
  });
});
