// Keeps the schemas as they are now as released versions: schemas/<topic>/released/NNNN.avsc. Later ones are checked against them.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const schemasFolder = fileURLToPath(new URL('../../../schemas/', import.meta.url));
for (const family of (await readdir(schemasFolder)).sort()) {
  const current = await readFile(join(schemasFolder, family, 'value.avsc'), 'utf8').catch(() => undefined);
  if (current === undefined) continue;
  const folder = join(schemasFolder, family, 'released');
  await mkdir(folder, { recursive: true });
  const released = (await readdir(folder)).sort();
  const last = released.length > 0 ? await readFile(join(folder, released.at(-1)), 'utf8') : undefined;
  if (last === current) continue;
  const name = `${String(released.length + 1).padStart(4, '0')}.avsc`;
  await writeFile(join(folder, name), current);
  console.log(`${family}: ${name}`);
}
