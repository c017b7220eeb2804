import { describe, expect, it } from '@jest/globals';
import { parseDefinitionsText } from './definitions-file.ts';

const text = `windowTypes:
  - name: life
    open: { startStop: { signal: life } }
  - { name: cycle, open: { fixed: { size: 2s } } }
`;

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('a definitions file', () => {
  it('tells line and column of a path', () => {
    const { locate, value } = parseDefinitionsText(text, 'f.yaml');
    expect(value).toMatchObject({ windowTypes: [{ name: 'life' }, { name: 'cycle' }] });
    expect(locate('windowTypes[1].open.fixed.size')).toBe('f.yaml:4:43');
    expect(locate('windowTypes[0].open.startStop.maxDuration')).toBe('f.yaml:3:24');
    expect(locate('algorithms[rul@1].windows[0]')).toBe('f.yaml');
  });

  it('names every syntax error with its place', () => {
    expect(() => parseDefinitionsText('a: [1\nb: 2\n', 'f.yaml')).toThrow(/^f\.yaml:\d+:\d+: /);
  });

  it.each([
    ['a tag', 'owner: !team blue\nwindowTypes: []\n', 'f.yaml:1:8: Unresolved tag: !team', 'leave the tag out'],
    ['a second document', 'owner: a\n---\nowner: b\n', 'f.yaml:2:1: another document begins here', 'a file of its own'],
    ['a field given twice', 'owner: a\nowner: b\n', 'f.yaml:2:1: Map keys must be unique', 'give each field once'],
  ])('refuses %s, with its place and a mend', (_, text, message, mend) => {
    const parse = () => parseDefinitionsText(text, 'f.yaml');
    expect(parse).toThrow(message);
    expect(thrownBy(parse)).toMatchObject({
      code: 'BAD_YAML',
      problems: [{ code: 'BAD_YAML', mend: expect.stringContaining(mend) }],
      rest: { value: { owner: expect.any(String) } },
    });
  });

  it('says nothing of the rest where an error may have changed what it says', () => {
    expect(thrownBy(() => parseDefinitionsText('a: [1\nb: 2\nb: 3\n', 'f.yaml'))).toMatchObject({ rest: undefined });
  });

  it('refuses aliases that unfold without end', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x, x]',
      ...'bcdefgh'.split('').map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcdefg'[i]}`).join(', ')}]`),
    ].join('\n');
    expect(() => parseDefinitionsText(bomb, 'f.yaml')).toThrow(/^f\.yaml: Excessive alias count/);
  });
});
