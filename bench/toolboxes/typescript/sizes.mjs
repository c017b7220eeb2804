// Prints the packages that must be there for the toolbox to run: of those of this repository what is built, of others all.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const found = new Set();

function folderOf(name, from) {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(folder)) return realpathSync(folder);
    if (at === dirname(at)) throw new Error(`${name}, which ${from} depends on, is not installed`);
  }
}

function visit(folder) {
  if (found.has(folder)) return;
  found.add(folder);
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) visit(folderOf(name, folder));
}

visit(dirname(fileURLToPath(import.meta.url)));
const isOurs = (folder) => !folder.includes('node_modules');
for (const folder of found) console.log(isOurs(folder) ? join(folder, 'dist') : folder);
