import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CsvRecord, csvRecords, type RecordPosition } from './csv-records.ts';

const rule = { encoding: 'utf8', separator: ',', quote: '"', comment: null } as const;

/** The bytes in chunks of that size. */
function input(bytes: Buffer, chunk: number) {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, i) =>
    bytes.subarray(i * chunk, (i + 1) * chunk),
  );
  return { name: 'in', content: Readable.from(chunks, { objectMode: false }) };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function read(text: string, from: RecordPosition = { byte: 0, line: 0 }, chunk = 64): Promise<CsvRecord[]> {
  const bytes = Buffer.from(text).subarray(from.byte);
  return all(csvRecords(input(bytes, chunk), { ...rule, comment: '#' }, { from, withRaw: true }));
}

const quoted = (cell: string): string =>
  /[",\r\n#]/.test(cell) || cell === '' ? `"${cell.replaceAll('"', '""')}"` : cell;
const cell = fc.string({ unit: fc.constantFrom('a', '1', ' ', '"', ',', '\n', 'ü', '漢'), maxLength: 4 });
const record = fc.array(cell, { minLength: 1, maxLength: 4 });

describe('records of a CSV', () => {
  it('are the same from the beginning, and from the end of any of them on; in chunks of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 8 }),
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 20 }),
        async (cells, end, chunk) => {
          const text = cells.map((one) => one.map(quoted).join(',')).join(end);
          const whole = await read(text, undefined, chunk);
          expect(whole.map((one) => one.cells)).toEqual(cells);
          for (const [index, { endByte, line }] of whole.entries())
            expect(await read(text, { byte: endByte, line }, chunk)).toEqual(whole.slice(index + 1));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('know their line and their text, without comments and empty lines', async () => {
    expect(await read('\ufeffa,b\r\n\r\n# c\r\n"x\ny",2\r\n3')).toEqual([
      { cells: ['a', 'b'], line: 1, endByte: 8, raw: 'a,b' },
      { cells: ['x\ny', '2'], line: 5, endByte: 24, raw: expect.stringContaining('"x\ny",2') },
      { cells: ['3'], line: 6, endByte: 25, raw: '3' },
    ]);
  });

  it('are refused where a quote is not closed, naming the line', async () => {
    await expect(read('a,b\n1,2\n3,"4\n5,6\n')).rejects.toThrow(
      /^in:3: a quote in the row that begins here, or soon after, is not closed/,
    );
  });

  it('tell what could not be read', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('a,b\n1,2\n');
        await Promise.reject(Object.assign(new Error('the disk is gone'), { code: 'EIO' }));
      })(),
      { objectMode: false },
    );
    const records = csvRecords({ name: 'in', content: broken }, rule, { from: { byte: 0, line: 0 }, withRaw: false });
    await expect(all(records)).rejects.toThrow(/^in: cannot be read beyond line \d: the disk is gone/);
  });
});
