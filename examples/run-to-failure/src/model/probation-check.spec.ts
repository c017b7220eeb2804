import { describe, expect, it } from '@jest/globals';
import { baseline } from './baseline.ts';
import { probationCheck } from './probation-check.ts';
import type { Sample } from './sample.ts';

const samples = (heaps: readonly number[], delays: readonly number[] = []): Sample[] =>
  heaps.map((heapUsedBytes, index) => ({
    sampledAtUs: index * 100_000,
    heapUsedBytes,
    eventLoopDelayMs: delays[index] ?? 0,
  }));
const runIn = samples(
  Array.from({ length: 101 }, (_, index) => 1_000 + index),
  Array.from({ length: 101 }, (_, index) => index),
);

describe('the baseline of a run-in', () => {
  it('is null without samples', () => expect(baseline([])).toBeNull());

  it('holds the usual heap and delay', () => {
    expect(baseline(runIn)).toMatchObject({
      samples: 101,
      medianHeapBytes: 1_050,
      heapP05Bytes: 1_005,
      heapP95Bytes: 1_095,
      eventLoopDelayP95Ms: 95,
      requestLatencyP95Ms: null,
    });
  });
});

describe('the check of a probation', () => {
  const usual = baseline(runIn)!;

  it('is null without samples', () => expect(probationCheck([], usual)).toBeNull());

  it('is steady and unshifted for the run-in itself', () =>
    expect(probationCheck(runIn, usual)).toMatchObject({ heapShift: 0, steady: true }));

  it('tells a stretch outside the usual range and its slow share', () => {
    const found = probationCheck(samples([1_140, 1_140, 1_140, 1_140], [0, 0, 0, 99]), usual);
    expect(found).toMatchObject({ heapShift: 1, slowShare: 0.25, steady: false });
  });

  it('has no shift where the run-in has no width', () => {
    expect(probationCheck(samples([7]), baseline(samples([5, 5]))!)).toMatchObject({ heapShift: 0, steady: false });
  });
});
