import { count, hubSettings, setting } from '@windlass/service';
import { z } from 'zod';

/** A definitions file may hold 100,000 sources. */
const BODY_BYTES = 32 * 1024 * 1024;

/** Without a slash at the end: paths are added to it. */
const address = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/$/, ''));

const hub = hubSettings({ httpPort: 4100 });

export const settings = {
  ...hub,
  httpBodyBytes: setting({
    ...hub.httpBodyBytes,
    schema: count({ min: 1024, max: 2 * BODY_BYTES }).default(BODY_BYTES),
  }),
  triggerUrl: setting({
    variable: 'WINDLASS_TRIGGER_URL',
    schema: address.default('http://127.0.0.1:4101'),
    meaning: 'Where trigger is asked for open windows before something is retired',
  }),
  routerUrl: setting({
    variable: 'WINDLASS_ROUTER_URL',
    schema: address.default('http://127.0.0.1:4102'),
    meaning: 'Where router is asked for tasks under way before something is retired',
  }),
  token: setting({
    variable: 'WINDLASS_TOKEN',
    schema: z.string().optional(),
    meaning: 'Bearer token (a viewer) with which trigger and router are asked, where they ask who somebody is',
    secret: true,
  }),
};

export type DagRegistrySettings = typeof settings;
