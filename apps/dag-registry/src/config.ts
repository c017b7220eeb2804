import { count, hubSettings, setting } from '@windlass/service';
import { z } from 'zod';

/** A definitions file may hold 100,000 sources. */
const BODY_BYTES = 32 * 1024 * 1024;

/** Without a slash at the end: paths are added to it. */
const address = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/$/, ''));

const DAY_MS = 24 * 60 * 60 * 1000;

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
  resultCollectorUrl: setting({
    variable: 'WINDLASS_RESULT_COLLECTOR_URL',
    schema: address.default('http://127.0.0.1:4103'),
    meaning: 'Where processors fetch results that travel by reference: told to each with its registration',
  }),
  token: setting({
    variable: 'WINDLASS_TOKEN',
    schema: z.string().optional(),
    meaning: 'Bearer token (a viewer) with which trigger and router are asked, where they ask who somebody is',
    secret: true,
  }),
  silentAfterMs: setting({
    variable: 'WINDLASS_DAG_REGISTRY_SILENT_AFTER_MS',
    schema: count({ min: 100, max: DAY_MS }).default(30_000),
    unit: 'ms',
    meaning: 'An instance that was not heard of for so long counts as gone, and a processor without any as silent',
  }),
  growingAfterMs: setting({
    variable: 'WINDLASS_DAG_REGISTRY_GROWING_AFTER_MS',
    schema: count({ min: 100, max: DAY_MS }).default(60_000),
    unit: 'ms',
    meaning: 'A window topic is growing when its lag still rises so long after it began to',
  }),
  watchEveryMs: setting({
    variable: 'WINDLASS_DAG_REGISTRY_WATCH_EVERY_MS',
    schema: count({ min: 50, max: 10 * 60_000 }).default(5_000),
    unit: 'ms',
    meaning: 'How often processors are looked at: whether one is silent, whether its window topic grows',
  }),
};

export type DagRegistrySettings = typeof settings;
