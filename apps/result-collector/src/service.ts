import { kafkaConnection, StageStrategy } from '@windlass/messaging';
import { createDatabase, stageMigrations, type Database } from '@windlass/persistence';
import { stageMetrics, type ServiceContext, type ServiceDefinition } from '@windlass/service';
import { settings, type ResultCollectorSettings } from './config.ts';
import { KnownStage } from './kafka/known-stage.ts';
import { entities } from './postgres/entities.ts';
import { KnownFacts1763870000000 } from './postgres/migrations/1763870000000-known-facts.ts';
import { OutcomesKnown1764280200000 } from './postgres/migrations/1764280200000-outcomes-known.ts';
import { PaneGaps1764231000000 } from './postgres/migrations/1764231000000-pane-gaps.ts';
import { ResultCollectorModule } from './result-collector.module.ts';

/** The service, not yet running. `env` holds what the configuration does not: how to log on to Kafka. */
export function resultCollector(env: NodeJS.ProcessEnv): ServiceDefinition<ResultCollectorSettings> {
  let database: Database;
  return {
    name: 'result-collector',
    settings,
    module: async (context) => {
      database = await openDatabase(context);
      return ResultCollectorModule.on(database);
    },
    transports: (app, context) => {
      const { config, log, metrics, health } = context;
      const { prefix, partitions, teams, schemaRegistryUrl } = config;
      const strategy = new StageStrategy(app.get(KnownStage), {
        kafka: kafkaConnection({ ...env, WINDLASS_KAFKA_BROKERS: config.kafkaBrokers.join(',') }, context.name),
        registryUrl: schemaRegistryUrl,
        hub: { prefix, partitions, teams },
        store: database.stageStore,
        log,
        metrics: stageMetrics(metrics),
      });
      health.add({ name: 'stage', check: () => stageHealth(strategy) });
      return [strategy];
    },
  };
}

async function openDatabase({
  config,
  log,
  health,
  onClose,
}: ServiceContext<ResultCollectorSettings>): Promise<Database> {
  const database = await createDatabase({
    url: config.postgresUrl,
    schema: 'result_collector',
    migrations: [...stageMigrations, KnownFacts1763870000000, PaneGaps1764231000000, OutcomesKnown1764280200000],
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
