import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { topicDeclarations, topicNames } from '@windlass/contracts';
import { eventually, namespaceOf, ownStack, testStack } from '@windlass/testing';
import { followCompacted, type Following } from './compacted.ts';
import { createPublisher, type HubPublisher } from './hub-publisher.ts';
import { createAdmin, createKafka } from './kafka/client.ts';
import { awaitLeaders, ensureTopics } from './topics.ts';

describe('following a compacted topic', () => {
  const closing: (() => Promise<unknown>)[] = [];
  let name = 0;

  beforeEach(() => void name++);

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function setUp({ kafkaBrokers, schemaRegistryUrl }: { kafkaBrokers: string[]; schemaRegistryUrl: string }) {
    const prefix = namespaceOf(`following ${name}`);
    const kafka = { brokers: kafkaBrokers, clientId: 'following' };
    const hub = { prefix, partitions: 4, teams: ['default'] };
    const admin = createAdmin(kafka);
    await admin.connect();
    closing.push(() => admin.disconnect());
    await ensureTopics(
      admin,
      topicDeclarations({ ...hub, processors: [] }).filter(({ family }) => family === 'registry'),
    );
    const topic = topicNames(prefix).registry;
    const publisher = await createPublisher({
      kafka,
      registryUrl: schemaRegistryUrl,
      hub,
      source: 'test',
      families: ['registry'],
    });
    closing.push(() => publisher.close());
    const applied: string[] = [];
    const bad: string[] = [];
    const follow = (): Following => {
      const following = followCompacted({
        kafka,
        registryUrl: schemaRegistryUrl,
        prefix,
        topic,
        family: 'registry',
        apply: ({ key, value }) => void applied.push(`${key} ${value?.number ?? 'deleted'}`),
        onBadRecord: ({ code }) => void bad.push(code),
      });
      closing.push(() => following.stop());
      return following;
    };
    return { kafka, admin, topic, publisher, applied, bad, follow };
  }

  const publish = (publisher: HubPublisher, topic: string, key: string, number: number) =>
    publisher.publish([
      {
        topic,
        family: 'registry',
        key,
        value: { kind: 'REVISION', name: key, number, body: '{}', changedBy: 'test', changedAtUs: 0 },
      },
    ]);

  it('applies what is there, says so, and applies what follows; a record that cannot be read is passed over', async () => {
    const { kafka, topic, publisher, applied, bad, follow } = await setUp(await testStack());
    for (let number = 1; number <= 3; number++) await publish(publisher, topic, 'a', number);
    const producer = createKafka(kafka).producer();
    await producer.connect();
    await producer.send({
      topic,
      messages: [
        { key: 'b', value: 'not avro' },
        { key: 'a', value: null },
      ],
    });
    await producer.disconnect();
    await follow().caughtUp;
    expect([applied, bad]).toEqual([['a 1', 'a 2', 'a 3', 'a deleted'], ['BAD_WIRE_FORMAT']]);
    await publish(publisher, topic, 'c', 4);
    await eventually(() => applied.at(-1) === 'c 4');
  });

  it('is caught up at once with an empty topic, and can be stopped then', async () => {
    const { applied, follow } = await setUp(await testStack());
    const following = follow();
    await following.caughtUp;
    await following.stop();
    expect(applied).toEqual([]);
  });

  it('goes on after Kafka was killed and restarted, and applies nothing twice', async () => {
    const servers = await ownStack();
    closing.push(() => servers.stack.stop());
    const { admin, topic, publisher, applied, follow } = await setUp(servers);
    await publish(publisher, topic, 'a', 1);
    await follow().caughtUp;
    await servers.stack.kafka.kill();
    await servers.stack.kafka.restart();
    await awaitLeaders(admin, [topic]);
    await publish(publisher, topic, 'a', 2);
    await eventually(() => applied.includes('a 2'), { deadlineMs: 60_000 });
    expect(applied).toEqual(['a 1', 'a 2']);
  }, 180_000);
});
