import { describe, expect, it } from '@jest/globals';
import {
  after,
  algorithm,
  codesOf,
  define,
  defined,
  life,
  problemsOf,
  processor,
  register,
} from '../registry.fixture.ts';

type Field = { readonly name: string } & Readonly<Record<string, unknown>>;
const record = (fields: readonly Field[], name = 'Condition') => ({
  type: 'record',
  name,
  namespace: 'io.team',
  fields,
});
const declared = (avro: object, more: object = {}) => algorithm('a', { result: { avro: avro as never, ...more } });
const registered = (avro: object) => register(processor([declared(avro)]), defined());
const shapeOf = (avro: object) => {
  const { avro: _, ...shape } = after(registered(avro)).revision.algorithms[0]!.result;
  return shape;
};

describe('a result by an Avro schema', () => {
  it('travels as what its types are made of', () => {
    const inner = record([{ name: 'wear', type: 'float' }], 'Part');
    const schema = record([
      { name: 'level', type: 'double' },
      { name: 'count', type: 'int' },
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-micros' } },
      { name: 'mode', type: { type: 'enum', name: 'Mode', symbols: ['A', 'B'] } },
      { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 16 } },
      { name: 'note', type: ['null', 'string'], default: null },
      { name: 'part', type: inner },
      { name: 'parts', type: { type: 'array', items: 'Part' } },
      { name: 'by', type: { type: 'map', values: 'double' } },
    ]);
    expect(shapeOf(schema)).toEqual({
      type: 'struct',
      fields: {
        level: { type: 'double' },
        count: { type: 'long' },
        at: { type: 'long' },
        mode: { type: 'string' },
        hash: { type: 'bytes' },
        note: { type: 'string', optional: true },
        part: { type: 'struct', fields: { wear: { type: 'double' } } },
        parts: { type: 'array' },
        by: { type: 'struct' },
      },
    });
    expect(after(registered(schema)).revision.algorithms[0]!.result.avro).toEqual(schema);
  });

  it('may hold itself', () => {
    const tree = record([
      { name: 'value', type: 'double' },
      { name: 'left', type: ['null', 'io.team.Condition'] },
    ]);
    expect(shapeOf(tree)).toEqual({
      type: 'struct',
      fields: { value: { type: 'double' }, left: { type: 'struct', optional: true } },
    });
  });

  it.each([
    [{ type: 'recrod', name: 'A' }, 'not an Avro schema'],
    [record([{ name: 'x', type: 'Nowhere' }]), 'not an Avro schema'],
    [record([{ name: 'x', type: ['string', 'double'] }]), 'result.x: a union of string, double has no counterpart'],
    [{ type: 'null' }, 'a result as a whole is never null'],
    [record([{ name: 'x', type: 'double', doc: 'x'.repeat(70_000) }]), 'the limit is 65536'],
    [
      Array.from({ length: 120 }).reduce<object>((items) => ({ type: 'array', items }), { type: 'int' }),
      'deeper than 100 levels',
    ],
  ])('is refused with what is wrong with it: %#', (schema, message) => {
    expect(problemsOf(registered(schema))).toMatchObject([
      { code: 'MALFORMED', path: 'algorithms[0].result.avro', message: expect.stringContaining(message) },
    ]);
  });

  it('is what a condition on it is checked against', () => {
    const opened = (when: string) =>
      define(
        {
          windowTypes: [{ name: 'found', version: 1, parent: 'life@1', open: { outcome: { algorithm: 'a@1', when } } }],
        },
        after(registered(record([{ name: 'level', type: 'double' }])), defined()),
      );
    expect(codesOf(opened('result.level > 3.0'))).toEqual([]);
    expect(codesOf(opened('result.levle > 3.0'))).toEqual(['BAD_CONDITION']);
    expect(life.name).toBe('life');
  });
});

