import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(`${root}/docs/reference/explain.md`, 'utf8');

/** Codes in the first cells of the page's tables. */
const documented = [...page.matchAll(/^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|/gm)].flatMap(([, cell]) =>
  [...cell!.matchAll(/[A-Z_]+/g)].map(([code]) => code),
);

/** Codes that sentences of the core carry, but for those of dropped records. */
const said = globSync('libs/domain/windowing/src/explain/*.ts', { cwd: root })
  .filter((file) => !/\.(spec|fixture)\.ts$/.test(file))
  .flatMap((file) => [
    ...readFileSync(`${root}/${file}`, 'utf8').matchAll(
      /'([A-Z]+(?:_[A-Z]+)+|MOVED|MERGED|OPENED|REVIVED|WITHDRAWN|FINALIZED)'/g,
    ),
  ])
  .map(([, code]) => code!)
  .filter((code) => code !== 'ON_TIME');

/** Codes of the router's sentences, and of those that `windlass why` says itself. */
const saidOfRuns = globSync(['libs/domain/execution/src/explain/*.ts', 'apps/cli/src/commands/why-*.ts'], { cwd: root })
  .filter((file) => !file.endsWith('.spec.ts'))
  .flatMap((file) => [
    ...readFileSync(`${root}/${file}`, 'utf8').matchAll(
      /(?:say|sentence)\(\s*(?:fired \? '([A-Z_]+)' : )?'([A-Z_]+)'/g,
    ),
  ])
  .flatMap(([, ...codes]) => codes.filter((code) => code !== undefined));

describe('docs/reference/explain.md', () => {
  it('names every code of an explanation, and no other', () => {
    expect(said.length).toBeGreaterThan(50);
    expect(saidOfRuns.length).toBeGreaterThan(20);
    expect([...new Set(documented)].sort()).toEqual([...new Set([...said, ...saidOfRuns])].sort());
  });
});
