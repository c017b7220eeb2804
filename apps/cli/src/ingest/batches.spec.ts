import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { batchesOf } from './batches.ts';
import type { Row } from './rows.ts';

const row = (line: number, values: number | null): Row => {
  const record = { cells: [], line, endByte: line, raw: undefined };
  if (values === null) return { ...record, signal: null, problem: 'bad' };
  const text = Object.fromEntries(Array.from({ length: values }, (_, i) => [`channel-${i}`.padEnd(90, '.'), i]));
  return {
    ...record,
    problem: null,
    signal: { source: 's', id: String(line), name: 'n', eventTime: line, values: text },
  };
};

async function* from(rows: readonly Row[], failure?: Error): AsyncGenerator<Row> {
  yield* rows;
  if (failure) await Promise.reject(failure);
}

async function batches(rows: AsyncIterable<Row>, stopAtBad = false): Promise<number[][]> {
  const found: number[][] = [];
  for await (const batch of batchesOf(rows, { stopAtBad, maxRows: 300 })) {
    expect(batch.length).toBeLessThanOrEqual(300);
    expect(Buffer.byteLength(batch.map(({ text }) => text).join(','))).toBeLessThanOrEqual(900_000);
    found.push(batch.map(({ row: { line } }) => line));
  }
  return found;
}

describe('batches', () => {
  it('hold every row once and in order, none more than a request may', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(0, 5, 60, null), { maxLength: 400 }), async (kinds) => {
        const rows = Array.from({ length: 10 })
          .flatMap(() => kinds)
          .map((values, at) => row(at, values));
        expect((await batches(from(rows))).flat()).toEqual(rows.map(({ line }) => line));
      }),
      { numRuns: 20 },
    );
  });

  it('end with the first bad row when the run stops there', async () => {
    expect(await batches(from([row(1, 0), row(2, null), row(3, 0)]), true)).toEqual([[1, 2]]);
  });

  it('give what was read before reading fails', async () => {
    const found: number[] = [];
    const reading = async () => {
      for await (const batch of batchesOf(from([row(1, 0), row(2, 0)], new Error('gone')), {
        stopAtBad: false,
        maxRows: 300,
      }))
        found.push(...batch.map(({ row: { line } }) => line));
    };
    await expect(reading()).rejects.toThrow('gone');
    expect(found).toEqual([1, 2]);
  });
});
