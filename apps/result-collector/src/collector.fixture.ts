import { topicDeclarations, topicNames, type OutcomeEvent, type PaneEvent } from '@windlass/contracts';
import { createAdmin, createKafka, createPublisher, ensureTopics } from '@windlass/messaging';
import { startService, type RunningService } from '@windlass/service';
import { eventually, freshDatabase, namespaceOf, testStack } from '@windlass/testing';
import { Writable } from 'node:stream';
import { resultCollector } from './service.ts';

const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });

/** Tests look into answers of many shapes. */
export type Answer = any;

/** The service on real Kafka, schema registry and Postgres, with topics and a database of its own. */
export async function startCollector(name: string, settings: Readonly<Record<string, string>> = {}) {
  const prefix = namespaceOf(name);
  const hub = { prefix, partitions: 4, teams: ['default'] };
  const topics = topicNames(prefix);
  const stack = await testStack();
  const connection = { brokers: stack.kafkaBrokers, clientId: prefix };
  const admin = createAdmin(connection);
  await admin.connect();
  await ensureTopics(admin, topicDeclarations({ ...hub, processors: [] }));
  await admin.disconnect();
  const databaseUrl = await freshDatabase(prefix);
  const env = {
    WINDLASS_KAFKA_BROKERS: stack.kafkaBrokers.join(','),
    WINDLASS_SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
    WINDLASS_POSTGRES_URL: databaseUrl,
    WINDLASS_PREFIX: prefix,
    WINDLASS_PARTITIONS: String(hub.partitions),
    WINDLASS_HTTP_PORT: '0',
    ...settings,
  };
  const start = () => startService(resultCollector(env), { env, logStream: nowhere });
  let service: RunningService = await start();
  const publisher = await createPublisher({
    kafka: connection,
    registryUrl: stack.schemaRegistryUrl,
    hub,
    source: 'test',
    families: ['panes', 'outcomes', 'registry'],
  });

  const ask = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const answer = await fetch(service.url + path, init);
    return { status: answer.status, ...((await answer.json()) as object) };
  };
  const get = (path: string): Promise<Answer> => ask(path);
  return {
    prefix,
    topics,
    databaseUrl,
    kafka: createKafka(connection),
    publisher,
    get url() {
      return service.url;
    },
    ask,
    get,
    send: (...values: (PaneEvent | OutcomeEvent)[]) =>
      publisher.publish(
        values.map((value) => {
          const isPane = 'event' in value;
          const { key } = isPane ? (Object.values(value.event)[0] as { key: string }) : value;
          return {
            topic: isPane ? topics.panes : topics.outcomes,
            family: isPane ? ('panes' as const) : ('outcomes' as const),
            key,
            value,
          };
        }),
      ),
    /** Results of a source, once there are as many as expected. */
    stored: (key: string, count: number, query = 'revisions=all'): Promise<Answer> =>
      eventually(async () => {
        const { results } = await get(`/v1/results?source=${key}&${query}`);
        return results.length >= count && results;
      }),
    restart: async () => {
      await service.stop();
      service = await start();
    },
    stop: async () => {
      await publisher.close();
      await service.stop();
    },
  };
}

export type Collector = Awaited<ReturnType<typeof startCollector>>;
