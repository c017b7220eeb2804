import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { checkCompatible } from './compatibility.ts';
import { schemaFamilies, schemaOf } from './families.ts';
import { compatibilityOf } from './topics.ts';

const releasedOf = (family: string) => {
  const folder = new URL(`../../../schemas/${family}/released/`, import.meta.url);
  return readdirSync(folder).map((name) => ({
    name,
    schema: JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as object,
  }));
};

describe('the current schema follows every released one', () => {
  it.each(schemaFamilies)('of %s', (family) => {
    const released = releasedOf(family);
    expect(released.length).toBeGreaterThan(0);
    expect(checkCompatible({ current: schemaOf(family), released, compatibility: compatibilityOf(family) })).toEqual(
      [],
    );
  });
});

describe('a change', () => {
  const schema = (fields: object[]) => ({ type: 'record', name: 'R', fields });
  const a = { name: 'a', type: 'string' };
  const required = { name: 'b', type: 'int' };
  const optional = { ...required, default: 0 };
  const phase = (...symbols: string[]) => ({ name: 'p', type: { type: 'enum', name: 'P', symbols } });
  const problems = (current: object[], released: object[], compatibility: 'BACKWARD_TRANSITIVE' | 'FULL_TRANSITIVE') =>
    checkCompatible({
      current: schema(current),
      released: [{ name: '0001.avsc', schema: schema(released) }],
      compatibility,
    });

  it.each([
    ['adding a field with a default', [a, optional], [a], 0, 0],
    ['adding a field without a default', [a, required], [a], 1, 1],
    ['removing a field without a default', [a], [a, required], 0, 1],
    ['removing a field with a default', [a], [a, optional], 0, 0],
    ['another type', [{ name: 'a', type: 'int' }], [a], 1, 2],
    ['a wider number', [{ ...required, type: 'long' }], [required], 0, 1],
    ['one symbol more', [phase('X', 'Y')], [phase('X')], 0, 1],
    ['one symbol less', [phase('X')], [phase('X', 'Y')], 1, 1],
  ])('%s', (_, current, released, backward, full) => {
    expect(problems(current, released, 'BACKWARD_TRANSITIVE')).toHaveLength(backward);
    expect(problems(current, released, 'FULL_TRANSITIVE')).toHaveLength(full);
  });
});
