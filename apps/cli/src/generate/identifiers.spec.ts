import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { identifiersOf } from './identifiers.ts';
import { naming as inPython } from './python/naming.ts';
import { naming as inTypeScript } from './typescript/naming.ts';

const named =
  (naming: typeof inTypeScript) =>
  (...all: readonly [string, string][]) =>
    identifiersOf(
      all.map(([name, version]) => ({ name, version })),
      naming,
    ).map(({ of, identifier }) => [identifier, `${of.name}@${of.version}`]);
const names = named(inTypeScript);

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

  it('are written as Python does', () => {
    const python = named(inPython);
    expect(python(['heap-growth', '1'])).toEqual([['heap_growth', 'heap-growth@1']]);
    expect(python(['rul', '1.10'], ['rul', '2.0.0-rc.1'])).toEqual([
      ['rul_v1_10', 'rul@1.10'],
      ['rul', 'rul@1.10'],
      ['rul_v2_0_0_rc_1', 'rul@2.0.0-rc.1'],
    ]);
    expect(python(['del', '1'])).toEqual([['del_V1', 'del@1']]);
    expect(python(['a', '1'], ['a', '2'], ['a-v1', '1'])).toEqual([
      ['a_V1', 'a@1'],
      ['a_v2', 'a@2'],
      ['a', 'a@2'],
      ['a_v1_V1', 'a-v1@1'],
    ]);
  });

  it.each([
    ['TypeScript', inTypeScript],
    ['Python', inPython],
  ])('never stand for two things in %s, and leave none out', (_, naming) => {
    const name = fc.stringMatching(/^[a-c][a-c1v-]{0,4}$/);
    const version = fc.constantFrom('1', '2', '1.1', '11', '1.1.0-a.1', '1.1.0-a-1', '1.1.0-a');
    const ref = fc.record({ name, version });
    fc.assert(
      fc.property(fc.uniqueArray(ref, { selector: ({ name: n, version: v }) => `${n}@${v}`, maxLength: 12 }), (all) => {
        const sorted = all.toSorted((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
        const found = identifiersOf(sorted, naming);
        const identifiers = found.map(({ identifier }) => identifier);
        expect(new Set(identifiers).size).toBe(identifiers.length);
        expect(new Set(found.map(({ of }) => of))).toEqual(new Set(sorted));
        for (const one of identifiers) expect(one).toMatch(/^[A-Za-z_$][\w$]*$/);
      }),
    );
  });
});
