import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(`${root}/docs/reference/http.md`, 'utf8');

/** What the page says of a service: the first cell of each row of its table. */
function documented(service: string): string[] {
  const section = new RegExp(`^## ${service}$([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, 'm').exec(page)?.[1] ?? '';
  return [...section.matchAll(/^\| `([A-Z]+ \/\S+)` \|/gm)].map(([, route]) => route!);
}

/** What the controllers of a service declare. */
function declared(service: string): string[] {
  return globSync(`apps/${service}/src/http/*.controller.ts`, { cwd: root }).flatMap((file) => {
    const text = readFileSync(`${root}/${file}`, 'utf8');
    const base = /@Controller\('([^']*)'\)/.exec(text)![1]!;
    return [...text.matchAll(/^ {2}@(Get|Post|Put|Delete|Patch)\((?:'([^']*)')?\)/gm)].map(
      ([, method, path]) => `${method!.toUpperCase()} /${[base, path].filter(Boolean).join('/')}`,
    );
  });
}

describe('docs/reference/http.md names every route and no other', () => {
  it.each(['dag-registry', 'trigger', 'router', 'result-collector'])('of %s', (service) => {
    expect(declared(service).length).toBeGreaterThan(0);
    expect(documented(service).sort()).toEqual(declared(service).sort());
  });
});
