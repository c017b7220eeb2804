import { decodeCurrent, splitWireFormat } from '@windlass/contracts';
import { describe, expect, it } from '@jest/globals';
import { encodeSignal, SignalRefused, type NewSignal } from './signal-record.ts';

const sample: NewSignal = { source: 'unit-07', id: 'unit-07:3', name: 'sample', eventTimeUs: 1_795_401_241_304_000 };

describe('a signal as a record', () => {
  it('carries what was given, and the defaults of the rest', () => {
    const record = decodeCurrent(
      'signals',
      splitWireFormat(encodeSignal({ ...sample, values: { heap: 1.5 } }, 7)).body,
    );
    expect(record).toMatchObject({ ...sample, values: { heap: 1.5 }, phase: 'POINT', count: 1, correlation: null });
  });

  it.each([
    ['an empty source', { source: '' }],
    ['a name that is none', { name: 'Sample' }],
    ['a time between microseconds', { eventTimeUs: 1.5 }],
    ['too many values', { values: Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`v${at}`, at])) }],
    ['a value that is no number', { values: { heap: 'much' as unknown as number } }],
    ['more than 64 KiB', { metadata: { text: 'x'.repeat(70_000) } }],
  ])('refuses %s, naming the signal', (_, wrong) => {
    expect(() => encodeSignal({ ...sample, ...wrong }, 7)).toThrow(SignalRefused);
    expect(() => encodeSignal({ ...sample, ...wrong }, 7)).toThrow(/signal 'unit-07:3'/);
  });
});
