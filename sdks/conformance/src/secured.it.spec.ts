/** Every SDK, and the hub's own client, over TLS with certificates on both sides and each SASL mechanism. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildProgram, missingOf, type ForeignProgram } from '@windlass/embedded';
import { createKafka, kafkaConnection } from '@windlass/messaging';
import { eventually, namespaceOf } from '@windlass/testing';
import { expectItems } from './expectations.ts';
import { Hub } from './hub.ts';
import { manifests } from './manifest.ts';
import { ProcessorProcess } from './processor-process.ts';
import { MECHANISMS, securedBroker, type SecuredBroker } from './secured-broker.ts';
import { taskOf } from './task-file.ts';

const DEADLINE_MS = 120_000;
const BUILD_DEADLINE_MS = 900_000;
const openssl: ForeignProgram = { name: 'openssl', needs: ['openssl'], command: [], cwd: '.' };
const isCi = process.env['CI'] === 'true';
const skippedFor = (program: ForeignProgram): string[] => (isCi ? [] : missingOf(program));
const needing = (name: string, missing: readonly string[]): string =>
  missing.length > 0 ? `${name} (needs ${missing.join(', ')})` : name;

let broker: SecuredBroker;
const noKeys = skippedFor(openssl);

(noKeys.length > 0 ? describe.skip : describe)(needing('a broker with TLS and SASL', noKeys), () => {
  beforeAll(async () => void (broker = await securedBroker()), DEADLINE_MS);
  afterAll(() => broker?.stop(), DEADLINE_MS);

  describe('is spoken to by the hub', () => {
    it.each(MECHANISMS)('with %s', async (mechanism) => {
      const kafka = createKafka(kafkaConnection(broker.settings(mechanism), 'secured'));
      const [admin, topic] = [kafka.admin(), namespaceOf(`secured ${mechanism}`)];
      await admin.connect();
      await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: 1 }] });
      await eventually(() => admin.fetchTopicOffsets(topic));
      const producer = kafka.producer();
      await producer.connect();
      await producer.send({ topic, messages: [{ value: 'one' }] });
      expect(await admin.fetchTopicOffsets(topic)).toMatchObject([{ high: '1' }]);
      await Promise.all([producer.disconnect(), admin.disconnect()]);
    });
  });

  for (const manifest of manifests()) {
    const missing = skippedFor(manifest);
    (missing.length > 0 ? describe.skip : describe)(
      needing(`is spoken to by the SDK for ${manifest.name}`, missing),
      () => speaks(manifest),
    );
  }
});

function speaks(manifest: ForeignProgram): void {
  let hub: Hub;
  beforeAll(() => buildProgram(manifest), BUILD_DEADLINE_MS);
  beforeAll(
    async () => void (hub = await Hub.start(namespaceOf(`secured ${manifest.name}`), broker.stack)),
    DEADLINE_MS,
  );
  afterAll(() => hub?.stop(), DEADLINE_MS);

  it.each(MECHANISMS)(
    'with %s',
    async (mechanism) => {
      const processor = new ProcessorProcess(manifest, { ...hub.env, ...broker.settings(mechanism) });
      try {
        const task = taskOf({ run: ['load'], window: { key: mechanism, metadata: { load: 7 } } });
        await hub.send([task]);
        await eventually(() => hub.of(task.taskId)[0], { deadlineMs: 60_000, describe: () => processor.output });
        expectItems(hub.of(task.taskId)[0]!, [{ result: { type: 'double', value: 7 } }]);
      } finally {
        await processor.end();
      }
    },
    DEADLINE_MS,
  );

  it(
    'not when somebody else has signed its certificate',
    async () => {
      const settings = { ...broker.settings('plain'), WINDLASS_KAFKA_CA_FILE: broker.strangerCa };
      const processor = new ProcessorProcess(manifest, { ...hub.env, ...settings });
      try {
        await eventually(() => /certificate|authority|signed/i.test(processor.output), {
          deadlineMs: 60_000,
          describe: () => processor.output,
        });
        expect(processor.isRunning).toBe(false);
      } finally {
        processor.signal('SIGKILL');
        await processor.exited;
      }
    },
    DEADLINE_MS,
  );
}
