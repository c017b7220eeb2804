import { count, hubSettings, setting } from '@windlass/service';

export const settings = {
  ...hubSettings({ httpPort: 4103 }),
  stagePoolSize: setting({
    variable: 'WINDLASS_RESULT_COLLECTOR_STAGE_POOL',
    schema: count({ min: 1, max: 64 }).default(4),
    unit: 'connections',
    meaning: 'Partitions that are written at the same time',
  }),
  readPoolSize: setting({
    variable: 'WINDLASS_RESULT_COLLECTOR_READ_POOL',
    schema: count({ min: 1, max: 64 }).default(4),
    unit: 'connections',
    meaning: 'Queries that are answered at the same time',
  }),
};

export type ResultCollectorSettings = typeof settings;
