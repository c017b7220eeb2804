// Writes the JSON Schemas and the reference page from the schemas that parse: `npm run generate -w @windlass/dag`.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { definitionsJsonSchema, limitsPage, referencePage, registrationJsonSchema } from '@windlass/dag';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

async function write(path, text) {
  const filepath = at(`../../../${path}`);
  writeFileSync(filepath, await format(text, { ...(await resolveConfig(filepath)), filepath }));
}

await write('schemas/definitions.schema.json', JSON.stringify(definitionsJsonSchema()));
await write('schemas/registration.schema.json', JSON.stringify(registrationJsonSchema()));
await write('docs/reference/definitions.md', referencePage(readFileSync(at('introduction.md'), 'utf8')));
await write('docs/reference/limits.md', limitsPage(readFileSync(at('limits.md'), 'utf8')));
