import { describe, expect, it } from '@jest/globals';
import { avroTypeOfSchema } from './avro-types.ts';
import { decodeCurrent, encodeRecord, readerOf } from './codec.ts';
import { schemaOf } from './families.ts';
import type { Signal } from './generated/types.ts';
import { splitWireFormat } from './wire-format.ts';

const signal: Signal = {
  source: 'pump-1',
  id: 's-1',
  name: 'sample',
  eventTimeUs: 1_700_000_000_000_001,
  phase: 'POINT',
  values: { heap: Number.NaN, rss: Number.POSITIVE_INFINITY },
  count: 1,
  correlation: null,
  metadata: { load: 12.5, hot: true, note: 'x', none: null },
  cause: null,
  units: {},
};

const zigzag = (n: bigint): number[] => {
  const bytes = [];
  for (let rest = n << 1n; ; rest >>= 7n) {
    if (rest < 0x80n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
};

describe('a record', () => {
  it('comes back as it was, with its schema id', () => {
    const { schemaId, body } = splitWireFormat(encodeRecord('signals', 70_000, signal));
    expect(schemaId).toBe(70_000);
    expect(decodeCurrent('signals', body)).toEqual(signal);
  });

  it('may be larger than anything encoded before', () => {
    const large = { ...signal, id: 'x'.repeat(3_000_000) };
    expect(decodeCurrent('signals', splitWireFormat(encodeRecord('signals', 1, large)).body)).toEqual(large);
    expect(decodeCurrent('signals', splitWireFormat(encodeRecord('signals', 1, signal)).body)).toEqual(signal);
  });

  it('beyond the record limit is refused, and the limit named', () => {
    expect(() => encodeRecord('signals', 1, { ...signal, id: 'x'.repeat(9_000_000) })).toThrow(
      /limit recordBytes is 8388608/,
    );
  });

  it('that does not fit the schema is refused, and every misfit named', () => {
    const wrong = { ...signal, name: 7, metadata: { load: [] } } as unknown as Signal;
    expect(() => encodeRecord('signals', 1, wrong)).toThrow(/name: 7 is not string; metadata.load: Array is not/);
  });
});

describe('bytes from outside', () => {
  it.each([
    ['none', null, 'has no value'],
    ['too few', Buffer.from([0, 0]), 'the header alone is 5'],
    ['JSON', Buffer.from('{"a":1}'), 'magic byte'],
  ])('%s: not the wire format', (_, bytes, message) => {
    expect(() => splitWireFormat(bytes)).toThrow(
      expect.objectContaining({ code: 'BAD_WIRE_FORMAT', message: expect.stringContaining(message) }),
    );
  });

  it('cut anywhere, or with bytes left over, are a bad record', () => {
    const { body } = splitWireFormat(encodeRecord('signals', 1, signal));
    for (let length = 0; length < body.length; length++) {
      expect(() => decodeCurrent('signals', body.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'BAD_AVRO' }),
      );
    }
    expect(() => decodeCurrent('signals', Buffer.concat([body, Buffer.from([0])]))).toThrow(
      expect.objectContaining({ code: 'BAD_AVRO' }),
    );
  });

  it('that claim a billion items end at once, not after a billion steps', () => {
    const text = (value: string) => [...zigzag(BigInt(value.length)), ...Buffer.from(value)];
    const prefix = [...text('t'), ...zigzag(0n), ...zigzag(4_000_000_000n)];
    expect(() => decodeCurrent('results', Buffer.from(prefix))).toThrow(expect.objectContaining({ code: 'BAD_AVRO' }));
    const signalPrefix = [...text('p'), ...text('i'), ...text('n'), ...zigzag(1n), ...zigzag(0n), ...zigzag(2n ** 52n)];
    expect(() => decodeCurrent('signals', Buffer.from(signalPrefix))).toThrow(
      expect.objectContaining({ code: 'BAD_AVRO' }),
    );
  });

  it('with a map key that would change the prototype are a bad record', () => {
    const poisoned = { ...signal, metadata: JSON.parse('{"__proto__": true}') as Signal['metadata'] };
    const { body } = splitWireFormat(encodeRecord('signals', 1, poisoned));
    expect(() => decodeCurrent('signals', body)).toThrow('__proto__');
  });
});

describe('a record of another version of the schema', () => {
  type Field = { name: string; type: unknown; default?: unknown };
  const edited = (edit: (fields: Field[]) => Field[]) => {
    const schema = structuredClone(schemaOf('signals')) as { fields: Field[] };
    return { ...schema, fields: edit(schema.fields) };
  };

  it('without a field that has a default is read with the default', () => {
    const { cause: _, ...older } = signal;
    const olderSchema = edited((fields) => fields.filter(({ name }) => name !== 'cause'));
    const body = encodeWith(olderSchema, older);
    expect(readerOf('signals', JSON.stringify(olderSchema))(body)).toEqual(signal);
  });

  it('with a field unknown to us is read without it', () => {
    const newerSchema = edited((fields) => [...fields, { name: 'extra', type: 'string' }]);
    expect(readerOf('signals', newerSchema)(encodeWith(newerSchema, { ...signal, extra: 'e' }))).toEqual(signal);
  });

  it('that can never be read is refused when the reader is made', () => {
    const alien = edited((fields) => fields.filter(({ name }) => name !== 'source'));
    expect(() => readerOf('signals', alien)).toThrow(expect.objectContaining({ code: 'INCOMPATIBLE_SCHEMA' }));
  });
});

const encodeWith = (schema: object, value: unknown): Buffer => avroTypeOfSchema(schema).toBuffer(value);