describe('what a dependant reads', () => {
  const level = { name: 'level', type: 'double' };
  const written = record([level, { name: 'mode', type: 'string' }]);
  const reading = (reads: unknown, of: object = written) =>
    problemsOf(
      register(
        processor([
          declared(of, { unit: 'mm' }),
          algorithm('b', { dependencies: [{ algorithm: 'a@1', reads: reads as never }] }),
        ]),
        defined(),
      ),
    );

  it('may be another version of the schema, by the rules of Avro', () => {
    expect(reading({ avro: written, unit: 'mm' })).toEqual([]);
    expect(reading({ avro: record([level]) })).toEqual([]);
    expect(reading({ avro: record([{ ...level, name: 'height', aliases: ['level'] }]) })).toEqual([]);
    expect(reading({ avro: record([level, { name: 'wear', type: 'double', default: 0 }]) })).toEqual([]);
  });

  it.each([
    [
      { avro: record([level, { name: 'wear', type: 'double' }]) },
      'a@1: it has no field "wear", which is read and has no default',
    ],
    [{ avro: record([{ name: 'mode', type: 'long' }]) }, 'a@1: field "mode": string cannot be read as long'],
    [{ avro: record([level], 'Other') }, 'a@1: record io.team.Condition cannot be read as record io.team.Other'],
    [{ avro: record([level]), unit: 'K' }, 'a@1: its unit is mm, not K'],
    [{ type: 'struct', fields: { levle: { type: 'double' } } }, 'a@1: it has no field "levle"'],
    ['double', 'a@1: it is struct, not double'],
  ])('is refused where it does not fit, with the field: %#', (reads, message) => {
    expect(reading(reads)).toMatchObject([
      {
        code: 'RESULT_MISMATCH',
        path: 'algorithms[1].dependencies[0].reads',
        message: expect.stringContaining(message),
      },
    ]);
  });

  it('tells a difference deep within', () => {
    const nested = (type: string) =>
      record([{ name: 'parts', type: { type: 'array', items: record([{ name: 'wear', type }], 'Part') } }]);
    expect(reading({ avro: nested('long') }, nested('double'))).toMatchObject([
      { message: expect.stringContaining('field "parts[].wear": double cannot be read as long') },
    ]);
  });

  it('may be a plain type of what an Avro schema tells, and the other way round', () => {
    expect(reading({ type: 'struct', fields: { level: { type: 'double' } } })).toEqual([]);
    const plain = register(
      processor([
        algorithm('a', { result: { type: 'struct', fields: { level: { type: 'long' } } } }),
        algorithm('b', { dependencies: [{ algorithm: 'a@1', reads: { avro: record([level]) as never } }] }),
      ]),
      defined(),
    );
    expect(codesOf(plain)).toEqual([]);
  });

  it.each([
    ['timestamp-millis', 'timestamp-micros', 'timestamp-micros cannot be read as timestamp-millis'],
    ['timestamp-micros', undefined, undefined],
    [undefined, 'timestamp-micros', undefined],
    ['percent', 'timestamp-micros', undefined],
    ['timestamp-micros', 'timestamp-micros', undefined],
  ])('of a logical type is of the same, where both say one: %s of %s', (read, written, message) => {
    const at = (logicalType?: string) => record([{ name: 'at', type: ['null', { type: 'long', logicalType }] }]);
    const told = message === undefined ? [] : [{ message: `a@1: field "at": ${message}` }];
    expect(reading({ avro: at(read) }, at(written))).toMatchObject(told);
  });

  it('of a decimal has as many digits, and as many behind the point', () => {
    const tree = (precision: number, scale?: number) =>
      record([
        { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision, scale } },
        { name: 'parts', type: { type: 'array', items: 'io.team.Condition' } },
      ]);
    expect(reading({ avro: tree(10, 2) }, tree(10, 2))).toEqual([]);
    expect(reading({ avro: tree(10) }, tree(10, 0))).toEqual([]);
    expect(reading({ avro: tree(10, 3) }, tree(10, 2))).toMatchObject([
      { message: 'a@1: field "price": decimal(10, 2) cannot be read as decimal(10, 3)' },
    ]);
  });

  it('has all symbols that may come: no SDK puts the default of an enum in place of one', () => {
    const mode = (symbols: readonly string[], more: object = {}) =>
      record([{ name: 'mode', type: { type: 'enum', name: 'Mode', symbols, ...more } }]);
    expect(reading({ avro: mode(['A', 'B']) }, mode(['A']))).toEqual([]);
    expect(reading({ avro: mode(['A'], { default: 'A' }) }, mode(['A', 'B']))).toMatchObject([
      { message: expect.stringContaining('field "mode": symbol B is none of those that are read') },
    ]);
  });

  it('may be null only where the reader says so too', () => {
    const nullable = record([{ name: 'note', type: ['null', 'string'] }]);
    const plain = (more: object) => ({ type: 'struct', fields: { note: { type: 'string', ...more } } });
    const message = 'a@1: field "note": it may be null (optional), and is read as what never is';
    expect(reading(plain({}), nullable)).toMatchObject([{ message }]);
    expect(reading(plain({ optional: true }), nullable)).toEqual([]);
    const ofPlain = (reads: unknown, more: object) =>
      problemsOf(
        register(
          processor([
            algorithm('a', { result: plain(more) as never }),
            algorithm('b', { dependencies: [{ algorithm: 'a@1', reads: reads as never }] }),
          ]),
          defined(),
        ),
      );
    expect(ofPlain(plain({ optional: false }), { optional: true })).toMatchObject([{ message }]);
    expect(ofPlain(plain({}), { optional: false })).toEqual([]);
    expect(ofPlain({ avro: nullable }, { optional: true })).toEqual([]);
    expect(ofPlain({ avro: record([{ name: 'note', type: 'string' }]) }, { optional: true })).toMatchObject([
      { message },
    ]);
  });
});

