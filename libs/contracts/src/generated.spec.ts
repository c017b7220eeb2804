import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { avroTypeOf } from './avro-types.ts';
import { schemaFamilies } from './families.ts';

/** What `node tools/<name> --check` says. */
function checked(name: string) {
  const generator = fileURLToPath(new URL(`../tools/${name}`, import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [generator, '--check'], { encoding: 'utf8' });
  return { status, stderr };
}

describe('the generated types and schemas', () => {
  it('are what the schemas make, and types of one name agree across schemas', () => {
    expect(checked('generate.mjs')).toEqual({ status: 0, stderr: '' });
  });

  it('are packed by the SDKs as they are', () => {
    expect(checked('sdk-schemas.mjs')).toEqual({ status: 0, stderr: '' });
  });

  it.each(schemaFamilies)('of %s make an avsc type', (family) => {
    expect(avroTypeOf(family).typeName).toBe('record');
  });
});
