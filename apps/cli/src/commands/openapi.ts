import { Argument, Command } from 'commander';
import { askHub, DAG_REGISTRY, RESULT_COLLECTOR, ROUTER, TRIGGER, type HubService } from './hub-api.ts';

const SERVICES: Readonly<Record<string, HubService>> = {
  'dag-registry': DAG_REGISTRY,
  trigger: TRIGGER,
  router: ROUTER,
  'result-collector': RESULT_COLLECTOR,
};

export function openApiCommand(): Command {
  const service = new Argument('[service]', 'whose').choices(Object.keys(SERVICES)).default('dag-registry');
  return new Command('openapi')
    .addArgument(service)
    .description('print the OpenAPI 3.1 document of a service, as it serves it at /openapi.json')
    .action(async (name: string) => {
      const document = await askHub<object>('GET', '/openapi.json', undefined, SERVICES[name]);
      process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    });
}
