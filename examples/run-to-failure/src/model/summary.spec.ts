import { describe, expect, it } from '@jest/globals';
import { summary } from './summary.ts';
import type { CycleResults } from './summary.ts';

const LIFE = { startUs: 0, endUs: 100_000_000 };
/** Cycles of 2 s; the alarm begins with the cycle that starts at 60 s, and every prediction is 1 s too long. */
const cycles = Array.from({ length: 50 }, (_, index): CycleResults => {
  const span = { startUs: index * 2_000_000, endUs: (index + 1) * 2_000_000 };
  const alarm = index >= 30;
  return {
    span,
    deviation: {
      score: index,
      alarm,
      changeAtUs: null,
      atUs: span.startUs,
      floorBytes: 1_000 + index,
      afterMajorGcBytes: null,
      requestsPerSecond: null,
    },
    rul: {
      state: alarm ? 'degrading' : 'healthy',
      remainingSeconds: 101 - span.endUs / 1e6,
      lowSeconds: 0,
      highSeconds: 0,
      trend: null,
    },
  };
});

describe('the summary of a life', () => {
  it('tells the first alarm, the highest values and the predictions at 50, 25 and 10 % of life left', () => {
    expect(summary(LIFE, cycles)).toEqual({
      lifeSeconds: 100,
      cycles: 50,
      alarmedCycles: 20,
      firstAlarmAtUs: 62_000_000,
      highestScore: 49,
      highestFloorBytes: 1_049,
      judged: [
        { shareLeft: 0.5, predictedSeconds: 51, actualSeconds: 50 },
        { shareLeft: 0.25, predictedSeconds: 27, actualSeconds: 26 },
        { shareLeft: 0.1, predictedSeconds: 11, actualSeconds: 10 },
      ],
    });
  });

  it('does not depend on the order of the children', () =>
    expect(summary(LIFE, [...cycles].reverse())).toEqual(summary(LIFE, cycles)));

  it('passes over cycles whose results are missing', () => {
    const found = summary(
      LIFE,
      cycles.map((cycle, index) => (index === 24 ? { ...cycle, rul: null } : cycle)),
    );
    expect(found.judged[0]).toEqual({ shareLeft: 0.5, predictedSeconds: 53, actualSeconds: 52 });
  });

  it('has nothing to judge without cycles', () =>
    expect(summary(LIFE, [])).toMatchObject({ cycles: 0, firstAlarmAtUs: null, judged: [] }));
});
