import { limits, topicNames } from '@windlass/contracts';
import { kafkaConnection, StageStrategy } from '@windlass/messaging';
import { createDatabase, type Database, stageMigrations } from '@windlass/persistence';
import { type ServiceContext, type ServiceDefinition, placeOf, stageMetrics } from '@windlass/service';
import { type RouterSettings, settings } from './config.ts';
import { DagView } from './kafka/dag-view.ts';
import { RouterStage } from './kafka/router.stage.ts';
import { measureQueues } from './measures.ts';
import { DrainedPartitions1764290000000 } from './postgres/migrations/1764290000000-drained-partitions.ts';
import { DrainedQueues1764320000000 } from './postgres/migrations/1764320000000-drained-queues.ts';
import { RunCommands1764310000000 } from './postgres/migrations/1764310000000-run-commands.ts';
import { StoredSchemaDigest1764311000000 } from './postgres/migrations/1764311000000-stored-schema-digest.ts';
import { WindowTables1763861000000 } from './postgres/migrations/1763861000000-window-tables.ts';
import { RouterModule } from './router.module.ts';

type Context = ServiceContext<RouterSettings>;

/** A processor whose instance lacks an algorithm is offered the task again after so long: a roll-out takes longer. */
const NOT_HERE_DELAY_US = 1_000_000;
/** Windows of one key that are recognised after they cannot change: a trigger repeats at most its last batch. */
const DONE_WINDOWS = 4_096;
/** Commands are looked for so often: another instance may have been asked. */
const COMMAND_LOOK_MS = 1_000;
/** Replays wait so long for a batch that has another reason. */
const OVERDUE_MS = 1_000;

/** The service, not yet running. `env` holds what the configuration does not: how to log on to Kafka. */
export function router(env: NodeJS.ProcessEnv): ServiceDefinition<RouterSettings> {
  let database: Database;
  const dag = new DagView();
  return {
    name: 'router',
    settings,
    module: async (context) => {
      database = await openDatabase(context);
      followRegistry(context, dag, env);
      return RouterModule.on({ database, dag, ...routing(context) });
    },
    transports: (app, context) => {
      const { config, log, metrics, health } = context;
      const { prefix, partitions, teams, schemaRegistryUrl } = config;
      const stage = app.get(RouterStage);
      const strategy = new StageStrategy(stage, {
        kafka: connection(context, env),
        registryUrl: schemaRegistryUrl,
        hub: { prefix, partitions, teams },
        store: database.stageStore,
        place: placeOf(config),
        log,
        metrics: stageMetrics(metrics),
      });
      stage.promptedBy((partition) => strategy.stage.prompt(partition));
      watchCommands(stage, context);
      const overdue = setInterval(() => stage.takeOverdue(), OVERDUE_MS).unref();
      context.onClose(async () => clearInterval(overdue));
      measureQueues(metrics, stage);
      health.add({ name: 'stage', check: () => stageHealth(strategy) });
      return [strategy];
    },
  };
}

function watchCommands(stage: RouterStage, { log, onClose }: Context): void {
  const look = () =>
    void stage.lookForCommands().catch((err: unknown) => log.warn({ err }, 'cannot look for commands'));
  const timer = setInterval(look, COMMAND_LOOK_MS).unref();
  onClose(async () => clearInterval(timer));
}

const connection = ({ config, name }: Context, env: NodeJS.ProcessEnv) =>
  kafkaConnection({ ...env, WINDLASS_KAFKA_BROKERS: config.kafkaBrokers.join(',') }, name);

async function openDatabase({ config, log, health, onClose }: Context): Promise<Database> {
  const database = await createDatabase({
    url: config.postgresUrl,
    schema: 'router',
    migrations: [
      ...stageMigrations,
      WindowTables1763861000000,
      DrainedPartitions1764290000000,
      RunCommands1764310000000,
      StoredSchemaDigest1764311000000,
      DrainedQueues1764320000000,
    ],
    stagePoolSize: config.stagePoolSize,
    log,
  });
  onClose(() => database.close());
  health.add({ name: 'postgres', check: () => database.ping().then(() => ({ ok: true })) });
  return database;
}

/** A partition waits for the view before it takes its first record, so the service need not. */
function followRegistry(context: Context, dag: DagView, env: NodeJS.ProcessEnv): void {
  const { config, log, health, onClose } = context;
  const { prefix, schemaRegistryUrl: registryUrl } = config;
  onClose(() => dag.stop());
  health.add({
    name: 'registry-view',
    check: () => ({ ok: dag.isCaughtUp, detail: `DAG revision ${dag.live.number}` }),
  });
  const topic = topicNames(prefix).registry;
  dag.follow({ kafka: connection(context, env), registryUrl, prefix, topic, log });
}

const routing = ({ config, metrics }: Context) => ({
  topics: topicNames(config.prefix),
  partitions: config.partitions,
  cacheBytes: config.cacheBytes,
  count: countersOf(metrics),
  limits: {
    redispatchAfterUs: config.redispatchAfterMs * 1000,
    notHereDelayUs: NOT_HERE_DELAY_US,
    retentionUs: config.windowRetentionMs * 1000,
    doneWindows: DONE_WINDOWS,
    failedRetentionUs: config.failedRetentionHours * 3_600_000_000,
    taskBytes: limits.recordBytes,
    inlineBytes: config.inlineBytes,
    inputBytes: limits.inputBytes,
    emissions: limits.emissionsPerResult,
  },
});

function countersOf(metrics: Context['metrics']) {
  const measured = stageMetrics(metrics);
  return (name: string, amount: number) => measured.count(name, {}, amount);
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
