import { describe, expect, it } from '@jest/globals';
import type { ObservedOpening } from '@windlass/dag';
import fc from 'fast-check';
import { foldBefore, inObservationOrder, nothingObserved, runsOf, type ObservedState } from '../runs.ts';
import { condition, count, SECOND, state } from '../scenario.ts';
import { ANYWHERE, toldRuns } from './told-runs.ts';

const openings = [
  condition({ minDurationUs: 3 * SECOND, minBreakUs: 2 * SECOND, maxGapUs: 9 * SECOND, maxDurationUs: 20 * SECOND }),
  condition({ minDurationUs: 5 * SECOND }),
  state({ minDurationUs: 3 * SECOND, maxGapUs: 9 * SECOND, maxDurationUs: 20 * SECOND }),
  count(3, 20 * SECOND),
] as ObservedOpening[];

const observation = fc.record({
  timeUs: fc.integer({ min: 0, max: 60 }).map((second) => second * SECOND),
  hash: fc.integer({ min: 0, max: 1e9 }),
  mark: fc.constantFrom(-1, 0, 1, 1),
  metadata: fc.constant({}),
});

describe('what signals told', () => {
  it.each(openings)('is, where it lasted for long enough, what makes windows: %j', (open) => {
    fc.assert(
      fc.property(
        fc.array(observation, { maxLength: 40 }),
        fc.integer({ min: -1, max: 60 }),
        fc.integer({ min: 0, max: 90 }),
        (observations, foldedSeconds, watermarkSeconds) => {
          const rest = [...observations]
            .map((one) => (open.kind === 'count' ? { ...one, mark: 1 } : one))
            .sort(inObservationOrder);
          const observed: ObservedState = foldBefore(
            open,
            { ...nothingObserved, rest },
            { beforeUs: foldedSeconds * SECOND, parents: [ANYWHERE] },
          );
          const watermarkUs = watermarkSeconds * SECOND;
          const bounds = ({ startUs, endUs }: { startUs: number; endUs: number }) => `${startUs} ${endUs}`;
          const windows = runsOf(open, observed, { ...ANYWHERE, watermarkUs }).runs.map(bounds);
          const told = toldRuns(open, observed, { within: ANYWHERE, watermarkUs }).runs;
          const minUs = open.kind === 'count' ? 0 : open.minDurationUs;
          expect(told.map(bounds)).toEqual(expect.arrayContaining(windows));
          const lasted = told.filter(({ startUs, endUs, endedBy }) => endedBy !== null && endUs - startUs >= minUs);
          expect(windows).toEqual(expect.arrayContaining(lasted.map(bounds)));
        },
      ),
    );
  });
});
