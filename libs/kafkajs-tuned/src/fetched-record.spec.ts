import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FetchedRecord, readHeaders, type BatchContext } from './fetched-record.ts';

const require = createRequire(import.meta.url);
type Encode = (fields: object) => { readonly buffer: Buffer };
const encode = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as Encode;
const Decoder = require('kafkajs/src/protocol/decoder.js') as new (bytes: Buffer) => { readVarIntBytes(): Buffer };
const decode = require('kafkajs/src/protocol/recordBatch/record/v0/decoder.js') as (
  from: object,
  batch: object,
) => object;

const text = fc.string({ unit: 'grapheme', maxLength: 200 });
const bytes = fc.uint8Array({ maxLength: 300 }).map((list) => Buffer.from(list));
/** kafkajs takes what every object inherits for a header that was there before. */
const names = fc.oneof(text, fc.constantFrom('a', 'b')).filter((name) => !(name in {}));
const headers = fc.dictionary(names, fc.oneof(bytes, fc.array(bytes, { minLength: 2, maxLength: 4 })), {
  noNullPrototype: true,
});
const records = fc.record({
  offsetDelta: fc.nat(2 ** 30),
  timestampDelta: fc.oneof(fc.nat(1000), fc.integer({ min: -1000, max: 2 ** 40 })),
  key: fc.oneof(fc.constant(null), bytes),
  value: fc.oneof(fc.constant(null), bytes),
  headers,
});
const batches: fc.Arbitrary<BatchContext> = fc.record({
  firstOffset: fc.oneof(fc.nat(), fc.bigInt({ min: 2n ** 52n, max: 2n ** 62n })).map(String),
  firstTimestamp: fc.nat(2 ** 31).map(String),
  maxTimestamp: fc.nat(2 ** 31).map(String),
  timestampType: fc.constantFrom(0, 1),
  magicByte: fc.constant(2),
  isControlBatch: fc.boolean(),
});
const fields = [
  'magicByte',
  'attributes',
  'timestamp',
  'offset',
  'key',
  'value',
  'isControlRecord',
  'batchContext',
] as const;

describe('FetchedRecord', () => {
  it('tells what kafkajs tells of the same bytes', () => {
    fc.assert(
      fc.property(records, batches, (record, batch) => {
        const body = new Decoder(encode(record).buffer).readVarIntBytes();
        const expected = decode(new Decoder(body), batch) as FetchedRecord;
        const fetched = new FetchedRecord(body, batch);
        for (const field of fields) expect(fetched[field]).toEqual(expected[field]);
        expect(Object.entries(fetched.headers).sort()).toEqual(Object.entries(expected.headers).sort());
      }),
    );
  });

  it('finds one header as among all, and tells all of them as bytes that give the same headers', () => {
    fc.assert(
      fc.property(records, fc.constantFrom('a', 'b', 'none'), (record, name) => {
        const body = new Decoder(encode(record).buffer).readVarIntBytes();
        const fetched = new FetchedRecord(body, { firstOffset: '0', firstTimestamp: '0' });
        const last = [fetched.headers[name] ?? []].flat().at(-1);
        expect(fetched.header(name)).toEqual(last);
        const { count, bytes: raw } = fetched.headerBytes;
        expect(readHeaders(raw, count)).toEqual(fetched.headers);
      }),
    );
  });

  it('keeps a header whatever its name', () => {
    const named = { constructor: Buffer.from('a'), toString: Buffer.from('b') };
    Object.defineProperty(named, '__proto__', { value: Buffer.from('c'), enumerable: true });
    const body = new Decoder(encode({ headers: named }).buffer).readVarIntBytes();
    const { headers } = new FetchedRecord(body, { firstOffset: '0', firstTimestamp: '0' });
    expect(Object.entries(headers).map(([name, value]) => [name, String(value)])).toEqual([
      ['constructor', 'a'],
      ['toString', 'b'],
      ['__proto__', 'c'],
    ]);
  });
});
