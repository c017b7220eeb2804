import { kafkaConnection, StageStrategy } from '@windlass/messaging';
import { createDatabase, stageMigrations, type Database } from '@windlass/persistence';
import { placeOf, stageMetrics, type ServiceContext, type ServiceDefinition } from '@windlass/service';
import { settings, type ResultCollectorSettings } from './config.ts';
import { KafkaTeams } from './kafka/kafka-teams.ts';
import { KnownStage } from './kafka/known-stage.ts';
import { Measures } from './measures.ts';
import { entities } from './postgres/entities.ts';
import { migrations } from './postgres/migrations.ts';
import { PartitionTender } from './postgres/partitions/partition-tender.ts';
import { PostgresRebuild } from './postgres/postgres-rebuild.ts';
import { ResultCollectorModule } from './result-collector.module.ts';

/** The service, not yet running. `env` holds what the configuration does not: how to log on to Kafka. */
export function resultCollector(env: NodeJS.ProcessEnv): ServiceDefinition<ResultCollectorSettings> {
  let database: Database;
  let rebuild: PostgresRebuild;
  const connectionOf = ({ config, name }: ServiceContext<ResultCollectorSettings>) =>
    kafkaConnection({ ...env, WINDLASS_KAFKA_BROKERS: config.kafkaBrokers.join(',') }, name);
  return {
    name: 'result-collector',
    settings,
    module: async (context) => {
      database = await openDatabase(context);
      const measures = new Measures(context.metrics);
      await tendPartitions(database, context, measures);
      rebuild = new PostgresRebuild(database.dataSource, 'result-collector');
      const { prefix, schemaRegistryUrl: registryUrl } = context.config;
      const teams = new KafkaTeams({ kafka: connectionOf(context), registryUrl, prefix, log: context.log });
      context.onClose(() => teams.close());
      return ResultCollectorModule.on({ context, database, measures, rebuild, teams });
    },
    transports: (app, context) => {
      const { config, log, metrics, health } = context;
      const { prefix, partitions, teams, schemaRegistryUrl } = config;
      const strategy = new StageStrategy(app.get(KnownStage), {
        kafka: connectionOf(context),
        registryUrl: schemaRegistryUrl,
        hub: { prefix, partitions, teams },
        store: database.stageStore,
        place: placeOf(config),
        log,
        metrics: stageMetrics(metrics),
      });
      health.add({ name: 'stage', check: () => stageHealth(strategy) });
      watchEpochs(strategy, rebuild, context);
      return [strategy];
    },
  };
}

/** A rebuild is noticed also where nothing comes that would have to be committed. */
function watchEpochs(
  { stage }: StageStrategy,
  rebuild: PostgresRebuild,
  { log, onClose }: ServiceContext<ResultCollectorSettings>,
): void {
  const look = () =>
    rebuild.epochs().then(
      (epochs) => stage.checkEpochs(epochs),
      (error: unknown) => log.debug({ err: error }, 'epochs could not be read'),
    );
  const timer = setInterval(() => void look(), EPOCHS_MS);
  onClose(() => clearInterval(timer));
}

const EPOCHS_MS = 2_000;

/** Partitions of now are there before the first batch, and are looked after from then on. */
async function tendPartitions(
  { dataSource }: Database,
  { config, log, onClose }: ServiceContext<ResultCollectorSettings>,
  measures: Measures,
): Promise<void> {
  const { partitionWidth: width, retentionDays } = config;
  const tender = new PartitionTender({ dataSource, width, retentionDays, log });
  const tend = async () => measures.tended(await tender.tend(Date.now() * 1000));
  await tend();
  const timer = setInterval(() => void tend(), TEND_MS);
  onClose(() => clearInterval(timer));
}

const TEND_MS = 3_600_000;

async function openDatabase({
  config,
  log,
  health,
  onClose,
}: ServiceContext<ResultCollectorSettings>): Promise<Database> {
  const database = await createDatabase({
    url: config.postgresUrl,
    schema: 'result_collector',
    migrations: [...stageMigrations, ...migrations],
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
