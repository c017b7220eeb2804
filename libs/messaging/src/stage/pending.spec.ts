import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EncodedMessage } from './encoded-message.ts';
import { decodePending, encodePending } from './pending.ts';

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const message: fc.Arbitrary<EncodedMessage> = fc.record({
  topic: fc.constantFrom('a.panes.v1', 'a.outcomes.v1', 'ä'),
  partition: fc.nat(1023),
  key: fc.oneof(fc.constant(null), fc.string({ unit: 'grapheme' }), bytes),
  value: fc.oneof(fc.constant(null), bytes),
  headers: fc.dictionary(
    fc.constantFrom('ce_id', 'traceparent', 'x'),
    fc.oneof(fc.string({ unit: 'grapheme' }), bytes),
    {
      noNullPrototype: true,
    },
  ),
});

const asBytes = (value: string | Buffer | null) => (typeof value === 'string' ? Buffer.from(value) : value);

describe('pending messages', () => {
  it('come back byte for byte and in order', () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 30 }), (messages) => {
        expect(decodePending(encodePending(messages)!)).toEqual(
          messages.map((one) => ({
            ...one,
            key: asBytes(one.key),
            headers: Object.fromEntries(Object.entries(one.headers).map(([name, value]) => [name, asBytes(value)])),
          })),
        );
      }),
    );
  });

  it('are nothing when there is no message', () => {
    expect(encodePending([])).toBeNull();
  });

  it('are refused when they are cut off or of another layout', () => {
    const whole = encodePending([{ topic: 't', partition: 0, key: 'k', value: Buffer.from('v'), headers: {} }])!;
    expect(() => decodePending(whole.subarray(0, whole.length - 3))).toThrow(RangeError);
    expect(() => decodePending(Buffer.from([9, ...whole.subarray(1)]))).toThrow('layout 9');
  });
});
