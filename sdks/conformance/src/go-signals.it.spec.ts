/** The Go SDK's publisher of signals, by its sample, on real Kafka and a real schema registry. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  decodeCurrent,
  headerNames,
  partitionOf,
  slotOf,
  splitWireFormat,
  topicNames,
  type Signal,
} from '@windlass/contracts';
import { missingOf } from '@windlass/embedded';
import { createKafka, kafkaConnection } from '@windlass/messaging';
import { eventually, makeTopics, namespaceOf, testStack } from '@windlass/testing';
import type { KafkaMessage } from 'kafkajs';
import { Registry } from './registry.ts';

const DEADLINE_MS = 300_000;
const PARTITIONS = 4;
const cwd = fileURLToPath(new URL('../../go/', import.meta.url));
const missing = missingOf({ name: 'go', needs: ['go'], command: [], cwd });
const isSkipped = missing.length > 0 && process.env['CI'] !== 'true';

interface Read {
  readonly partition: number;
  readonly message: KafkaMessage;
  readonly signal: Signal;
}

(isSkipped ? describe.skip : describe)('signals that are sent with the SDK for go', () => {
  const prefix = namespaceOf('go signals');
  const topic = topicNames(prefix).signals;
  const read: Read[] = [];
  let registry: Registry;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    const { kafkaBrokers, schemaRegistryUrl } = await testStack();
    registry = new Registry(schemaRegistryUrl, prefix);
    const env = { WINDLASS_KAFKA_BROKERS: kafkaBrokers.join(','), WINDLASS_SCHEMA_REGISTRY_URL: schemaRegistryUrl };
    const kafka = createKafka(kafkaConnection(env, 'go-signals'));
    const admin = kafka.admin();
    await admin.connect();
    await makeTopics(admin, [{ topic, numPartitions: PARTITIONS }]);
    await admin.disconnect();
    const consumer = kafka.consumer({ groupId: `${prefix}.reader`, maxWaitTimeInMs: 50 });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ partition, message }) =>
        void read.push({ partition, message, signal: decodeCurrent('signals', splitWireFormat(message.value).body) }),
    });
    stop = () => consumer.disconnect();
    const sample = { cwd, encoding: 'utf8', env: { ...process.env, ...env, WINDLASS_PREFIX: prefix } } as const;
    const { status, stderr } = spawnSync('go', ['run', './samples/signals'], sample);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    await eventually(() => read.length === 6, { deadlineMs: 60_000, describe: () => read.length });
  }, DEADLINE_MS);
  afterAll(() => stop?.());

  it('lie in order on the partition of their source', () => {
    expect(new Set(read.map(({ partition }) => partition))).toEqual(
      new Set([partitionOf(slotOf('unit-07'), PARTITIONS)]),
    );
    expect(read.map(({ signal }) => `${signal.name} ${signal.phase}`)).toEqual([
      'life START',
      'sample POINT',
      'sample POINT',
      'sample POINT',
      'life STOP',
      'watermark WATERMARK',
    ]);
  });

  it('are told by their headers, and in the schema that is registered', async () => {
    const { id, compatibility } = await registry.registered('signals');
    expect(compatibility).toBe('BACKWARD_TRANSITIVE');
    for (const { message, signal } of read) {
      const header = (name: string) => String(message.headers?.[name]);
      expect(splitWireFormat(message.value).schemaId).toBe(id);
      expect([header(headerNames.id), header(headerNames.cloudEventId)]).toEqual([signal.id, signal.id]);
      expect(header(headerNames.cloudEventType)).toBe('io.windlass.signals.v1');
      expect(header(headerNames.cloudEventSource)).toMatch(/^\/windlass\/sdk\/./);
      expect(String(message.key)).toBe(signal.source);
    }
  });

  it('say what they were given, and nothing that was not', () => {
    expect(read[2]!.signal).toMatchObject({
      values: { heap: 41 },
      units: { heap: 'MB' },
      count: 1,
      correlation: null,
      cause: null,
    });
    expect(read[0]!.signal.correlation).toBe(read[4]!.signal.correlation);
    expect(read[2]!.signal.eventTimeUs - read[1]!.signal.eventTimeUs).toBe(1_000_000);
  });
});
