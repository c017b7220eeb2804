import type { ServiceDefinition } from '@windlass/service';
import { type DagRegistrySettings, settings } from './config.ts';
import { dagRegistryModule, dagRegistryTransports } from './dag-registry.module.ts';

/** The service as it is started by `main.ts` and by tests. */
export const dagRegistryService: ServiceDefinition<DagRegistrySettings> = {
  name: 'dag-registry',
  settings,
  module: dagRegistryModule,
  transports: dagRegistryTransports,
};
