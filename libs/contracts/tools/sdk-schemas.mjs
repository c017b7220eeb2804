// Copies schemas/<family>/value.avsc to where SDKs pack them, of the families that each has: `node tools/sdk-schemas.mjs`, or `--check` to
// fail when a copy is stale.
import { readdir, readFile, writeFile } from 'node:fs/promises';

const root = new URL('../../../', import.meta.url);
const packed = ['sdks/go/internal/wire/schemas/', 'sdks/python/src/windlass/schemas/', 'sdks/rust/src/wire/schemas/'];

const stale = [];
for (const folder of packed) {
  for (const file of (await readdir(new URL(folder, root))).filter((name) => name.endsWith('.avsc'))) {
    const original = await readFile(new URL(`schemas/${file.replace('.avsc', '')}/value.avsc`, root));
    const copy = new URL(`${folder}${file}`, root);
    if (original.equals(await readFile(copy))) continue;
    stale.push(`${folder}${file}`);
    if (!process.argv.includes('--check')) await writeFile(copy, original);
  }
}
if (process.argv.includes('--check') && stale.length > 0) {
  console.error(`stale, run \`npm run generate -w @windlass/contracts\`: ${stale.join(', ')}`);
  process.exitCode = 1;
} else console.log(stale.length === 0 ? 'schemas of SDKs are up to date' : `wrote ${stale.join(', ')}`);
