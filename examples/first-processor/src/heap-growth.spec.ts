import { describe, expect, it } from '@jest/globals';
import { runLocal, taskFor } from '@windlass/sdk';
import { heapGrowth } from './heap-growth.ts';

const sample = (atMs: number, heapUsedBytes: number, requestsPerSecond?: number) => ({
  eventTimeUs: atMs * 1000,
  values: { heapUsedBytes, ...(requestsPerSecond !== undefined && { requestsPerSecond }) },
});

const growthOf = async (...signals: ReturnType<typeof sample>[]) =>
  (await runLocal(heapGrowth, taskFor(heapGrowth, { signals }))).value;

describe('heap growth', () => {
  it('is what the heap gained, by the requests answered meanwhile', async () => {
    expect(await growthOf(sample(0, 1_000), sample(100, 2_000, 20), sample(200, 5_000, 20))).toBe(1_000);
  });

  it('leaves out what a collection freed', async () => {
    expect(await growthOf(sample(0, 9_000), sample(100, 1_000, 20), sample(200, 5_000, 20))).toBe(1_000);
  });

  it('is not a number when no request was answered', async () => {
    expect(await growthOf(sample(0, 1_000), sample(100, 2_000))).toBeNaN();
  });
});
