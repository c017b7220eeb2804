import { globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = globSync(['examples/*/definitions.yaml', 'e2e/src/**/*.yaml'], {
  cwd: root,
  exclude: (path) => path.includes('node_modules'),
});
const ajv = new Ajv2020({ strict: false, validateFormats: false });

/** The schema that an editor finds for a file. */
function schemaOf(file: string): object {
  const [, path] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(resolve(root, file), 'utf8')) ?? [];
  if (path === undefined) throw new Error(`${file} names no schema in its first line`);
  return JSON.parse(readFileSync(resolve(root, dirname(file), path), 'utf8')) as object;
}

describe('what an editor knows of a file', () => {
  it.each(files)('%s: its schema, and that it keeps to it', (file) => {
    const isValid = ajv.compile(schemaOf(file));
    isValid(parse(readFileSync(resolve(root, file), 'utf8'), { merge: true }));
    expect(isValid.errors).toBeNull();
  });

  it('also of what is wrong', () => {
    const isValid = ajv.compile(schemaOf(files[0]!));
    for (const wrong of [{ windowTypes: [{ name: 'Bad', version: 1 }] }, { policies: [{}] }, { sorces: [] }])
      expect(isValid(wrong)).toBe(false);
  });
});
