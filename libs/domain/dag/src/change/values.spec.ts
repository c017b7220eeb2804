import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sameJson } from './equal.ts';
import { valuesBetween } from './values.ts';

describe('values that differ', () => {
  it('are told field by field, and elements of lists by what names them', () => {
    const before = {
      open: { kind: 'fixed', sizeUs: 2 },
      reads: ['a', 'b'],
      dependencies: [
        { algorithm: 'x@1', relation: { kind: 'same' }, waitMs: null },
        { algorithm: 'y@1', relation: { kind: 'parent' }, waitMs: 5 },
      ],
    };
    const after = {
      open: { kind: 'fixed', sizeUs: 3 },
      reads: ['a'],
      dependencies: [{ algorithm: 'y@1', relation: { kind: 'parent' }, waitMs: 6 }],
      parent: 'life@1',
    };
    expect(valuesBetween(before, after)).toEqual([
      { at: 'open.sizeUs', before: 2, after: 3 },
      { at: 'reads', before: ['a', 'b'], after: ['a'] },
      { at: 'dependencies[x@1 same]', before: before.dependencies[0] },
      { at: 'dependencies[y@1 parent].waitMs', before: 5, after: 6 },
      { at: 'parent', after: 'life@1' },
    ]);
  });

  it('are none exactly when nothing differs', () => {
    const json = fc.dictionary(
      fc.constantFrom('a', 'b', 'name'),
      fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>,
    );
    fc.assert(
      fc.property(json, json, (a, b) => {
        const [left, right] = [JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))];
        expect(valuesBetween(left, structuredClone(left))).toEqual([]);
        if (valuesBetween(left, right).length === 0) expect(sameJson(left, right)).toBe(true);
      }),
    );
  });
});
