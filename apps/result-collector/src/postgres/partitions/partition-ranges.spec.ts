import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  EARLIEST_US,
  holds,
  LATEST_US,
  MAX_NARROW_PARTITIONS,
  rangeOfBounds,
  rangesToMake,
  rangeToMake,
  startsAhead,
  suffixOf,
  type PartitionRange,
} from './partition-ranges.ts';

const DAY_US = 86_400_000_000;
const us = (text: string): number => Date.parse(text) * 1000;
const anyStart = fc.oneof(
  fc.integer({ min: us('2026-01-01'), max: us('2026-12-31') }),
  fc.maxSafeInteger(),
  fc.constantFrom(EARLIEST_US, EARLIEST_US - 1, LATEST_US, LATEST_US - 1),
);
const anyWidth = fc.constantFrom('day' as const, 'month' as const);

describe('partitions by window start', () => {
  it('hold every start exactly once, whatever comes in which order and however the width is changed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyStart, anyWidth), { maxLength: 60 }), (asked) => {
        const made: PartitionRange[] = [];
        for (const [startUs, width] of asked) made.push(...rangesToMake([startUs], width, made));
        for (const [startUs] of asked) expect(made.filter((range) => holds(range, startUs))).toHaveLength(1);
        const sorted = made.toSorted((a, b) => a.fromUs - b.fromUs);
        for (const [index, { toUs }] of sorted.entries())
          expect(toUs).toBeLessThanOrEqual(sorted[index + 1]?.fromUs ?? Infinity);
        expect(new Set(made.map(suffixOf)).size).toBe(made.length);
      }),
    );
  });

  it('begin and end with a day, and are read as Postgres writes them', () => {
    fc.assert(
      fc.property(anyStart, anyWidth, (startUs, width) => {
        const range = rangeToMake(startUs, width, [])!;
        for (const edge of [range.fromUs, range.toUs]) if (Number.isFinite(edge)) expect(edge % DAY_US).toBe(0);
        const [from, to] = [
          range.fromUs === -Infinity ? 'MINVALUE' : `'${range.fromUs}'`,
          range.toUs === Infinity ? 'MAXVALUE' : `'${range.toUs}'`,
        ];
        expect(rangeOfBounds(`FOR VALUES FROM (${from}) TO (${to})`)).toEqual(range);
      }),
    );
  });

  it('are clipped by those that are there: a day within what its month left', () => {
    const days = rangesToMake([us('2026-03-05'), us('2026-03-20')], 'day', []);
    expect(rangeToMake(us('2026-03-10'), 'month', days)).toEqual({ fromUs: us('2026-03-06'), toUs: us('2026-03-20') });
  });

  it('are a year wide once there are too many', () => {
    const many = Array.from({ length: MAX_NARROW_PARTITIONS }, (_, day) => ({
      fromUs: us('2020-01-01') + day * DAY_US,
      toUs: us('2020-01-02') + day * DAY_US,
    }));
    expect(rangeToMake(us('2030-06-01'), 'day', many)).toEqual({ fromUs: us('2030-01-01'), toUs: us('2031-01-01') });
  });

  it('are wanted for now and for what comes next', () => {
    expect(startsAhead(us('2026-12-31T23:00Z'), 'day')).toEqual([us('2026-12-31T23:00Z'), us('2027-01-01')]);
    expect(startsAhead(us('2026-12-31T23:00Z'), 'month')).toEqual([us('2026-12-31T23:00Z'), us('2027-01-01')]);
  });
});
