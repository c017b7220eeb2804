import { describe, expect, it } from '@jest/globals';
import type { Indicator } from '../model/indicator.ts';
import type { LifeModel } from '../model/model.ts';
import type { Life } from '../recording/lives-file.ts';
import { judgeDetection, judgePredictions } from './evaluation.ts';
import type { UnitResults } from './evaluation.ts';
import { meanLifePrediction, straightLinePrediction } from './predictors.ts';

const LIFE: LifeModel = { meanSeconds: 120, failures: [], floorAtDeath: 60e6, meanHeapAtDeath: 60e6 };
const indicatorAt = (seconds: number, meanBytes: number): Indicator => ({
  samples: 20,
  atUs: seconds * 1e6,
  floorBytes: meanBytes,
  meanBytes,
  peakBytes: meanBytes,
  afterMajorGcBytes: null,
  gcPauseMs: 0,
  eventLoopDelayP95Ms: 0,
  rssBytes: null,
  cpuPercent: null,
  requestLatencyMs: null,
  requestsPerSecond: null,
});

/** A unit of 100 s whose heap rises by 0.5 MB a second from 10 MB to 60 MB, whose predictions are all 3 s too long, and which alarms from a cycle on. */
function unitOf(unit: string, alarmFromSeconds: number): UnitResults {
  const cycles = Array.from({ length: 50 }, (_, index) => {
    const endUs = (index + 1) * 2e6;
    const indicator = indicatorAt(endUs / 1e6 - 1, 10e6 + 0.5e6 * (endUs / 1e6 - 1));
    return {
      span: { startUs: endUs - 2e6, endUs },
      indicator,
      alarm: endUs > alarmFromSeconds * 1e6,
      remainingSeconds: 103 - endUs / 1e6,
    };
  });
  return { unit, life: { startUs: 0, endUs: 100e6 }, cycles };
}
const truthOf = (unit: string, onsetSeconds: number | null): [string, Life] => [
  unit,
  {
    unit,
    faultKind: onsetSeconds === null ? 'none' : 'constant-leak',
    onsetUs: onsetSeconds === null ? null : onsetSeconds * 1e6,
    startUs: 0,
    endUs: 100e6,
    exitCode: null,
    signal: onsetSeconds === null ? 'SIGTERM' : 'SIGABRT',
    censored: onsetSeconds === null,
    split: 'test',
  },
];

describe('the simple predictors', () => {
  it('of mean life never says less than nothing', () => {
    expect(meanLifePrediction(50, LIFE)).toBe(70);
    expect(meanLifePrediction(500, LIFE)).toBe(0);
  });

  it('of the straight line follows the heap to its mean at death, and no further than the mean life', () => {
    const rising = (slope: number) => [0, 2, 4].map((seconds) => indicatorAt(seconds, 20e6 + slope * seconds));
    expect(straightLinePrediction(rising(1e6), 4e6, LIFE)).toBeCloseTo(36, 6);
    expect(straightLinePrediction(rising(0), 4e6, LIFE)).toBe(120);
    expect(straightLinePrediction(rising(1e3), 4e6, LIFE)).toBe(120);
  });
});

describe('judging', () => {
  const truth = new Map([truthOf('a', 60), truthOf('b', 60), truthOf('c', null), truthOf('d', null)]);

  it('measures each predictor at 50, 25 and 10 % of life left over the failed units', () => {
    const errors = judgePredictions([unitOf('a', 70), unitOf('c', 1_000)], truth, LIFE);
    const of = (predictor: string) => errors.filter((one) => one.predictor === predictor);
    expect(of('windlass')).toMatchObject([
      { shareLeft: 0.5, units: 1, meanErrorSeconds: 3, medianErrorShare: 3 / 50, hits: 1 },
      { shareLeft: 0.25, units: 1, meanErrorSeconds: 3, medianErrorShare: 3 / 26, hits: 1 },
      { shareLeft: 0.1, units: 1, meanErrorSeconds: 3, medianErrorShare: 3 / 10, hits: 0 },
    ]);
    expect(of('mean life').map((one) => one.meanErrorSeconds)).toEqual([20, 20, 20]);
    for (const one of of('straight line')) expect(one.meanErrorSeconds).toBeCloseTo(0, 6);
  });

  it('tells delays from the onset, alarms before it, and alarms of healthy units', () => {
    const units = [unitOf('a', 70), unitOf('b', 40), unitOf('c', 1_000), unitOf('d', 90)];
    expect(judgeDetection(units, truth)).toEqual({
      failed: 2,
      detected: 1,
      medianDelaySeconds: 12,
      longestDelaySeconds: 12,
      early: 1,
      healthy: 2,
      falseAlarms: 1,
    });
  });
});
