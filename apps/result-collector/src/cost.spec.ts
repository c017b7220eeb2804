import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { costKeys, groupCost, type CostKey, type CostRow, type Teams } from './cost.ts';

const anyRow: fc.Arbitrary<CostRow> = fc.record({
  day: fc.integer({ min: 0, max: 3 }),
  algorithm: fc.constantFrom('a@1', 'b@1'),
  processor: fc.constantFrom('p', 'q', 'gone'),
  windowType: fc.constantFrom('cycle@1', 'life@1'),
  policyRevision: fc.nat(2),
  lane: fc.constantFrom('LIVE' as const, 'REPLAY' as const),
  executions: fc.nat(9),
  attempts: fc.nat(9),
  cpuMs: fc.nat(9),
  unmeasured: fc.nat(9),
  resultBytes: fc.nat(9),
  reruns: fc.nat(9),
  lateReruns: fc.nat(9),
});

const teams: Teams = { teamOf: (processor) => ({ p: 'blue', q: 'blue' })[processor] };
const anyKeys = fc.subarray<CostKey>([...costKeys]);

describe('cost', () => {
  it('adds up to the same, however it is told apart, and each group is told once', () => {
    fc.assert(
      fc.property(fc.array(anyRow), anyKeys, fc.boolean(), (rows, by, perDay) => {
        const groups = groupCost(rows, { by, perDay, teams });
        for (const measure of ['executions', 'attempts', 'cpuMs', 'resultBytes', 'lateReruns'] as const) {
          const sum = (some: readonly { readonly [name in typeof measure]: number }[]) =>
            some.reduce((total, one) => total + one[measure], 0);
          expect(sum(groups)).toBe(sum(rows));
        }
        const keys = groups.map(({ day, algorithm, processor, team, windowType, policyRevision, lane }) =>
          JSON.stringify([day, algorithm, processor, team, windowType, policyRevision, lane]),
        );
        expect(new Set(keys).size).toBe(groups.length);
      }),
    );
  });

  it('is told by team, also of processors that no revision names', () => {
    const row = (processor: string): CostRow => ({
      ...{ day: 20_000, algorithm: 'a@1', processor, windowType: 'cycle@1', policyRevision: 1, lane: 'LIVE' },
      ...{ executions: 1, attempts: 2, cpuMs: 3, unmeasured: 0, resultBytes: 9, reruns: 0, lateReruns: 0 },
    });
    const groups = groupCost(['p', 'q', 'gone'].map(row), { by: ['team'], perDay: true, teams });
    expect(groups).toMatchObject([
      { day: '2024-10-04', team: 'blue', executions: 2, attempts: 4 },
      { day: '2024-10-04', team: null, executions: 1 },
    ]);
  });
});
