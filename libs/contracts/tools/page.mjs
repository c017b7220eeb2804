// What the page of a family of topics (schemas/<family>/README.md) says, for what is generated from it.
import { readFile } from 'node:fs/promises';

const withoutLinks = (text) => text.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1');

/** The rows of its table, by their first cell. */
export async function rowsOf(family) {
  return Object.fromEntries(
    [...(await textOf(family)).matchAll(/^\| ([^|]+?) \| ([^|]+?) \|$/gm)].map(([, name, value]) => [name, value]),
  );
}

/** Its paragraphs before the table, each on one line, and who writes and reads the topic. */
export async function pageOf(family) {
  const [, ...paragraphs] = (await textOf(family))
    .split(/^\| *\| *\|$/m)[0]
    .trim()
    .split(/\n{2,}/);
  const [summary, ...more] = paragraphs.map((text) =>
    withoutLinks(text.startsWith('- ') ? text : text.replaceAll('\n', ' ')),
  );
  const rows = await rowsOf(family);
  const [key, writtenBy, readBy] = ['key', 'written by', 'read by'].map((row) => withoutLinks(rows[row]));
  return { summary, description: more.join('\n\n'), key, writtenBy, readBy };
}

const textOf = (family) => readFile(new URL(`../../../schemas/${family}/README.md`, import.meta.url), 'utf8');
