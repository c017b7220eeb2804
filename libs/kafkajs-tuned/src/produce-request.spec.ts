import { createRequire } from 'node:module';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { CopiedHeaders, encodeHeaders } from './copied-headers.ts';
import { crc32c } from './crc32c.ts';
import { canEncodeProduce, encodeProduce, encodeRequest, type ProduceFields } from './produce-request.ts';
import type { EncodedPart } from './record-encoder.ts';

const require = createRequire(import.meta.url);
type Request = { readonly apiKey: number; readonly apiVersion: number; encode(): Promise<EncodedPart> };
const kafkajsProduce = require('kafkajs/src/protocol/requests/produce/v7/request.js') as (of: ProduceFields) => Request;
const kafkajsRequest = require('kafkajs/src/protocol/request.js') as typeof encodeRequest;
const kafkajsSum = require('kafkajs/src/protocol/recordBatch/crc32C/index.js') as (bytes: Buffer) => number;
const Long = require('kafkajs/src/utils/long.js') as { fromValue(value: string): { toString(): string } };

const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const bytes = fc.uint8Array({ maxLength: 300 }).map((list) => Buffer.from(list));
const message = fc.record({
  key: fc.oneof(fc.constant(null), text, bytes),
  value: fc.oneof(fc.constant(null), bytes),
  headers: fc.dictionary(text, fc.oneof(text, bytes), { noNullPrototype: true }),
});
const partition = fc.record({
  partition: fc.nat(1_000),
  messages: fc.array(message, { minLength: 1, maxLength: 150 }),
  firstSequence: fc.nat(1_000),
});
const produce: fc.Arbitrary<ProduceFields> = fc.record({
  acks: fc.constantFrom(-1, 0, 1),
  timeout: fc.nat(100_000),
  transactionalId: fc.oneof(fc.constant(null), text),
  producerId: fc.constantFrom('-1', '7', '9007199254740993').map((value) => Long.fromValue(value)),
  producerEpoch: fc.nat(100),
  compression: fc.constant(0),
  topicData: fc.array(fc.record({ topic: text, partitions: fc.array(partition, { maxLength: 3 }) }), { maxLength: 3 }),
});

describe('encodeProduce', () => {
  it('writes the bytes that kafkajs writes, with the head of the request too', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(1_735_689_600_123);
    await fc.assert(
      fc.asyncProperty(
        produce,
        fc.oneof(fc.constant(null), text),
        fc.nat(),
        async (fields, clientId, correlationId) => {
          const request = kafkajsProduce(fields);
          expect(canEncodeProduce(fields)).toBe(true);
          expect(encodeProduce(fields).buffer.equals((await request.encode()).buffer)).toBe(true);
          const head = { correlationId, clientId };
          const ours = await encodeRequest({
            ...head,
            request: { ...request, encode: async () => encodeProduce(fields) },
          });
          expect(ours.buffer.equals((await kafkajsRequest({ ...head, request })).buffer)).toBe(true);
        },
      ),
    );
  });

  it('writes copied headers as the same headers by name', () => {
    jest.spyOn(Date, 'now').mockReturnValue(1_735_689_600_123);
    fc.assert(
      fc.property(fc.dictionary(text, text, { noNullPrototype: true }), (headers) => {
        const half = Object.entries(headers).length >> 1;
        const parts = [Object.entries(headers).slice(0, half), Object.entries(headers).slice(half)];
        const copied = new CopiedHeaders(...parts.map((part) => encodeHeaders(Object.fromEntries(part))));
        const of = (some: ProduceFields['topicData'][0]['partitions'][0]['messages'][0]['headers']): Buffer =>
          encodeProduce({
            acks: -1,
            timeout: 1,
            topicData: [
              { topic: 't', partitions: [{ partition: 0, messages: [{ key: 'k', value: 'v', headers: some }] }] },
            ],
          }).buffer;
        expect(of(copied).equals(of(Object.fromEntries(parts.flat())))).toBe(true);
      }),
    );
  });

  it('leaves to kafkajs what it does not know', () => {
    const of = (more: object, of: object = {}): ProduceFields => ({
      acks: -1,
      timeout: 1,
      topicData: [{ topic: 't', partitions: [{ partition: 0, messages: [{ key: null, value: null, ...of }] }] }],
      ...more,
    });
    expect(canEncodeProduce(of({}))).toBe(true);
    expect(canEncodeProduce(of({ compression: 1 }))).toBe(false);
    expect(canEncodeProduce(of({}, { timestamp: '1' }))).toBe(false);
    expect(canEncodeProduce(of({}, { headers: { a: ['1', '2'] } }))).toBe(false);
  });
});

describe('crc32c', () => {
  it('is the sum that kafkajs takes', () => {
    fc.assert(
      fc.property(bytes, fc.nat(20), (data, before) => {
        const whole = Buffer.concat([Buffer.alloc(before, 1), data, Buffer.from([1, 2, 3])]);
        expect(crc32c(whole, before, before + data.length)).toBe(kafkajsSum(data));
      }),
    );
  });
});
