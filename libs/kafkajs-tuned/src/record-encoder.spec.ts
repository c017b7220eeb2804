import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canEncode, encodeRecord, type EncodedPart, type RecordFields } from './record-encoder.ts';

const kafkajsRecord = createRequire(import.meta.url)('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (
  fields: RecordFields,
) => EncodedPart;

const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.constant('x'.repeat(20_000)));
const buffer = fc.uint8Array({ maxLength: 9_000 }).map((bytes) => Buffer.from(bytes));
const record: fc.Arbitrary<RecordFields> = fc.record({
  offsetDelta: fc.nat(100_000),
  timestampDelta: fc.oneof(fc.constant(0), fc.nat(2 ** 29)),
  key: fc.oneof(fc.constant(null), text, buffer),
  value: fc.oneof(fc.constant(null), buffer),
  headers: fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.oneof(text, buffer), {
    noNullPrototype: true,
  }),
});

describe('encodeRecord', () => {
  it('writes the bytes that kafkajs writes', () => {
    fc.assert(
      fc.property(record, (fields) => {
        expect(canEncode(fields)).toBe(true);
        expect(encodeRecord(fields).buffer.equals(kafkajsRecord(fields).buffer)).toBe(true);
      }),
    );
  });

  it('leaves to kafkajs what it does not know', () => {
    for (const fields of [
      { timestampDelta: -1 },
      { timestampDelta: 2 ** 40 },
      { headers: { a: ['1', '2'] } },
      { headers: { a: null } },
    ])
      expect(canEncode(fields)).toBe(false);
  });
});
