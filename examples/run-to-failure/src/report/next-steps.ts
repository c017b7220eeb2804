import type { HubUrls } from '../hub/hub-api.ts';

/** Where a person may look next. */
export function nextSteps(urls: HubUrls, dataDir: string): string {
  const services = Object.entries(urls).map(([name, url]) => `  ${name.padEnd(17)} ${url}/docs`);
  return [
    '',
    'Where to look next',
    ...services,
    `  latest predictions of a unit: curl '${urls['result-collector']}/v1/results?source=unit-27&algorithm=rul@1'`,
    `  all its revisions:            curl '${urls['result-collector']}/v1/results?source=unit-05&algorithm=rul@1&revisions=all'`,
    `  the DAG:                      curl ${urls['dag-registry']}/v1/dag`,
    `  servers and logs:             npx windlass status, ${dataDir}/logs`,
    '  predict while units run:      npm start -- --live',
    '  how it is made:               examples/run-to-failure/README.md',
  ].join('\n');
}
