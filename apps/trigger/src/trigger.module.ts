import { Module, type DynamicModule } from '@nestjs/common';
import { topicNames } from '@windlass/contracts';
import type { Database } from '@windlass/persistence';
import type { ServiceContext } from '@windlass/service';
import type { TriggerSettings } from './config.ts';
import { DialRecorder } from './dial-recorder.ts';
import { StoredDialReader } from './dial-reader.ts';
import { DIAL_READER, DialController } from './http/dial.controller.ts';
import { EMISSION_DOOR, EmissionsController } from './http/emissions.controller.ts';
import { EXPLAIN_PARTS, ExplainController, type ExplainParts } from './http/explain.controller.ts';
import { OfflineController } from './http/offline.controller.ts';
import { SIGNAL_DOOR, SignalsController } from './http/signals.controller.ts';
import { SILENCE_READER, SilencesController } from './http/silences.controller.ts';
import { SOURCE_READER, WindowsController } from './http/windows.controller.ts';
import type { KafkaRegistry } from './kafka/kafka-registry.ts';
import type { KafkaSignalDoor } from './kafka/kafka-signal-door.ts';
import { TriggerStage } from './kafka/trigger-stage.ts';
import { OpenWindows } from './open-windows.ts';
import { PostgresDialStore } from './postgres/postgres-dial-store.ts';
import { PostgresOpenWindowStore } from './postgres/postgres-open-window-store.ts';
import { Listening } from './listening.ts';
import { Measures, measureSilences } from './measures.ts';
import { PostgresJournalReader } from './postgres/postgres-journal-reader.ts';
import { PostgresKeptReader } from './postgres/postgres-kept-reader.ts';
import { PostgresSilenceReader } from './postgres/postgres-silence-reader.ts';
import { PostgresSourceReader } from './postgres/postgres-source-reader.ts';
import { PostgresSourceStore } from './postgres/postgres-source-store.ts';
import { SourceCache } from './source-cache.ts';
import { Trigger } from './trigger.ts';

export interface TriggerParts {
  readonly context: ServiceContext<TriggerSettings>;
  readonly database: Database;
  readonly registry: KafkaRegistry;
  readonly door: KafkaSignalDoor;
}

const HOUR_US = 3_600_000_000;

/** The composition root: which adapter fills which port. */
@Module({})
export class TriggerModule {
  static on({ context, database, registry, door }: TriggerParts): DynamicModule {
    const { config, metrics, log, onClose } = context;
    const dialStore = new PostgresDialStore(database.dataSource);
    const dial = new DialRecorder({ store: dialStore, retentionDays: config.dialRetentionDays, log });
    onClose(() => dial.close());
    const openWindows = new OpenWindows();
    const cache = new SourceCache(config.cacheBytes);
    const listening = new Listening(config.listenMs);
    const silences = new PostgresSilenceReader(database.dataSource);
    measureSilences(metrics, silences);
    const trigger = new Trigger({
      topics: topicNames(config.prefix),
      registry,
      store: new PostgresSourceStore(),
      cache,
      listening,
      measures: new Measures(metrics, openWindows),
      dial,
      openWindows,
      openWindowStore: new PostgresOpenWindowStore(database.dataSource, config),
      log,
      keptRetentionUs: config.keptRetentionHours * HOUR_US,
      journaling: config.journalRetentionHours > 0,
    });
    const reader = new PostgresSourceReader(database.dataSource);
    return {
      module: TriggerModule,
      controllers: [
        SignalsController,
        EmissionsController,
        OfflineController,
        WindowsController,
        SilencesController,
        ExplainController,
        DialController,
      ],
      providers: [
        { provide: TriggerStage, useFactory: () => new TriggerStage({ trigger, listening }) },
        { provide: SIGNAL_DOOR, useValue: door },
        { provide: EMISSION_DOOR, useValue: door },
        { provide: SILENCE_READER, useValue: silences },
        { provide: SOURCE_READER, useValue: reader },
        {
          provide: EXPLAIN_PARTS,
          useValue: {
            reader,
            registry,
            journal: new PostgresJournalReader(database.dataSource),
            kept: new PostgresKeptReader(database.dataSource),
          } satisfies ExplainParts,
        },
        {
          provide: DIAL_READER,
          useFactory: () => new StoredDialReader({ store: dialStore, recorder: dial, registry }),
        },
      ],
    };
  }
}
