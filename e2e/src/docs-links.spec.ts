import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));

function pages(): string[] {
  const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  return ['README.md', ...inDocs.filter((path) => path.endsWith('.md')).map((path) => join('docs', path))];
}

const withoutCode = (markdown: string): string =>
  markdown.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');

/** Targets of links and images that lead to a file, or to a heading. */
const linksOf = (markdown: string): string[] =>
  [...withoutCode(markdown).matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)/gm)]
    .map(([, inline, reference]) => inline ?? reference!)
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));

/** As GitHub names the headings of a page. */
const anchorsOf = (markdown: string): string[] =>
  [...markdown.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading]) =>
    heading!
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** What is wrong with a link of a page; undefined: nothing. */
function problemOf(page: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? join(root, page) : resolve(root, dirname(page), decodeURI(path));
  if (relative(root, target).startsWith('..')) return `${link} leads out of the repository`;
  if (!existsSync(target)) return `${link} leads nowhere`;
  if (anchor === undefined || !target.endsWith('.md')) return undefined;
  return anchorsOf(readFileSync(target, 'utf8')).includes(anchor) ? undefined : `${link} names no heading`;
}

describe('the links of the documentation', () => {
  it.each(pages())('in %s lead somewhere', (page) => {
    const links = linksOf(readFileSync(join(root, page), 'utf8'));
    expect(links.map((link) => problemOf(page, link)).filter(Boolean)).toEqual([]);
  });

  it('are looked for in text and not in code', () => {
    const text =
      'See [a](b.md#c "t"), ![d](e.svg).\n\n```\n[no](x.md)\n```\n`[no](y.md)` [f](https://g.example)\n\n[h]: i.md\n';
    expect(linksOf(text)).toEqual(['b.md#c', 'e.svg', 'i.md']);
  });

  it('that lead nowhere are told', () => {
    expect(problemOf('docs/adr/README.md', 'no-such-page.md')).toBe('no-such-page.md leads nowhere');
    expect(problemOf('README.md', 'docs/adr/README.md#no-such-heading')).toMatch(/names no heading/);
    expect(problemOf('README.md', 'docs/adr/README.md#decisions')).toBeUndefined();
  });
});
