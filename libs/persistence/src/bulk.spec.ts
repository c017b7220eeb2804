import { describe, expect, it } from '@jest/globals';
import { type BulkType, bulkStatement } from './bulk.ts';

type Cell = string | number | boolean | Buffer | null;

const literal = (type: BulkType, cells: readonly Cell[]): string =>
  bulkStatement<Cell>([{ name: 'a', type, of: (cell) => cell }], (rows) => `SELECT a FROM ${rows}`).parametersOf(
    cells,
  )[0]!;

describe('a column as the text of a Postgres array', () => {
  it('writes each value as itself, also after one that is equal', () => {
    expect(literal('float8', [0, -0, -0, 0, 1.5, 1.5, NaN, null, 1.5])).toBe('{0,-0,-0,0,1.5,1.5,NaN,NULL,1.5}');
    expect(literal('boolean', [false, false, null, true])).toBe('{false,false,NULL,true}');
    expect(literal('text', ['a', 'a', null, 'a'])).toBe('{"a","a",NULL,"a"}');
    expect(literal('bytea', [Buffer.from('0a', 'hex')])).toBe('{"\\\\x0a"}');
  });

  it('escapes what ends a text, and replaces NUL, which Postgres keeps nowhere', () => {
    expect(literal('text', ['say "x"', 'a\\b', 'a\0b'])).toBe('{"say \\"x\\"","a\\\\b","a\uFFFDb"}');
    expect(literal('jsonb', ['{"a":"x\\u0000"}'])).toBe('{"{\\"a\\":\\"x\uFFFD\\"}"}');
  });

  it('of no rows is empty', () => {
    expect(literal('uuid', [])).toBe('{}');
  });
});
