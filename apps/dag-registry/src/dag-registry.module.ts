import { type DynamicModule, type INestApplication, Module } from '@nestjs/common';
import type { KafkaServers } from '@windlass/contracts';
import { kafkaConnection, type KafkaConnection } from '@windlass/messaging';
import { createDatabase, stageMigrations } from '@windlass/persistence';
import { type ServiceContext, stageMetrics } from '@windlass/service';
import type { DagRegistrySettings } from './config.ts';
import { Advice } from './advice.ts';
import { DagRegistry } from './dag-registry.ts';
import { HeartbeatTransport } from './heartbeat-transport.ts';
import { HeartbeatStage } from './heartbeats.ts';
import { AUDIT_LOG, AuditController } from './http/audit.controller.ts';
import { AsyncApiController } from './http/asyncapi.controller.ts';
import { DagController } from './http/dag.controller.ts';
import { DefinitionsController } from './http/definitions.controller.ts';
import { HoldsController } from './http/holds.controller.ts';
import { PoliciesController } from './http/policies.controller.ts';
import { ProcessorsController } from './http/processors.controller.ts';
import { RetirementsController } from './http/retirements.controller.ts';
import { SourcesController } from './http/sources.controller.ts';
import { RegistryHolds } from './holding.ts';
import { KafkaRegistryTopic } from './kafka/kafka-registry-topic.ts';
import { topicNames } from '@windlass/contracts';
import { KafkaWindowTopicLags } from './kafka/kafka-window-topic-lags.ts';
import { ProcessorLooks } from './processor-looks.ts';
import { KafkaTopics } from './kafka/kafka-topics.ts';
import { measure } from './measures.ts';
import { PostgresAuditLog } from './postgres/postgres-audit-log.ts';
import { PostgresOutbox } from './postgres/postgres-outbox.ts';
import { HttpPeers } from './peers/http-peers.ts';
import { Publishing } from './publishing.ts';
import { RegistryTables1763856100000 } from './postgres/migrations/1763856100000-registry-tables.ts';
import { Sources1764303000000 } from './postgres/migrations/1764303000000-sources.ts';
import { ReasonsOfChanges1764295200000 } from './postgres/migrations/1764295200000-reasons-of-changes.ts';
import { ProcessorWatch1764302400000 } from './postgres/migrations/1764302400000-processor-watch.ts';
import { AuditAndHolds1764298800000 } from './postgres/migrations/1764298800000-audit-and-holds.ts';
import { RevisionDifferences1764300000000 } from './postgres/migrations/1764300000000-revision-differences.ts';
import { PostgresLiveness } from './postgres/postgres-liveness.ts';
import { PostgresRegistryStore } from './postgres/postgres-registry-store.ts';
import { RegistryQueries } from './queries.ts';

/** A change is answered when it is published, or after so long: then it is committed, and will be published. */
const PUBLISH_WAIT_MS = 5_000;

const nowUs = (): number => Date.now() * 1000;

type Context = ServiceContext<DagRegistrySettings>;

@Module({})
class DagRegistryModule {}

/** The composition root: which adapter fills which port. */
export async function dagRegistryModule({ config, log, health, metrics, onClose }: Context): Promise<DynamicModule> {
  const database = await createDatabase({
    url: config.postgresUrl,
    schema: 'dag_registry',
    migrations: [
      ...stageMigrations,
      RegistryTables1763856100000,
      ReasonsOfChanges1764295200000,
      AuditAndHolds1764298800000,
      ProcessorWatch1764302400000,
      RevisionDifferences1764300000000,
      Sources1764303000000,
    ],
    log,
  });
  onClose(() => database.close());
  const { dataSource } = database;
  const store = new PostgresRegistryStore(dataSource);
  const liveness = new PostgresLiveness(dataSource);
  const { prefix, partitions, teams } = config;
  const hub = { prefix, partitions, teams };
  const brokers = { WINDLASS_KAFKA_BROKERS: config.kafkaBrokers.join(',') };
  const kafka = kafkaConnection({ ...process.env, ...brokers }, 'dag-registry');
  const topics = new KafkaTopics({ kafka, hub, log });
  const topic = new KafkaRegistryTopic({ kafka, registryUrl: config.schemaRegistryUrl, hub, log });
  const outbox = new PostgresOutbox(dataSource);
  const publishing = new Publishing({ entries: outbox, topic, log });
  onClose(() => topics.close());
  onClose(() => topic.close());
  onClose(() => publishing.stop());

  const peers = new HttpPeers(config);
  const committed = () => publishing.flush({ waitMs: PUBLISH_WAIT_MS });
  const silentAfterUs = config.silentAfterMs * 1000;
  const servers = kafkaServers(kafka, config.schemaRegistryUrl);
  const { resultCollectorUrl } = config;
  const surroundings = { store, liveness, peers, hub, kafka: servers, nowUs, silentAfterUs, resultCollectorUrl };
  const queries = new RegistryQueries(surroundings);
  const registry = new DagRegistry({
    store,
    topics,
    peers,
    advice: new Advice({ peers, processorsOf: (revision) => queries.processorsOf(revision), nowUs }),
    rules: { teams },
    committed,
    nowUs,
  });
  const holds = new RegistryHolds({ store, committed, nowUs });
  const lags = new KafkaWindowTopicLags({ kafka, prefix, log });
  onClose(() => lags.close());
  const looks = new ProcessorLooks({
    ...{ store, lags, topics: topicNames(prefix), silentAfterUs },
    growingAfterUs: config.growingAfterMs * 1000,
  });
  const stage = new HeartbeatTransport(new HeartbeatStage({ looks, watchEveryUs: config.watchEveryMs * 1000 }), {
    prepare: async () => {
      const { processors } = await queries.live();
      await topics.ensureAll(processors.map(({ name }) => name));
      publishing.start();
    },
    kafka,
    registryUrl: config.schemaRegistryUrl,
    // The heartbeats topic has one partition, whatever the hub has.
    hub: { ...hub, partitions: 1 },
    store: database.stageStore,
    log,
    metrics: stageMetrics(metrics),
  });
  measure(metrics, { outbox, queries });
  health.add(
    { name: 'postgres', check: () => database.ping().then(() => ({ ok: true })) },
    { name: 'kafka', check: () => ({ ok: stage.stage.status().joined }) },
  );
  return {
    module: DagRegistryModule,
    controllers: [
      ProcessorsController,
      DefinitionsController,
      RetirementsController,
      DagController,
      PoliciesController,
      SourcesController,
      HoldsController,
      AuditController,
      AsyncApiController,
    ],
    providers: [
      { provide: DagRegistry, useValue: registry },
      { provide: RegistryHolds, useValue: holds },
      { provide: RegistryQueries, useValue: queries },
      { provide: AUDIT_LOG, useValue: new PostgresAuditLog(dataSource) },
      { provide: HeartbeatTransport, useValue: stage },
    ],
  };
}

/** What may be told of how Kafka is reached. */
const kafkaServers = ({ brokers, tls, sasl }: KafkaConnection, schemaRegistryUrl: string): KafkaServers => ({
  brokers,
  isEncrypted: tls !== undefined,
  ...(sasl && { mechanism: sasl.mechanism }),
  schemaRegistryUrl,
});

/** What the service listens to beside HTTP. */
export const dagRegistryTransports = (app: INestApplication) => [app.get(HeartbeatTransport)];
