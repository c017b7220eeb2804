import { describe, expect, it } from '@jest/globals';
import { PostponedPositions } from './postponed-positions.ts';

describe('positions that are worth no commit of their own', () => {
  const signals = (nextOffset: bigint) => ({ topic: 'signals', nextOffset });
  const outcomes = (nextOffset: bigint) => ({ topic: 'outcomes', nextOffset });

  it('are due when the first of them has waited for long, however many follow', () => {
    const postponed = new PostponedPositions(1_000);
    expect(postponed.dueUs).toBe(Infinity);
    postponed.add([signals(1n)], 10);
    postponed.add([signals(2n)], 900);
    expect(postponed.dueUs).toBe(1_010);
  });

  it('are taken at once, the furthest of each topic, and wait anew from then on', () => {
    const postponed = new PostponedPositions(1_000);
    postponed.add([signals(1n), outcomes(7n)], 10);
    postponed.add([signals(5n)], 20);
    expect(postponed.take()).toEqual([signals(5n), outcomes(7n)]);
    expect(postponed.isEmpty).toBe(true);
    postponed.add([signals(6n)], 500);
    expect(postponed.dueUs).toBe(1_500);
  });

  it('do not wait when nothing was read', () => {
    const postponed = new PostponedPositions(1_000);
    postponed.add([], 10);
    expect([postponed.isEmpty, postponed.dueUs]).toEqual([true, Infinity]);
  });
});
