import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeFetch, type FetchFields } from './fetch-request.ts';
import type { EncodedPart } from './record-encoder.ts';

const require = createRequire(import.meta.url);
const kafkajsFetch = require('kafkajs/src/protocol/requests/fetch/v11/request.js') as (of: FetchFields) => {
  encode(): Promise<EncodedPart>;
};

const int32 = fc.integer({ min: -1, max: 2 ** 31 - 1 });
const name = fc.string({ unit: 'grapheme', maxLength: 60 });
const offset = fc.oneof(fc.nat(), fc.constant('9007199254740993')).map(String);
const partition = fc.record({ partition: int32, fetchOffset: offset, maxBytes: int32 });
const fields: fc.Arbitrary<FetchFields> = fc.record({
  replicaId: int32,
  isolationLevel: fc.constantFrom(0, 1),
  maxWaitTime: int32,
  minBytes: int32,
  maxBytes: int32,
  rackId: name,
  sessionId: int32,
  sessionEpoch: int32,
  topics: fc.array(fc.record({ topic: name, partitions: fc.array(partition, { maxLength: 10 }) }), { maxLength: 4 }),
  forgottenTopics: fc.array(fc.record({ topic: name, partitions: fc.array(int32, { maxLength: 10 }) }), {
    maxLength: 4,
  }),
});

describe('encodeFetch', () => {
  it('writes the bytes that kafkajs writes', async () => {
    await fc.assert(
      fc.asyncProperty(fields, async (of) => {
        expect(encodeFetch(of).buffer.equals((await kafkajsFetch(of).encode()).buffer)).toBe(true);
      }),
    );
  });
});
