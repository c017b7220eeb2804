import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { avroTypeOf } from './avro-types.ts';
import { schemaFamilies } from './families.ts';

const generator = fileURLToPath(new URL('../tools/generate.mjs', import.meta.url));

describe('the generated types and schemas', () => {
  it('are what the schemas make, and types of one name agree across schemas', () => {
    const { status, stderr } = spawnSync(process.execPath, [generator, '--check'], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each(schemaFamilies)('of %s make an avsc type', (family) => {
    expect(avroTypeOf(family).typeName).toBe('record');
  });
});
