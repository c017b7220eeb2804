import {
  HubTopicMap,
  kafkaConnection,
  StageStrategy,
  type KafkaConnection,
  type StageMetrics,
} from '@windlass/messaging';
import { createDatabase, stageMigrations, type Database } from '@windlass/persistence';
import { placeOf, stageMetrics, type ServiceContext, type ServiceDefinition } from '@windlass/service';
import { settings, type ResultCollectorSettings } from './config.ts';
import { KafkaTeams } from './kafka/kafka-teams.ts';
import { KnownStage } from './kafka/known-stage.ts';
import { REPLAY_PERIOD_MS } from './replay-pace.ts';
import { RecordDecoder } from './kafka/record-decoder.ts';
import { RedriveDoor } from './kafka/redrive-door.ts';
import { RejectedStage } from './kafka/rejected-stage.ts';
import { RejectedTender } from './kafka/rejected-tender.ts';
import { Measures } from './measures.ts';
import { entities } from './postgres/entities.ts';
import { migrations } from './postgres/migrations.ts';
import { PartitionTender } from './postgres/partitions/partition-tender.ts';
import { PostgresRejectedStore } from './postgres/postgres-rejected-store.ts';
import { PostgresRebuild } from './postgres/postgres-rebuild.ts';
import { DeadLetters } from './rejected/dead-letters.ts';
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
      const rejected = openRejected(database, context, { kafka: connectionOf(context), measures });
      return ResultCollectorModule.on({ context, database, measures, rebuild, teams, rejected });
    },
    transports: (app, context) => {
      const { config, log, metrics, health } = context;
      const { prefix, partitions, teams, schemaRegistryUrl } = config;
      const options = {
        kafka: connectionOf(context),
        registryUrl: schemaRegistryUrl,
        hub: { prefix, partitions, teams },
        store: database.stageStore,
        place: placeOf(config),
        log,
        metrics: stageMetrics(metrics),
      };
      const known = app.get(KnownStage);
      const strategy = new StageStrategy(known, { ...options, limits: { gatherMs: GATHER_MS } });
      known.promptedBy((partition) => strategy.stage.prompt(partition));
      const renewal = setInterval(() => known.renew(), REPLAY_PERIOD_MS).unref();
      context.onClose(async () => clearInterval(renewal));
      const rejected = new StageStrategy(app.get(RejectedStage), { ...options, metrics: beside(options.metrics) });
      health.add({ name: 'stage', check: () => stageHealth(strategy) });
      health.add({ name: 'dead letters', check: () => stageHealth(rejected) });
      watchEpochs(strategy, rebuild, context);
      return [strategy, rejected];
    },
  };
}

/** What is stored may be read so much later: fewer fetches and commits leave the machine to those who decide. */
const GATHER_MS = 20;

/** Gauges of a whole stage are those of the main one; what is told by topic is told of both. */
const beside = (metrics: StageMetrics): StageMetrics => ({
  ...metrics,
  set: (name, labels, value) => {
    if (labels['topic'] !== undefined) metrics.set(name, labels, value);
  },
});

/** Dead letters and late elements: where they are found, and how they go back. */
function openRejected(
  { dataSource }: Database,
  { config, log, onClose }: ServiceContext<ResultCollectorSettings>,
  { kafka, measures }: { readonly kafka: KafkaConnection; readonly measures: Measures },
) {
  const { prefix, partitions, teams, schemaRegistryUrl: registryUrl } = config;
  const hub = { prefix, partitions, teams };
  const store = new PostgresRejectedStore(dataSource);
  const door = new RedriveDoor({ kafka, registryUrl, hub, log });
  const topics = new HubTopicMap(hub);
  const tender = new RejectedTender({ kafka, topics, store, measures, log });
  tender.start();
  onClose(() => tender.stop());
  onClose(() => door.close());
  const deadLetters = new DeadLetters({ store, topics, send: (messages) => door.send(messages) });
  return { store, decoder: new RecordDecoder({ registryUrl, prefix }), deadLetters };
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
