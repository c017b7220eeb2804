import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { identifiersOf } from './identifiers.ts';

const names = (...all: readonly [string, string][]) =>
  identifiersOf(all.map(([name, version]) => ({ name, version }))).map(({ of, identifier }) => [
    identifier,
    `${of.name}@${of.version}`,
  ]);

describe('identifiers', () => {
  it('are the names, and of several versions the newest has the plain one', () => {
    expect(names(['heap-growth', '1'])).toEqual([['heapGrowth', 'heap-growth@1']]);
    expect(names(['rul', '1'], ['rul', '2.0.0-rc.1'])).toEqual([
      ['rulV1', 'rul@1'],
      ['rul', 'rul@1'],
      ['rulV2_0_0$rc_1', 'rul@2.0.0-rc.1'],
    ]);
    expect(names(['rul', '1'], ['rul', '1.10'])).toEqual([
      ['rulV1', 'rul@1'],
      ['rulV1_10', 'rul@1.10'],
      ['rul', 'rul@1.10'],
    ]);
  });

  it('are certain where the name is a word of the language, or would be that of two', () => {
    expect(names(['delete', '1'])).toEqual([['delete_v1', 'delete@1']]);
    expect(names(['a-1', '1'], ['a1', '1'])).toEqual([
      ['a_1_v1', 'a-1@1'],
      ['a1_v1', 'a1@1'],
    ]);
  });

  it('never stand for two things, and leave none out', () => {
    const name = fc.stringMatching(/^[a-c][a-c1v-]{0,4}$/);
    const version = fc.constantFrom('1', '2', '1.1', '11', '1.1.0-a.1', '1.1.0-a-1', '1.1.0-a');
    const ref = fc.record({ name, version });
    fc.assert(
      fc.property(fc.uniqueArray(ref, { selector: ({ name: n, version: v }) => `${n}@${v}`, maxLength: 12 }), (all) => {
        const sorted = all.toSorted((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
        const found = identifiersOf(sorted);
        const identifiers = found.map(({ identifier }) => identifier);
        expect(new Set(identifiers).size).toBe(identifiers.length);
        expect(new Set(found.map(({ of }) => of))).toEqual(new Set(sorted));
        for (const one of identifiers) expect(one).toMatch(/^[A-Za-z_$][\w$]*$/);
      }),
    );
  });
});
