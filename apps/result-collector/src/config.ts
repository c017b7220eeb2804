import { count, hubSettings, setting } from '@windlass/service';
import { z } from 'zod';

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
  partitionWidth: setting({
    variable: 'WINDLASS_RESULT_COLLECTOR_PARTITION_WIDTH',
    schema: z.enum(['day', 'month']).default('month'),
    meaning:
      'Span of window starts that is kept, and dropped, together; a change is for partitions that are made from then on',
  }),
  retentionDays: setting({
    variable: 'WINDLASS_RESULT_COLLECTOR_RETENTION_DAYS',
    schema: count({ min: 0, max: 36_500 }).default(0),
    unit: 'days',
    meaning:
      'How old, by its start, a window may be: later records of older ones are not stored, and a partition goes when all of it is older. 0 keeps everything',
  }),
};

export type ResultCollectorSettings = typeof settings;
