// Writes the golden files and the byte examples of docs/reference/processor-protocol.md: `npm run golden -w @windlass/conformance`.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import { madeFiles } from '../src/golden/files.ts';
import { withExamples } from '../src/golden/page.ts';

const folder = new URL('../golden/', import.meta.url);
const page = fileURLToPath(new URL('../../../docs/reference/processor-protocol.md', import.meta.url));
const files = madeFiles();

for (const [name, content] of files) {
  const path = fileURLToPath(new URL(name, folder));
  const options = (await prettier.resolveConfig(path)) ?? {};
  writeFileSync(path, await prettier.format(JSON.stringify(content), { ...options, filepath: path }));
}
const recordOf = (family, name) => files.get(`${family}.json`)?.records.find((record) => record.name === name);
writeFileSync(page, withExamples(readFileSync(page, 'utf8'), recordOf));
