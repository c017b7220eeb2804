import { count, hubSettings, setting } from '@windlass/service';

export const settings = {
  ...hubSettings({ httpPort: 4101 }),
  stagePoolSize: setting({
    variable: 'WINDLASS_TRIGGER_STAGE_POOL',
    schema: count({ min: 1, max: 64 }).default(4),
    unit: 'connections',
    meaning: 'Partitions that are written at the same time',
  }),
  readPoolSize: setting({
    variable: 'WINDLASS_TRIGGER_READ_POOL',
    schema: count({ min: 1, max: 64 }).default(2),
    unit: 'connections',
    meaning: 'Queries that are answered at the same time',
  }),
  cacheBytes: setting({
    variable: 'WINDLASS_TRIGGER_CACHE_BYTES',
    schema: count({ min: 1024 * 1024, max: 64 * 1024 * 1024 * 1024 }).default(160 * 1024 * 1024),
    unit: 'bytes',
    meaning: 'Memory for the state of sources; what does not fit is read again when its source sends',
  }),
  listenMs: setting({
    variable: 'WINDLASS_TRIGGER_LISTEN_MS',
    schema: count({ min: 0, max: 24 * 60 * 60 * 1000 }).default(60_000),
    unit: 'ms',
    meaning:
      'After a partition was taken, no source of it is told to be silent for so long: it may not have been heard yet',
  }),
  keptRetentionHours: setting({
    variable: 'WINDLASS_TRIGGER_KEPT_RETENTION_HOURS',
    schema: count({ min: 0, max: 10 * 366 * 24 }).default(7 * 24),
    unit: 'hours',
    meaning:
      'How far behind the newest event of its source a kept signal can be read over HTTP, in event time; 0 keeps it only while a window may need it',
  }),
  signalsPerSecond: setting({
    variable: 'WINDLASS_TRIGGER_SOURCE_SIGNALS_PER_SECOND',
    schema: count({ min: 0, max: 1_000_000 }).default(0),
    unit: 'signals/s',
    meaning:
      'What a source may send in the long run, by the time at which Kafka takes it; one that sends more is parked on the overflow topic with everything later of it. 0: no limit',
  }),
  signalsBurst: setting({
    variable: 'WINDLASS_TRIGGER_SOURCE_SIGNALS_BURST',
    schema: count({ min: 0, max: 1_000_000_000 }).default(0),
    unit: 'signals',
    meaning: 'What a source may send at once beyond that; 0: as much as it may send in 60 s',
  }),
  journalRetentionHours: setting({
    variable: 'WINDLASS_TRIGGER_JOURNAL_RETENTION_HOURS',
    schema: count({ min: 0, max: 10 * 366 * 24 }).default(7 * 24),
    unit: 'hours',
    meaning: 'How long it can be explained what happened to a window or a dropped record; 0 writes no journal',
  }),
  dialRetentionDays: setting({
    variable: 'WINDLASS_TRIGGER_DIAL_RETENTION_DAYS',
    schema: count({ min: 1, max: 3_650 }).default(30),
    unit: 'days',
    meaning: 'How long what `windlass dial show` tells from is kept',
  }),
};

export type TriggerSettings = typeof settings;
