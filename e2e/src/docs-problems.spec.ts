import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(`${root}/docs/reference/problems.md`, 'utf8');
const ofDag = readFileSync(`${root}/libs/domain/dag/src/problem.ts`, 'utf8');
const ofFiles = readFileSync(`${root}/apps/cli/src/commands/definitions-file-error.ts`, 'utf8');

/** The members of a union of texts. */
function codesOf(type: string, source: string): string[] {
  const [, union] = new RegExp(`export type ${type} =([^;]*);`).exec(source)!;
  return [...union!.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code!);
}

/** Each code's section, without its heading. */
const sections = new Map(
  [...page.matchAll(/^### `([A-Z_]+)`$([\s\S]*?)(?=^##|$(?![\s\S]))/gm)].map(([, code, text]) => [code!, text!.trim()]),
);

describe('docs/reference/problems.md', () => {
  it('tells every code once, and no other', () => {
    const known = new Set([
      ...codesOf('ProblemCode', ofDag),
      ...codesOf('WarningCode', ofDag),
      ...codesOf('FileProblemCode', ofFiles),
    ]);
    expect(known.size).toBeGreaterThan(40);
    expect([...sections.keys()].sort()).toEqual([...known].sort());
    expect([...page.matchAll(/^### `/gm)]).toHaveLength(sections.size);
  });

  it('says of each what it means and what mends it', () => {
    for (const [code, text] of sections) expect([code, text.length > 60]).toEqual([code, true]);
  });
});
