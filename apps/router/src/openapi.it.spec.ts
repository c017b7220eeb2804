import { Writable } from 'node:stream';
import { afterAll, expect, it } from '@jest/globals';
import { topicDeclarations } from '@windlass/contracts';
import { createAdmin, ensureTopics } from '@windlass/messaging';
import { startService, type RunningService } from '@windlass/service';
import { freshDatabase, namespaceOf, openApiProblems, testStack } from '@windlass/testing';
import { router } from './service.ts';

const prefix = namespaceOf('openapi of the router');
let service: RunningService;
afterAll(() => service?.stop());

it('the OpenAPI document of the router is valid and complete', async () => {
  const stack = await testStack();
  const admin = createAdmin({ brokers: stack.kafkaBrokers, clientId: prefix });
  await admin.connect();
  await ensureTopics(admin, topicDeclarations({ prefix, partitions: 1, teams: ['default'], processors: [] }));
  await admin.disconnect();
  const env = {
    WINDLASS_KAFKA_BROKERS: stack.kafkaBrokers.join(','),
    WINDLASS_SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
    WINDLASS_POSTGRES_URL: await freshDatabase(prefix),
    WINDLASS_PREFIX: prefix,
    WINDLASS_PARTITIONS: '1',
    WINDLASS_HTTP_PORT: '0',
  };
  const logStream = new Writable({ write: (_chunk, _encoding, done) => done() });
  service = await startService(router(env), { env, logStream });
  const document = (await (await fetch(`${service.url}/openapi.json`)).json()) as object;
  expect(await openApiProblems(document)).toEqual([]);
});
