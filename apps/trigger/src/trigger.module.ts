import { Module, type DynamicModule } from '@nestjs/common';
import { topicNames } from '@windlass/contracts';
import type { KafkaConnection } from '@windlass/messaging';
import type { Database } from '@windlass/persistence';
import type { ServiceContext } from '@windlass/service';
import type { TriggerSettings } from './config.ts';
import { DialRecorder } from './dial-recorder.ts';
import { StoredDialReader } from './dial-reader.ts';
import { DIAL_READER, DialController } from './http/dial.controller.ts';
import { EMISSION_DOOR, EmissionsController } from './http/emissions.controller.ts';
import { EXPLAIN_PARTS, ExplainController, type ExplainParts } from './http/explain.controller.ts';
import { OfflineController } from './http/offline.controller.ts';
import { OPEN_WINDOW_READER, OpenWindowsController } from './http/open-windows.controller.ts';
import { OVERFLOW_RELEASER, OverflowController, PARKED_READER } from './http/overflow.controller.ts';
import { SIGNAL_DOOR, SignalsController } from './http/signals.controller.ts';
import { SILENCE_READER, SilencesController } from './http/silences.controller.ts';
import { SOURCE_READER, WindowsController } from './http/windows.controller.ts';
import type { KafkaRegistry } from './kafka/kafka-registry.ts';
import type { KafkaSignalDoor } from './kafka/kafka-signal-door.ts';
import { TriggerStage } from './kafka/trigger-stage.ts';
import { OpenWindows } from './open-windows.ts';
import { OverflowReleaser } from './kafka/overflow-releaser.ts';
import { Overflow } from './overflow/overflow.ts';
import type { RateLimit } from './overflow/source-rates.ts';
import { PostgresDialStore } from './postgres/postgres-dial-store.ts';
import { PostgresOpenWindowStore } from './postgres/postgres-open-window-store.ts';
import { Listening } from './listening.ts';
import { Measures, measureOverflow, measureSilences } from './measures.ts';
import { PostgresJournalReader } from './postgres/postgres-journal-reader.ts';
import { PostgresKeptReader } from './postgres/postgres-kept-reader.ts';
import { PolicyRounds } from './policy-rounds.ts';
import { PostgresParkingStore } from './postgres/postgres-parking-store.ts';
import { PostgresSilenceReader } from './postgres/postgres-silence-reader.ts';
import { PostgresSourceReader } from './postgres/postgres-source-reader.ts';
import { PostgresSourceStore } from './postgres/postgres-source-store.ts';
import { PostgresToldPolicyStore } from './postgres/postgres-told-policy-store.ts';
import { SourceCache } from './source-cache.ts';
import { Trigger } from './trigger.ts';

export interface TriggerParts {
  readonly context: ServiceContext<TriggerSettings>;
  readonly database: Database;
  readonly registry: KafkaRegistry;
  readonly door: KafkaSignalDoor;
  readonly kafka: KafkaConnection;
}

const HOUR_US = 3_600_000_000;

/** So long as a source may send what it may send in the long run, all of it at once. */
const BURST_SECONDS = 60;

const limitOf = ({ signalsPerSecond: perSecond, signalsBurst }: TriggerParts['context']['config']): RateLimit | null =>
  perSecond === 0 ? null : { perSecond, burst: signalsBurst || perSecond * BURST_SECONDS };

/** The composition root: which adapter fills which port. */
@Module({})
export class TriggerModule {
  static on({ context, database, registry, door, kafka }: TriggerParts): DynamicModule {
    const { config, metrics, log, onClose } = context;
    const dialStore = new PostgresDialStore(database.dataSource);
    const dial = new DialRecorder({ store: dialStore, retentionDays: config.dialRetentionDays, log });
    onClose(() => dial.close());
    const openWindows = new OpenWindows();
    const openWindowStore = new PostgresOpenWindowStore(database.dataSource, config);
    const cache = new SourceCache(config.cacheBytes);
    const listening = new Listening(config.listenMs);
    const silences = new PostgresSilenceReader(database.dataSource);
    measureSilences(metrics, silences);
    const topics = topicNames(config.prefix);
    const parking = new PostgresParkingStore(database.dataSource, config);
    const overflow = new Overflow({ topics, registry, store: parking, limit: limitOf(config) });
    measureOverflow(metrics, overflow);
    const releaser = new OverflowReleaser({
      kafka,
      registryUrl: config.schemaRegistryUrl,
      hub: config,
      reader: parking,
      log,
    });
    onClose(() => releaser.close());
    const toldPolicies = new PostgresToldPolicyStore(database.dataSource, config);
    const policyRounds = new PolicyRounds({ registry, store: toldPolicies });
    const trigger = new Trigger({
      topics,
      registry,
      store: new PostgresSourceStore(),
      cache,
      listening,
      measures: new Measures(metrics, openWindows),
      dial,
      openWindows,
      overflow,
      policyRounds,
      openWindowStore,
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
        OpenWindowsController,
        OverflowController,
      ],
      providers: [
        { provide: TriggerStage, useFactory: () => new TriggerStage({ trigger, listening, overflow, policyRounds }) },
        { provide: SIGNAL_DOOR, useValue: door },
        { provide: EMISSION_DOOR, useValue: door },
        { provide: SILENCE_READER, useValue: silences },
        { provide: PARKED_READER, useValue: parking },
        { provide: OVERFLOW_RELEASER, useValue: releaser },
        { provide: SOURCE_READER, useValue: reader },
        { provide: OPEN_WINDOW_READER, useValue: openWindowStore },
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
