import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedRow } from '../recording/recording-file.ts';
import { CYCLE_US, windowsOf } from './windows.ts';

const START_US = 1_795_401_051_330_000;
const row = (phase: RecordedRow['phase'], offsetUs: number): RecordedRow => ({
  unit: 'unit-01',
  phase,
  sequence: null,
  sampledAtUs: START_US + offsetUs,
  arrivedAtUs: 0,
  values: phase === 'POINT' ? { heapUsedBytes: 1, eventLoopDelayMs: 0 } : {},
});
const windows = (stopUs: number, offsetsUs: readonly number[]) =>
  windowsOf([row('STOP', stopUs), ...offsetsUs.map((offset) => row('POINT', offset)), row('START', 0)])[0]!;

describe('the windows of a life', () => {
  it('are half-open: a sample at an edge belongs to the later cycle, and one at the stop to none', () => {
    const { cycles, life } = windows(4_000_000, [1_999_999, 2_000_000, 4_000_000]);
    expect(cycles.map((cycle) => [cycle.startUs - START_US, cycle.samples.length])).toEqual([
      [0, 1],
      [2_000_000, 1],
    ]);
    expect(life.samples).toHaveLength(2);
  });

  it('keep the part left at the end with its true length', () => {
    expect(windows(5_300_000, [5_000_000]).cycles).toMatchObject([
      { startUs: START_US + 4_000_000, endUs: START_US + 5_300_000 },
    ]);
  });

  it('do not exist where no sample fell', () => {
    expect(
      windows(9_000_000, [100_000, 8_100_000]).cycles.map((cycle) => (cycle.startUs - START_US) / CYCLE_US),
    ).toEqual([0, 4]);
  });

  it('end the run-in and its probations with a life that is shorter', () => {
    const { runIn, probations } = windows(7_000_000, [1, 6_000_000]);
    expect(runIn.endUs).toBe(START_US + 7_000_000);
    expect(probations.map((one) => one.endUs - START_US)).toEqual([5_000_000, 7_000_000]);
  });

  it('hold every sample of the life in exactly one cycle, in any order of arrival', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30_000_000 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 35_000_000 }), { maxLength: 60 }),
        (stopUs, offsets) => {
          const { cycles } = windows(stopUs, offsets);
          const held = cycles.flatMap((cycle) => cycle.samples.map((sample) => sample.sampledAtUs - START_US));
          expect(held).toEqual(offsets.filter((offset) => offset < stopUs).sort((a, b) => a - b));
        },
      ),
    );
  });
});