describe('an Avro schema that reads a plain type', () => {
  const outcomeOf = (avro: object, result: object) =>
    register(
      processor([
        algorithm('a', { result: { type: 'struct', fields: { x: result } } as never }),
        algorithm('b', { dependencies: [{ algorithm: 'a@1', reads: { avro: avro as never } }] }),
      ]),
      defined(),
    );
  const field = (type: unknown, more: object = {}) => record([{ name: 'x', type, ...more }]);
  /** `refused`, `warned` or `taken`. */
  const verdict = (type: unknown, result: object): string => {
    const outcome = outcomeOf(field(type), result);
    if (!outcome.ok) return outcome.problems.every(({ code }) => code === 'RESULT_MISMATCH') ? 'refused' : 'other';
    return outcome.warnings.some(({ code }) => code === 'RESULT_MAY_NOT_FIT') ? 'warned' : 'taken';
  };

  it.each([
    ['double', 'double', 'taken'],
    ['double', 'long', 'taken'],
    ['float', 'double', 'taken'],
    ['long', 'double', 'refused'],
    ['long', 'long', 'taken'],
    ['int', 'long', 'warned'],
    ['bytes', 'string', 'taken'],
    ['string', 'bytes', 'warned'],
    [{ type: 'enum', name: 'E', symbols: ['A'] }, 'string', 'warned'],
    [{ type: 'fixed', name: 'F', size: 4 }, 'bytes', 'warned'],
    [{ type: 'array', items: 'double' }, 'array', 'taken'],
    [{ type: 'array', items: 'string' }, 'array', 'warned'],
    [['null', 'boolean'], 'boolean', 'taken'],
    ['boolean', 'none', 'refused'],
    [['null', 'boolean'], 'none', 'taken'],
  ])('takes what SDKs make of it: %j of %s is %s', (type, result, expected) => {
    expect(verdict(type, { type: result })).toBe(expected);
  });

  it('finds fields by alias, fills in defaults, and reads a map of what all fields are', () => {
    const taken = (avro: object, result: object) => codesOf(outcomeOf(avro, result));
    expect(taken(record([{ name: 'y', type: 'double', aliases: ['x'] }]), { type: 'double' })).toEqual([]);
    const more = { name: 'y', type: 'double', default: 0 };
    expect(taken(record([{ name: 'x', type: 'double' }, more]), { type: 'double' })).toEqual([]);
    expect(problemsOf(outcomeOf(record([{ name: 'y', type: 'double' }]), { type: 'double' }))).toMatchObject([
      { message: 'a@1: it has no field "y", which is read and has no default' },
    ]);
    expect(verdict({ type: 'map', values: 'double' }, { type: 'struct', fields: { a: { type: 'double' } } })).toBe(
      'taken',
    );
    expect(verdict({ type: 'map', values: 'double' }, { type: 'struct', fields: { a: { type: 'string' } } })).toBe(
      'refused',
    );
  });
});
