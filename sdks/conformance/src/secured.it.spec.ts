/** Every SDK, and the hub, over TLS, over SASL, and over TLS with certificates on both sides and each SASL mechanism. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildProgram, startHub, type ForeignProgram, type RunningHub } from '@windlass/embedded';
import { createKafka, kafkaConnection } from '@windlass/messaging';
import { eventually, namespaceOf } from '@windlass/testing';
import { expectItems } from './expectations.ts';
import { Hub } from './hub.ts';
import { manifests, needing, skippedFor } from './manifest.ts';
import { ProcessorProcess } from './processor-process.ts';
import { MECHANISMS, securedBroker, type SecuredBroker } from './secured-broker.ts';
import { taskOf } from './task-file.ts';

const DEADLINE_MS = 120_000;
const BUILD_DEADLINE_MS = 900_000;
const openssl: ForeignProgram = { name: 'openssl', needs: ['openssl'], command: [], cwd: '.' };

let broker: SecuredBroker;
const noKeys = skippedFor(openssl);

(noKeys.length > 0 ? describe.skip : describe)(needing('a broker with TLS and SASL', noKeys), () => {
  beforeAll(async () => void (broker = await securedBroker()), DEADLINE_MS);
  afterAll(() => broker?.stop(), DEADLINE_MS);

  describe("is spoken to by the hub's client", () => {
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

  describe('carries a hub', () => carriesHub());

  for (const manifest of manifests()) {
    const missing = skippedFor(manifest);
    (missing.length > 0 ? describe.skip : describe)(
      needing(`is spoken to by the SDK for ${manifest.name}`, missing),
      () => speaks(manifest),
    );
  }
});

/** The services, the command line that makes their topics, and a processor: each reads the same settings. */
function carriesHub(): void {
  const sample = fileURLToPath(new URL('../../typescript/dist/samples/hello.js', import.meta.url));
  const dataDir = mkdtempSync(join(tmpdir(), 'windlass-secured-'));
  let hub: RunningHub;
  beforeAll(async () => {
    const env = broker.stack.stack.env;
    const settings = { WINDLASS_PREFIX: namespaceOf('secured hub'), WINDLASS_PARTITIONS: '1' };
    hub = await startHub({ env, dataDir, settings: { ...settings, ...broker.settings('scram-sha-512') } });
  }, DEADLINE_MS);
  afterAll(async () => {
    await hub?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, DEADLINE_MS);

  const ask = async (service: keyof RunningHub['urls'], method: string, path: string, body?: unknown): Promise<any> => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(`${hub.urls[service]}${path}`, { method, headers, body: JSON.stringify(body) });
    const answer: unknown = await response.json();
    expect({ path, answer, ok: response.ok }).toEqual({ path, answer, ok: true });
    return answer;
  };

  it(
    'whose services and processor bring a signal to its result',
    async () => {
      await ask('dag-registry', 'PUT', '/v1/definitions', {
        windowTypes: [
          {
            ...{ name: 'cycle', version: 1, for: { kind: 'pump' }, reads: ['sample'], open: { fixed: { size: '1s' } } },
            keepSignals: { count: 100 },
            policy: { outOfOrderness: '0s', allowedLateness: '0s', idleTimeout: 'never' },
          },
        ],
        sources: [{ name: 'pump-1', kind: 'pump' }],
      });
      await hub.startProcess({ name: 'hello', script: sample });
      const alive = async () =>
        (await ask('dag-registry', 'GET', '/v1/processors/hello')).instances.some((one: any) => one.isAlive);
      await eventually(alive, { deadlineMs: 60_000 });
      const startUs = 1_795_400_000_000_000;
      const sampleOf = (heap: number) => {
        const eventTime = startUs + heap * 100_000;
        return { source: 'pump-1', id: `${heap}`, name: 'sample', eventTime, values: { heap } };
      };
      await ask('trigger', 'POST', '/v1/signals', { signals: [1, 2, 3, 30].map(sampleOf) });
      const known = await eventually(
        async () => (await ask('result-collector', 'GET', '/v1/results?algorithm=mean@1')).results?.[0],
        { deadlineMs: 60_000 },
      );
      expect(known).toMatchObject({ key: 'pump-1', result: { type: 'double', value: 2 } });
    },
    DEADLINE_MS,
  );
}

function speaks(manifest: ForeignProgram): void {
  let hub: Hub;
  beforeAll(() => buildProgram(manifest), BUILD_DEADLINE_MS);
  beforeAll(
    async () => void (hub = await Hub.start(namespaceOf(`secured ${manifest.name}`), broker.stack)),
    DEADLINE_MS,
  );
  afterAll(() => hub?.stop(), DEADLINE_MS);

  const ways: [string, () => Record<string, string>][] = [
    ...MECHANISMS.map((one): [string, () => Record<string, string>] => [`TLS and ${one}`, () => broker.settings(one)]),
    ['TLS alone', () => broker.tlsAlone],
    ['SASL alone', () => broker.saslAlone],
  ];
  it.each(ways)(
    'with %s',
    async (way, settings) => {
      const processor = new ProcessorProcess(manifest, { ...hub.env, ...settings() });
      try {
        const task = taskOf({ run: ['load'], window: { key: way, metadata: { load: 7 } } });
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
