import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyDifference, diffDag } from './difference.ts';
import { type DagRevision, refOf } from './model.ts';
import { revision, revisions } from './revision.fixture.ts';

describe('the difference between two revisions', () => {
  it('applied to the one gives the other, also by way of JSON', () => {
    fc.assert(
      fc.property(revision(1), revision(2), (before, after) => {
        const difference = diffDag(before, after);
        expect(applyDifference(before, difference)).toEqual(after);
        expect(applyDifference(before, JSON.parse(JSON.stringify(difference)))).toEqual(after);
      }),
      { numRuns: 1_000 },
    );
  });

  it('names what differs and nothing else', () => {
    fc.assert(
      fc.property(revision(1), revision(2), (before, after) => {
        const { put, removed } = diffDag(before, after);
        const differs = ({ algorithms }: DagRevision, other: DagRevision): string[] =>
          algorithms
            .filter((one) => !other.algorithms.some((its) => JSON.stringify(its) === JSON.stringify(one)))
            .map(refOf);
        expect((put.algorithms ?? []).map(refOf)).toEqual(differs(after, before));
        const names = new Set(after.algorithms.map(refOf));
        expect(removed.algorithms ?? []).toEqual(before.algorithms.map(refOf).filter((name) => !names.has(name)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('shares between the two what has not changed', () => {
    fc.assert(
      fc.property(revision(1), revision(2), (before, after) => {
        const difference = diffDag(before, after);
        const applied = applyDifference(before, difference);
        const changed = new Set((difference.put.algorithms ?? []).map(refOf));
        const kept = new Map(before.algorithms.map((one) => [refOf(one), one]));
        for (const one of applied.algorithms) if (!changed.has(refOf(one))) expect(one).toBe(kept.get(refOf(one)));
        if (changed.size === 0 && !difference.removed.algorithms) expect(applied.algorithms).toBe(before.algorithms);
      }),
    );
  });

  it('is refused by any revision but the one it was made from', () => {
    const [first, second] = revisions([[], []]) as [DagRevision, DagRevision];
    expect(() => applyDifference(second, diffDag(first, second))).toThrow('revision 2 differs from 1, not from 2');
  });
});
