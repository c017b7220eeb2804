import { hostname } from 'node:os';
import type { ConfigOf } from './settings.ts';
import type { HubSettings } from './hub-settings.ts';

/** Where a service lives: no two can listen there at once. Undefined when any free port will do. */
export const placeOf = ({
  httpHost,
  httpPort,
}: Pick<ConfigOf<HubSettings>, 'httpHost' | 'httpPort'>): string | undefined =>
  httpPort === 0 ? undefined : `${hostname()}/${httpHost}:${httpPort}`;
