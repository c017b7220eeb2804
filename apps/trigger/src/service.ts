import { kafkaConnection, StageStrategy } from '@windlass/messaging';
import { createDatabase, stageMigrations, type Database } from '@windlass/persistence';
import { placeOf, stageMetrics, type Log, type ServiceContext, type ServiceDefinition } from '@windlass/service';
import { settings, type TriggerSettings } from './config.ts';
import { KafkaRegistry } from './kafka/kafka-registry.ts';
import { KafkaSignalDoor } from './kafka/kafka-signal-door.ts';
import { clockRecord } from './kafka/messages.ts';
import { TriggerStage } from './kafka/trigger-stage.ts';
import { entities } from './postgres/entities.ts';
import { JournalPartitions } from './postgres/journal-partitions.ts';
import { Journal1764201600000 } from './postgres/migrations/1764201600000-journal.ts';
import { SourceState1763875000000 } from './postgres/migrations/1763875000000-source-state.ts';
import { DialCounts1764280000000 } from './postgres/migrations/1764280000000-dial-counts.ts';
import { OpenWindows1764280100000 } from './postgres/migrations/1764280100000-open-windows.ts';
import { ParkedSources1764288100000 } from './postgres/migrations/1764288100000-parked-sources.ts';
import { SealedIds1764326000000 } from './postgres/migrations/1764326000000-sealed-ids.ts';
import { Silences1764230000000 } from './postgres/migrations/1764230000000-silences.ts';
import { ToldPolicies1764325000000 } from './postgres/migrations/1764325000000-told-policies.ts';
import { TriggerModule } from './trigger.module.ts';

/** A source is read, packed and written once a batch: while the service lags, larger batches hold more signals of each. */
const BATCH_RECORDS = 2_048;

type Context = ServiceContext<TriggerSettings>;

/** The service, not yet running. `env` holds what the configuration does not: how to log on to Kafka. */
export function trigger(env: NodeJS.ProcessEnv): ServiceDefinition<TriggerSettings> {
  let database: Database;
  let prompt = (): void => undefined;
  const connectionOf = ({ config, name }: Context) =>
    kafkaConnection({ ...env, WINDLASS_KAFKA_BROKERS: config.kafkaBrokers.join(',') }, name);
  return {
    name: 'trigger',
    settings,
    module: async (context) => {
      const { config, log, onClose, health } = context;
      const { prefix, partitions, teams, schemaRegistryUrl: registryUrl } = config;
      database = await openDatabase(context);
      await tendJournal(database, context);
      const kafka = connectionOf(context);
      const door = new KafkaSignalDoor({ kafka, registryUrl, hub: { prefix, partitions, teams }, log });
      const registry = new KafkaRegistry({
        kafka,
        registryUrl,
        prefix,
        log,
        onChange: ({ needsClock }) => {
          if (needsClock) startClock(door, log);
          prompt();
        },
      });
      onClose(() => registry.close());
      onClose(() => door.close());
      health.add({
        name: 'registry',
        check: () => ({
          ok: registry.isReady,
          detail: registry.isReady ? `revision ${registry.revision}` : 'not read yet',
        }),
      });
      return TriggerModule.on({ context, database, registry, door, kafka });
    },
    transports: (app, context) => {
      const { config, log, metrics, health } = context;
      const { prefix, partitions, teams, schemaRegistryUrl } = config;
      const stage = app.get(TriggerStage);
      const strategy = new StageStrategy(stage, {
        kafka: connectionOf(context),
        registryUrl: schemaRegistryUrl,
        hub: { prefix, partitions, teams },
        store: database.stageStore,
        place: placeOf(config),
        limits: { batchRecords: BATCH_RECORDS },
        log,
        metrics: stageMetrics(metrics),
      });
      prompt = () => strategy.stage.prompt();
      stage.promptedBy(prompt);
      health.add({ name: 'stage', check: () => stageHealth(strategy) });
      return [strategy];
    },
  };
}

/** The journal's partitions are there before the first batch, and looked after from then on. */
async function tendJournal({ dataSource }: Database, { config, log, onClose }: Context): Promise<void> {
  const partitions = new JournalPartitions({ dataSource, retentionHours: config.journalRetentionHours, log });
  const tend = () => partitions.tend(Date.now() * 1000);
  await tend();
  const timer = setInterval(() => void tend(), JOURNAL_TEND_MS);
  onClose(() => clearInterval(timer));
}

const JOURNAL_TEND_MS = 3_600_000;

/** Windows of no source begin with the first word of the clock; from then on their timer asks for it. */
function startClock(door: KafkaSignalDoor, log: Log): void {
  door
    .publish([clockRecord(Date.now() * 1000)], AbortSignal.timeout(CLOCK_TIMEOUT_MS))
    .catch((error: unknown) => log.warn({ err: error }, 'the clock of windows without a source could not be started'));
}

const CLOCK_TIMEOUT_MS = 60_000;

async function openDatabase({ config, log, health, onClose }: Context): Promise<Database> {
  const database = await createDatabase({
    url: config.postgresUrl,
    schema: 'trigger',
    migrations: [
      ...stageMigrations,
      SourceState1763875000000,
      Journal1764201600000,
      Silences1764230000000,
      DialCounts1764280000000,
      OpenWindows1764280100000,
      ParkedSources1764288100000,
      ToldPolicies1764325000000,
      SealedIds1764326000000,
    ],
    entities,
    stagePoolSize: config.stagePoolSize,
    poolSize: config.readPoolSize,
    log,
  });
  onClose(() => database.close());
  health.add({ name: 'postgres', check: () => database.ping().then(() => ({ ok: true })) });
  return database;
}

function stageHealth({ stage }: StageStrategy) {
  const { joined, partitions } = stage.status();
  const troubled = partitions.filter(({ trouble }) => trouble !== undefined);
  return {
    ok: joined && troubled.length === 0,
    detail: joined
      ? troubled.map(({ partition, trouble }) => `partition ${partition}: ${trouble}`).join('; ')
      : 'not in the consumer group',
  };
}
