import type { HubUrls } from '../hub/hub-api.ts';

/** One line a service: where its API is explained. */
export const serviceLines = (urls: HubUrls): string =>
  Object.entries(urls)
    .map(([name, url]) => `  ${name.padEnd(17)} ${url}/docs`)
    .join('\n');

export interface NextSteps {
  readonly urls: HubUrls;
  readonly dataDir: string;
  /** A unit that the store has results of. */
  readonly source: string;
}

/** Where a person may look next. */
export function nextSteps({ urls, dataDir, source }: NextSteps): string {
  return [
    '',
    'Where to look next',
    serviceLines(urls),
    `  latest predictions of a unit: curl '${urls['result-collector']}/v1/results?source=${source}&algorithm=rul@1'`,
    `  all its revisions:            curl '${urls['result-collector']}/v1/results?source=${source}&algorithm=rul@1&revisions=all'`,
    `  the DAG:                      curl ${urls['dag-registry']}/v1/dag`,
    `  servers and logs:             npx windlass status, ${dataDir}/logs`,
    '  the recording:                npm start',
    '  predict while units run:      npm start -- --live',
    '  how it is made:               examples/run-to-failure/README.md',
  ].join('\n');
}
