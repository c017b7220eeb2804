import { describe, expect, it } from '@jest/globals';
import { parseDefinitionsText } from './definitions-file.ts';

const text = `windowTypes:
  - name: life
    open: { startStop: { signal: life } }
  - { name: cycle, open: { fixed: { size: 2s } } }
`;

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

  it('refuses aliases that unfold without end', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x, x]',
      ...'bcdefgh'.split('').map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcdefg'[i]}`).join(', ')}]`),
    ].join('\n');
    expect(() => parseDefinitionsText(bomb, 'f.yaml')).toThrow(/^f\.yaml: Excessive alias count/);
  });
});
