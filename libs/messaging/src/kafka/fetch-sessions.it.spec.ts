import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually, makeTopics, namespaceOf, testStack } from '@windlass/testing';
import type { Consumer } from 'kafkajs';
import { createKafka } from './client.ts';

const PARTITIONS = 20;
/** Bytes of an answer that names no partition; one that names them takes 40 of each. */
const EMPTY_ANSWER_BYTES = 50;

describe('fetches in a session', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function reading(name: string) {
    const { kafkaBrokers } = await testStack();
    const topic = namespaceOf(name);
    const kafka = createKafka({ brokers: kafkaBrokers, clientId: topic });
    const admin = kafka.admin();
    const producer = kafka.producer();
    const consumer = kafka.consumer({ groupId: topic, maxWaitTimeInMs: 50 });
    for (const one of [admin, producer, consumer]) {
      await one.connect();
      closing.push(() => one.disconnect());
    }
    await makeTopics(admin, [{ topic, numPartitions: PARTITIONS }]);
    const values = Array.from({ length: PARTITIONS }, (): string[] => []);
    const sizes = sizesOfAnswers(consumer);
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => void values[partition]!.push(message.value!.toString()),
    });
    const send = (partition: number, value: string) => producer.send({ topic, messages: [{ partition, value }] });
    return { topic, consumer, values, sizes, send };
  }

  function sizesOfAnswers(consumer: Consumer): number[] {
    const sizes: number[] = [];
    consumer.on(consumer.events.REQUEST, ({ payload: { apiName, size } }) => {
      if (apiName === 'Fetch') sizes.push(size);
    });
    return sizes;
  }

  it('bring every record, and tell nothing of partitions without one', async () => {
    const { values, sizes, send } = await reading('fetch sessions');
    for (let round = 0; round < 3; round++) {
      for (let partition = 0; partition < PARTITIONS; partition += 3) await send(partition, `${partition}-${round}`);
    }
    const expected = values.map((_, p) => (p % 3 === 0 ? [0, 1, 2].map((round) => `${p}-${round}`) : []));
    await eventually(() => expect(values).toEqual(expected) ?? true);
    sizes.length = 0;
    await eventually(() => sizes.length >= 3);
    expect(Math.max(...sizes)).toBeLessThan(EMPTY_ANSWER_BYTES);
  });

  it('follow a reader that pauses, goes on and goes back', async () => {
    const { topic, consumer, values, sizes, send } = await reading('fetch sessions that pause');
    await send(1, 'first');
    await eventually(() => values[1]!.length === 1);
    consumer.pause([{ topic, partitions: [1] }]);
    await send(1, 'second');
    await send(2, 'other');
    await eventually(() => values[2]!.length === 1);
    sizes.length = 0;
    await eventually(() => sizes.length >= 3);
    expect(values[1]).toEqual(['first']);
    consumer.resume([{ topic, partitions: [1] }]);
    await eventually(() => values[1]!.length === 2);
    consumer.seek({ topic, partition: 1, offset: '0' });
    await eventually(() => expect(values[1]).toEqual(['first', 'second', 'first', 'second']) ?? true);
  });
});
