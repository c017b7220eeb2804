import { limits } from '@windlass/contracts';
import { count, hubSettings, setting } from '@windlass/service';

const MIB = 1024 * 1024;
const DAY_MS = 24 * 60 * 60 * 1000;

export const settings = {
  ...hubSettings({ httpPort: 4102 }),
  cacheBytes: setting({
    variable: 'WINDLASS_ROUTER_CACHE_BYTES',
    schema: count({ min: MIB, max: 64 * 1024 * MIB }).default(128 * MIB),
    unit: 'bytes',
    meaning: 'Windows held in memory, over all partitions; what does not fit is read from Postgres again',
  }),
  redispatchAfterMs: setting({
    variable: 'WINDLASS_ROUTER_REDISPATCH_AFTER_MS',
    schema: count({ min: 1_000, max: 365 * DAY_MS }).default(3.5 * DAY_MS),
    unit: 'ms',
    meaning: "A task without an answer is published again after so long; half the window topics' retention",
  }),
  windowRetentionMs: setting({
    variable: 'WINDLASS_ROUTER_WINDOW_RETENTION_MS',
    schema: count({ min: 1_000, max: 7 * DAY_MS }).default(10 * 60 * 1000),
    unit: 'ms',
    meaning: 'A window that cannot change any more is recognised for so long, when a record about it comes again',
  }),
  failedRetentionHours: setting({
    variable: 'WINDLASS_ROUTER_FAILED_RETENTION_HOURS',
    schema: count({ min: 0, max: 720 }).default(72),
    unit: 'hours',
    meaning: 'How long a window of which something ended without a result is kept, so that a person may retry it',
  }),
  inlineBytes: setting({
    variable: 'WINDLASS_ROUTER_INLINE_BYTES',
    schema: count({ min: 0, max: limits.recordBytes }).default(limits.inlineBytes),
    unit: 'bytes',
    meaning:
      'Results that a task itself brings; beyond it the largest travel by reference, and the processor fetches them from the result-collector',
  }),
  stagePoolSize: setting({
    variable: 'WINDLASS_ROUTER_STAGE_POOL',
    schema: count({ min: 1, max: 64 }).default(4),
    unit: 'connections',
    meaning: 'Partitions that commit at the same time',
  }),
};

export type RouterSettings = typeof settings;
