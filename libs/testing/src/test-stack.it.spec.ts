import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { eventually, freshDatabase, makeTopics, namespaceOf, testStack, type TestStack } from './index.ts';

describe('the shared test stack', () => {
  const namespace = namespaceOf('the shared test stack');
  let stack: TestStack;
  let client: pg.Client;

  beforeAll(async () => {
    stack = await testStack();
    client = new pg.Client({ connectionString: await freshDatabase(namespace) });
    await client.connect();
  });

  afterAll(() => client.end());

  it('is the same for every caller of the run', async () => {
    expect(await testStack()).toEqual(stack);
  });

  it('gives a namespace its own empty database', async () => {
    const { rows } = await client.query(
      'SELECT current_database() AS name, count(*)::int AS tables FROM pg_stat_user_tables',
    );
    expect(rows).toEqual([{ name: namespace, tables: 0 }]);
  });

  it('refuses the same namespace twice, so two tests never share a database by mistake', async () => {
    await expect(freshDatabase(namespace)).rejects.toThrow('already exists');
  });

  it('carries a record through a topic of the namespace', async () => {
    const topic = `${namespace}.records`;
    const kafka = new Kafka({ brokers: stack.kafkaBrokers, logLevel: logLevel.ERROR });
    const [admin, producer] = [kafka.admin(), kafka.producer()];
    const consumer = kafka.consumer({ groupId: namespace });
    const received: string[] = [];
    try {
      await admin.connect();
      await makeTopics(admin, [{ topic, numPartitions: 1 }]);
      await producer.connect();
      await producer.send({ topic, messages: [{ value: 'from the test' }] });
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({ eachMessage: async ({ message }) => void received.push(String(message.value)) });
      await eventually(() => received.length > 0, { describe: 'the record that was sent' });
    } finally {
      await Promise.all([admin.disconnect(), producer.disconnect(), consumer.disconnect()]);
    }
    expect(received).toEqual(['from the test']);
  });
});
