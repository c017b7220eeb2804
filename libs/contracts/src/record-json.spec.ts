import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeCurrent, encodeRecord } from './codec.ts';
import { recordFromJson, recordToJson } from './record-json.ts';
import { toValue, type ResultValue } from './result-value.ts';
import { valueFromJson, valueToJson } from './value-json.ts';
import { splitWireFormat } from './wire-format.ts';

const anyValue = fc.letrec<{ value: ResultValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.string({ unit: 'grapheme' }),
    fc.uint8Array(),
    fc.float64Array(),
    fc.array(tie('value')),
    fc.dictionary(fc.constantFrom('b', 'a', '2', '1'), tie('value'), { noNullPrototype: true }),
  ),
})).value;

const throughText = (json: unknown): unknown => JSON.parse(JSON.stringify(json));

describe('a record as JSON', () => {
  it('comes back as it was, whatever its values', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const travels = toValue(value);
        expect(valueFromJson(throughText(valueToJson(travels)))).toStrictEqual(travels);
      }),
    );
  });

  it('keeps doubles that JSON lacks, and fills in what is left out', () => {
    const json = {
      source: 's',
      id: '1',
      name: 'n',
      eventTimeUs: 1,
      values: { a: 'NaN', b: '-0', c: '-Infinity', d: 2 },
    };
    const signal = recordFromJson('signals', json);
    expect(signal).toMatchObject({
      values: { a: NaN, b: -0, c: -Infinity, d: 2 },
      phase: 'POINT',
      count: 1,
      units: {},
    });
    expect(throughText(recordToJson('signals', signal))).toMatchObject(json);
    const { body } = splitWireFormat(encodeRecord('signals', 1, signal));
    expect(recordToJson('signals', decodeCurrent('signals', body))).toEqual(recordToJson('signals', signal));
  });

  it.each([
    ['a field that has no default and is not there', { id: '1' }, 'signals.source'],
    ['a symbol that is none', { source: 's', id: '1', name: 'n', eventTimeUs: 1, phase: 'LATER' }, 'signals.phase'],
    [
      'text for a number',
      { source: 's', id: '1', name: 'n', eventTimeUs: 1, values: { a: 'much' } },
      'signals.values.a',
    ],
    ['a broken number for a time', { source: 's', id: '1', name: 'n', eventTimeUs: 1.5 }, 'signals.eventTimeUs'],
  ])('refuses %s, naming it', (_, json, path) => {
    expect(() => recordFromJson('signals', json)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(path) }),
    );
  });

  it.each([[{ type: 'double', value: 'x' }], [{ type: 'long', value: 5 }], [{ type: 'complex' }], [null], [7]])(
    'refuses %j as a value',
    (json) => {
      expect(() => valueFromJson(json)).toThrow(expect.objectContaining({ code: 'INVALID_MESSAGE' }));
    },
  );
});
