import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { integer, setting, type Settings } from './settings.ts';
import { settingsPage } from './settings-page.ts';

const port = (fallback: number) =>
  setting({ variable: 'PORT', schema: integer.default(fallback), meaning: 'Where to listen' });
const name = setting({ variable: 'NAME', schema: z.string(), meaning: 'Its name' });
const cache = setting({ variable: 'CACHE', schema: integer.default(64), unit: 'bytes', meaning: 'a|b' });

describe('the reference page of the settings', () => {
  it('says once what all services share, with each default, and then what a service has of its own', () => {
    const services = { one: { port: port(1), name }, two: { port: port(2), name, cache } };
    expect(settingsPage({ introduction: '# Settings\n', services })).toBe(`# Settings

## Every service

| variable | default | type | meaning |
| --- | --- | --- | --- |
| \`PORT\` | \`1\` one; \`2\` two | number | Where to listen |
| \`NAME\` | none, must be set | string | Its name |

## two

| variable | default | type | meaning |
| --- | --- | --- | --- |
| \`CACHE\` | \`64\` | number, bytes | a\\|b |
`);
  });

  it('docs/reference/configuration.md is up to date (npm run generate -w @windlass/service)', async () => {
    const at = (path: string) => new URL(`../../../${path}`, import.meta.url);
    const services: Record<string, Settings> = {};
    for (const service of ['dag-registry', 'trigger', 'router', 'result-collector'])
      services[service] = ((await import(at(`apps/${service}/src/config.ts`).href)) as { settings: Settings }).settings;
    const introduction = readFileSync(at('libs/service/configuration.md'), 'utf8');
    expect(readFileSync(at('docs/reference/configuration.md'), 'utf8')).toBe(settingsPage({ introduction, services }));
  });
});
