import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mismatch, type ResultValue, sameValue } from './value.ts';

const value = fc.letrec<{ value: ResultValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<ResultValue>(null, true, false, 0, -0, Number.NaN, Number.POSITIVE_INFINITY, 1, 1n, '', '1'),
    fc.double(),
    fc.float64Array({ maxLength: 3 }),
    fc.uint8Array({ maxLength: 3 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value')),
  ),
})).value;

function copyOf(v: ResultValue): ResultValue {
  if (typeof v !== 'object' || v === null) return v;
  if (v instanceof Float64Array || v instanceof Uint8Array) return v.slice();
  if (Array.isArray(v)) return v.map(copyOf);
  return Object.fromEntries(Object.entries(v).map(([name, field]) => [name, copyOf(field)]));
}

describe('a result value', () => {
  it('is the same as its copy', () => {
    fc.assert(fc.property(value, (v) => sameValue(v, copyOf(v))));
  });

  it('differs from another, in either direction alike', () => {
    fc.assert(fc.property(value, value, (a, b) => sameValue(a, b) === sameValue(b, a)));
    for (const [a, b] of [
      [0, -0],
      [1, 1n],
      [null, {}],
      [[], {}],
      [[1], Float64Array.of(1)],
      [{ a: 1 }, { b: 1 }],
      [{ a: 1 }, { a: 1, b: 1 }],
      ['1', 1],
    ] as [ResultValue, ResultValue][])
      expect(sameValue(a, b)).toBe(false);
  });

  it('is checked against its type, and what does not fit is named by its path', () => {
    const struct = {
      type: 'struct',
      fields: { hours: { type: 'double' }, band: { type: 'struct', fields: { low: { type: 'double' } } } },
    } as const;
    expect(mismatch({ hours: 1, band: { low: 2, more: 'x' } }, struct)).toBeNull();
    expect(mismatch({ hours: null, band: null }, struct)).toBeNull();
    expect(mismatch({ hours: 1, band: { low: '2' } }, struct)).toBe('result.band.low: expected double, got string');
    expect(mismatch({ hours: 1 }, struct)).toBe('result.band: missing');
    expect(mismatch(1, { type: 'long' })).toBe('result: expected long, got double');
    expect(mismatch(Float64Array.of(1), { type: 'array' })).toBeNull();
    expect(mismatch(null, { type: 'none' })).toBeNull();
  });
});
