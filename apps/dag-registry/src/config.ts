import { count, hubSettings, setting } from '@windlass/service';

/** A definitions file may hold 100,000 sources. */
const BODY_BYTES = 32 * 1024 * 1024;

const hub = hubSettings({ httpPort: 4100 });

export const settings = {
  ...hub,
  httpBodyBytes: setting({
    ...hub.httpBodyBytes,
    schema: count({ min: 1024, max: 2 * BODY_BYTES }).default(BODY_BYTES),
  }),
};

export type DagRegistrySettings = typeof settings;
