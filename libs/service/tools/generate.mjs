// Writes docs/reference/configuration.md from the settings of the services: `npm run generate -w @windlass/service`.
import { readFileSync, writeFileSync } from 'node:fs';
import { settingsPage } from '@windlass/service';

const at = (path) => new URL(`../../../${path}`, import.meta.url);

const services = {};
for (const service of ['dag-registry', 'trigger', 'router', 'result-collector'])
  services[service] = (await import(at(`apps/${service}/dist/config.js`).href)).settings;

const introduction = readFileSync(at('libs/service/configuration.md'), 'utf8');
writeFileSync(at('docs/reference/configuration.md'), settingsPage({ introduction, services }));
