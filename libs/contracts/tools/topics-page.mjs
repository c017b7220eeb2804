// Writes docs/reference/topics.md from the declaration of the topics (src/topics.ts) and the pages in schemas/:
// `node tools/topics-page.mjs`, or `--check` to fail when the page is stale.
import { readFile, writeFile } from 'node:fs/promises';
import { topicDeclarations } from '../src/topics.ts';
import { rowsOf } from './page.mjs';

const at = (path) => new URL(`../../../${path}`, import.meta.url);
const page = at('docs/reference/topics.md');
const DAY_MS = 24 * 60 * 60 * 1000;
const KIB = 1024;

const kept = ({ config }) => {
  if (config['cleanup.policy'] === 'compact') return 'compacted';
  const days = Number(config['retention.ms']) / DAY_MS;
  return days === 1 ? '1 day' : `${days} days`;
};
const size = (bytes) => (bytes < KIB * KIB ? `${bytes / KIB} KiB` : `${bytes / KIB / KIB} MiB`);

async function table(hub) {
  const declarations = topicDeclarations({ ...hub, processors: ['processor'], teams: ['team'] });
  const rows = declarations.map(async (declaration) => {
    const { topic, family, partitions, maxRecordBytes, compatibility } = declaration;
    const said = await rowsOf(family);
    return [
      `[\`${topic.replace(/\.(processor|team)\./, '.<$1>.')}\`](../../schemas/${family}/README.md)`,
      said['key'],
      said['written by'],
      said['read by'],
      kept(declaration),
      partitions,
      size(maxRecordBytes),
      compatibility === null ? 'the original bytes' : compatibility.replace('_TRANSITIVE', ''),
    ];
  });
  const head = ['topic', 'key', 'written by', 'read by', 'kept', 'partitions', 'largest record', 'schema'];
  return [head, head.map(() => '---'), ...(await Promise.all(rows))]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

const introduction = await readFile(new URL('../topics.md', import.meta.url), 'utf8');
const text = `${introduction.trim()}\n\n${await table({ prefix: 'windlass', partitions: 8 })}\n`;
if (!process.argv.includes('--check')) await writeFile(page, text);
else if ((await readFile(page, 'utf8').catch(() => '')) !== text) {
  console.error('docs/reference/topics.md is stale, run `npm run generate -w @windlass/contracts`');
  process.exitCode = 1;
}
