import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { describeChanges, describeEffects, describeHints, describeProblems, describeResolved } from './plan-text.ts';

describe('the text of a plan', () => {
  it('says of each change what was and what is, whose it is, and why it goes', () => {
    const text = describeChanges([
      {
        kind: 'windowType',
        name: 'cycle@1',
        action: 'changed',
        owners: ['blue'],
        fields: ['open', 'parent'],
        values: [
          { at: 'open.sizeUs', before: 2_000_000, after: 3_000_000 },
          { at: 'parent', before: 'life@1' },
        ],
      },
      { kind: 'algorithm', name: 'rul@1', action: 'removed', owners: ['blue'], because: ['rul@1', 'level@1'] },
    ]);
    expect(stripVTControlCharacters(text)).toBe(
      [
        '  ~ windowType cycle@1  (blue)',
        '      open.sizeUs: 2s → 3s',
        '      parent: life@1 → none',
        '  - algorithm rul@1  (blue)',
        '      because: rul@1 → level@1',
        '',
      ].join('\n'),
    );
  });

  it('says what other teams will see, and whose a problem is', () => {
    const effect = { owner: 'red', cause: 'algorithm level@1', message: "red's rul@1 will read a new type of level@1" };
    expect(stripVTControlCharacters(describeEffects([{ ...effect, algorithms: ['rul@1'] }]))).toBe(
      "  ! red's rul@1 will read a new type of level@1  (algorithm level@1)\n",
    );
    const problem = { code: 'CYCLE' as const, path: 'a', message: 'm', mend: 'n', chain: ['x', 'y'], owners: ['red'] };
    expect(stripVTControlCharacters(describeProblems([problem]))).toBe(
      'CYCLE a  (red)\n    m\n    x → y\n    mend: n\n',
    );
  });

  it('tells what ranges stand for, and what might be taken instead', () => {
    const path = 'algorithms[rul@1].dependencies[0]';
    expect(
      stripVTControlCharacters(describeResolved([{ path, asked: 'indicator@^1.2', ref: 'indicator@1.4.0' }])),
    ).toBe('  indicator@^1.2 → indicator@1.4.0  (algorithms[rul@1].dependencies[0])\n');
    expect(
      stripVTControlCharacters(
        describeHints([{ code: 'NEWER_VERSION', names: ['rul@1'], path, message: 'one fits too' }]),
      ),
    ).toBe('  NEWER_VERSION algorithms[rul@1].dependencies[0]: one fits too\n');
  });
});
