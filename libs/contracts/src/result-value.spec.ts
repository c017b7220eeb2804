import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { avroTypeOfSchema } from './avro-types.ts';
import { decodeCurrent, encodeRecord, readerOf } from './codec.ts';
import { schemaOf } from './families.ts';
import type { ResultRecord } from './generated/types.ts';
import { decodeValue, encodeValue, fromValue, toValue, type ResultValue } from './result-value.ts';
import { splitWireFormat } from './wire-format.ts';

const record = (value: ResultValue): ResultRecord => ({
  taskId: 't',
  kind: 'RESULT',
  items: [
    {
      executionId: 'e',
      attempt: 1,
      result: toValue(value),
      error: null,
      emissions: [],
      startedAtUs: 1,
      endedAtUs: 2,
      cpuMs: null,
    },
  ],
  processor: 'p',
  processorVersion: '1',
  instance: 'i',
});

const anyValue = fc.letrec<{ value: ResultValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.string({ unit: 'grapheme' }),
    fc.uint8Array(),
    fc.float64Array(),
    fc.array(tie('value')),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      tie('value'),
      { noNullPrototype: true },
    ),
  ),
})).value;

describe('a result value', () => {
  it('comes back as it was, through the record and alone', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const decoded = decodeCurrent('results', splitWireFormat(encodeRecord('results', 1, record(value))).body);
        expect(fromValue(decoded.items[0]!.result!)).toStrictEqual(value);
        expect(fromValue(decodeValue(encodeValue(toValue(value))))).toStrictEqual(value);
      }),
    );
  });

  it('keeps its kind when the writer’s schema is another version', () => {
    const schema = structuredClone(schemaOf('results')) as { fields: object[] };
    const newer = { ...schema, fields: [...schema.fields, { name: 'extra', type: 'int' }] };
    const values: ResultValue[] = [1, 1n, 'x', Uint8Array.of(200), Float64Array.of(1), [1], { a: 1 }, null, true];
    const body = avroTypeOfSchema(newer).toBuffer({ ...record(values), extra: 1 });
    expect(fromValue(readerOf('results', newer)(body).items[0]!.result!)).toStrictEqual(values);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, Number.MIN_VALUE, Number.MAX_VALUE])(
    '%d keeps its bits',
    (value) => {
      const bits = (number: ResultValue) => new BigUint64Array(Float64Array.of(number as number).buffer)[0];
      expect(bits(fromValue(decodeValue(encodeValue(toValue(value)))))).toBe(bits(value));
      const array = fromValue(decodeValue(encodeValue(toValue(Float64Array.of(value))))) as Float64Array;
      expect(bits(array[0]!)).toBe(bits(value));
    },
  );

  it.each([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a Date', new Date(0)],
    ['a Map', new Map()],
    ['65 bits', 2n ** 63n],
  ])('cannot be %s; the path is named', (_, value) => {
    expect(() => toValue({ a: [value] } as unknown as ResultValue)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_VALUE', message: expect.stringContaining('result.a[0]') }),
    );
  });

  it('has a limit of depth, also where it holds itself', () => {
    const loop: ResultValue[] = [];
    loop.push(loop);
    expect(() => toValue(loop)).toThrow(expect.objectContaining({ code: 'VALUE_TOO_DEEP' }));
  });

  it('has a limit of size: 4 MiB pass, more does not', () => {
    expect(encodeValue(toValue(new Uint8Array(4 * 1024 * 1024 - 5)))).toHaveLength(4 * 1024 * 1024);
    expect(() => encodeValue(toValue(new Uint8Array(4 * 1024 * 1024 - 4)))).toThrow(
      expect.objectContaining({ code: 'VALUE_TOO_LARGE' }),
    );
    expect(() => toValue(new Float64Array(600_000))).toThrow(expect.objectContaining({ code: 'VALUE_TOO_LARGE' }));
  });
});
