// Writes src/generated from schemas/*/value.avsc and the pages beside them: `node tools/generate.mjs`, or `--check` to fail when a file is stale.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import avro from 'avsc';
import prettier from 'prettier';
import { pageOf } from './page.mjs';

const schemasFolder = fileURLToPath(new URL('../../../schemas/', import.meta.url));
const outputFolder = fileURLToPath(new URL('../src/generated/', import.meta.url));
const banner =
  '// Made from schemas/*/value.avsc by tools/generate.mjs; change the schema, then run `npm run generate`.\n\n';

const primitives = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  string: 'string',
  bytes: 'Buffer',
};

/** The schema of each family that has one, by family name, sorted. */
async function readSchemas() {
  const folders = (await readdir(schemasFolder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const schemas = new Map();
  for (const { name } of folders.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const text = await readFile(join(schemasFolder, name, 'value.avsc'), 'utf8').catch(() => undefined);
    if (text !== undefined) schemas.set(name, JSON.parse(text));
  }
  return schemas;
}

/** A named type's definition with the named types inside it replaced by their names. */
function collectNamed(schema, named, family) {
  if (typeof schema === 'string') return schema;
  if (Array.isArray(schema)) return schema.map((branch) => collectNamed(branch, named, family));
  if (schema.type === 'array') return { ...schema, items: collectNamed(schema.items, named, family) };
  if (schema.type === 'map') return { ...schema, values: collectNamed(schema.values, named, family) };
  if (schema.type !== 'record' && schema.type !== 'enum') return schema;
  const { namespace: _, ...definition } = schema;
  const place = named.size;
  if (!named.has(schema.name)) named.set(schema.name, { place });
  if (schema.fields) {
    definition.fields = schema.fields.map((field) => ({ ...field, type: collectNamed(field.type, named, family) }));
  }
  const known = named.get(schema.name);
  if (known.definition && JSON.stringify(known.definition) !== JSON.stringify(definition)) {
    throw new Error(`${schema.name} in schemas/${family} differs from its definition in schemas/${known.family}`);
  }
  Object.assign(known, known.definition ? {} : { definition, family });
  return schema.name;
}

/** Unions are wrapped exactly where avsc's `auto` wraps them: when two branches look alike in JavaScript. */
function isWrapped(branches, named) {
  const bucket = (branch) => {
    const name = typeof branch === 'string' ? branch : branch.type;
    if (['int', 'long', 'float', 'double'].includes(name)) return branch.logicalType === 'int64' ? 'bigint' : 'number';
    if (name in primitives) return name;
    const type = named.get(name)?.definition.type ?? name;
    return type === 'enum' ? 'string' : type === 'array' ? 'array' : 'object';
  };
  const buckets = branches.map(bucket);
  return new Set(buckets).size < buckets.length;
}

function typeText(schema, named, namespace) {
  const text = (inner) => typeText(inner, named, namespace);
  if (Array.isArray(schema)) {
    if (!isWrapped(schema, named)) return schema.map(text).join(' | ');
    const key = (branch) => {
      const name = typeof branch === 'string' ? branch : branch.type;
      return name in primitives ? name : `'${namespace}.${name}'`;
    };
    return schema
      .map((branch) => (branch === 'null' ? 'null' : `{ readonly ${key(branch)}: ${text(branch)} }`))
      .join(' | ');
  }
  if (typeof schema === 'string') return primitives[schema] ?? schema;
  if (schema.type === 'array') return `readonly (${text(schema.items)})[]`;
  if (schema.type === 'map') return `Readonly<Record<string, ${text(schema.values)}>>`;
  return schema.logicalType === 'int64' ? 'bigint' : primitives[schema.type];
}

const docText = (doc) => (doc ? `/** ${doc.replaceAll('*/', '*\\/')} */\n` : '');

function declarationText(definition, named, namespace) {
  if (definition.type === 'enum') {
    return `${docText(definition.doc)}export type ${definition.name} = ${definition.symbols.map((s) => `'${s}'`).join(' | ')};\n`;
  }
  const fields = definition.fields.map(
    (field) => `${docText(field.doc)}readonly ${field.name}: ${typeText(field.type, named, namespace)};`,
  );
  return `${docText(definition.doc)}export interface ${definition.name} {\n${fields.join('\n')}\n}\n`;
}

const identifier = (family) => family.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/** What the pages of all families say, also of those without a schema. */
async function pagesText() {
  const folders = (await readdir(schemasFolder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const names = folders.map(({ name }) => name).sort();
  const pages = await Promise.all(names.map(async (name) => [name, await pageOf(name)]));
  return `/** What schemas/<family>/README.md says. */\nexport const topicPages = ${JSON.stringify(Object.fromEntries(pages))} as const;\n`;
}

/** File name → content. Deterministic: the same schemas give the same bytes. */
async function generate() {
  const schemas = await readSchemas();
  const named = new Map();
  for (const [family, schema] of schemas) {
    avro.Type.forSchema(structuredClone(schema));
    collectNamed(schema, named, family);
  }
  const namespace = [...schemas.values()][0].namespace;
  const ordered = [...named.values()].sort((a, b) => a.place - b.place).map(({ definition }) => definition);
  const files = new Map();
  files.set('types.ts', ordered.map((definition) => declarationText(definition, named, namespace)).join('\n'));
  for (const [family, schema] of schemas) {
    files.set(
      `${family}.schema.ts`,
      `export const ${identifier(family)}Schema = ${JSON.stringify(schema)} as const;\n`,
    );
  }
  const families = [...schemas];
  files.set(
    'families.ts',
    [
      ...families.map(([family]) => `import { ${identifier(family)}Schema } from './${family}.schema.ts';`),
      `import type { ${families.map(([, schema]) => schema.name).join(', ')} } from './types.ts';\n`,
      '/** The value of a record, by the family of its topic. */',
      `export interface FamilyValues {\n${families.map(([family, schema]) => `readonly '${family}': ${schema.name};`).join('\n')}\n}\n`,
      '/** The Avro schema of a family of topics. */',
      `export const familySchemas = {\n${families.map(([family]) => `'${family}': ${identifier(family)}Schema,`).join('\n')}\n} as const;\n`,
    ].join('\n'),
  );
  files.set('pages.ts', await pagesText());
  const options = { ...(await prettier.resolveConfig(outputFolder)), parser: 'typescript' };
  for (const [file, text] of files) files.set(file, await prettier.format(banner + text, options));
  return files;
}

const files = await generate();
await mkdir(outputFolder, { recursive: true });
const present = await readdir(outputFolder);
const stale = [];
for (const [file, text] of files) {
  if ((await readFile(join(outputFolder, file), 'utf8').catch(() => undefined)) !== text) stale.push(file);
}
stale.push(...present.filter((file) => !files.has(file)));
if (process.argv.includes('--check')) {
  if (stale.length > 0) {
    console.error(`stale, run \`npm run generate -w @windlass/contracts\`: ${stale.join(', ')}`);
    process.exitCode = 1;
  }
} else {
  for (const file of stale) {
    if (files.has(file)) await writeFile(join(outputFolder, file), files.get(file));
    else await rm(join(outputFolder, file));
  }
  console.log(stale.length === 0 ? 'up to date' : `wrote ${stale.join(', ')}`);
}
