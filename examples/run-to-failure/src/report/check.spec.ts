import { describe, expect, it } from '@jest/globals';
import type { Expected } from '../expected/expected.ts';
import type { StoredResult } from '../hub/hub-api.ts';
import { checkResults, isPerfect } from './check.ts';
import type { Stored } from './check.ts';

const empty = { indicator: [], deviation: [], rul: [], baseline: [], probation: [], summary: [], warning: [] };
const expected: Expected = {
  relativeTolerance: 1e-9,
  results: { ...empty, rul: [['unit-01', 0, 2, { seconds: 5 }]], summary: [['unit-01', 0, 9, { cycles: 1 }]] },
};
const result = (over: Partial<StoredResult>): StoredResult => ({
  executionId: 'e',
  windowId: 'w',
  key: 'unit-01',
  startUs: 0,
  endUs: 2,
  revision: 0,
  isFinal: true,
  run: 1,
  state: 'SUCCEEDED',
  reason: null,
  value: { seconds: 5 },
  knownAtUs: 0,
  ...over,
});
const summary = result({ endUs: 9, value: { cycles: 1 } });
const check = (rul: StoredResult[]) => checkResults(expected, { ...empty, rul, summary: [summary] } as Stored);

describe('the check against expected.json', () => {
  it('is content with every expected result, once and right, whatever else other units have', () => {
    expect(isPerfect(check([result({}), result({ key: 'live-1' })]))).toBe(true);
  });

  it.each([
    ['missing', []],
    ['wrong', [result({ value: { seconds: 6 } })]],
    ['wrong', [result({ state: 'FAILED', value: null, reason: { code: 'TIMEOUT', message: 'too slow' } })]],
    ['duplicates', [result({}), result({ windowId: 'other' })]],
    ['unexpected', [result({}), result({ startUs: 2, endUs: 4 })]],
  ] as const)('names what is %s', (kind, rul) => {
    const verdict = check([...rul]);
    expect(isPerfect(verdict)).toBe(false);
    expect(verdict[kind]).toHaveLength(1);
    expect(verdict[kind][0]).toMatch(/^rul of unit-01 on \[/);
  });
});
