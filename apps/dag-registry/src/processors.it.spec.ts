import { afterEach, describe, expect, it } from '@jest/globals';
import type { Heartbeat } from '@windlass/contracts';
import { createKafka, createPublisher, type HubPublisher } from '@windlass/messaging';
import { eventually, freshDatabase, namespaceOf, testStack } from '@windlass/testing';
import { cycle, life, processor, type RegistryClient, RegistryGround } from './registry.fixture.ts';

const QUICK = {
  WINDLASS_DAG_REGISTRY_SILENT_AFTER_MS: '2000',
  WINDLASS_DAG_REGISTRY_GROWING_AFTER_MS: '1000',
  WINDLASS_DAG_REGISTRY_WATCH_EVERY_MS: '100',
};

describe('the life of processors', () => {
  let ground: RegistryGround;
  let publisher: HubPublisher | undefined;
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    await publisher?.close();
    publisher = undefined;
    await ground.close();
  });

  const start = async (test: string, env: Readonly<Record<string, string>> = QUICK): Promise<RegistryClient> => {
    const prefix = namespaceOf(test);
    const stack = { ...(await testStack()), postgresUrl: await freshDatabase(prefix) };
    ground = RegistryGround.make({ prefix, stack, env });
    const client = await ground.start();
    await client.apply({ windowTypes: [life, cycle] });
    await client.register(processor('health'));
    return client;
  };
  const beat = async (rest: Partial<Heartbeat> = {}): Promise<void> => {
    publisher ??= await createPublisher({
      kafka: ground.kafka,
      registryUrl: ground.env['WINDLASS_SCHEMA_REGISTRY_URL']!,
      hub: { prefix: ground.prefix, partitions: 2, teams: ['default', 'blue'] },
      source: 'test',
      families: ['heartbeats'],
    });
    const value = {
      ...{ processor: 'health', processorVersion: '1.0.0', instance: 'i1', host: 'h1', sdk: 'typescript 0.1.0' },
      ...{ state: 'RUNNING', algorithms: [], inFlight: 1, lagRecords: 0, startedAtUs: 1, atUs: Date.now() * 1000 },
      ...rest,
    };
    await publisher.publish([{ topic: `${ground.prefix}.heartbeats.v1`, family: 'heartbeats', key: 'health', value }]);
  };
  /** Beats as instances do, until the test ends or says so. */
  const beating = (told: () => Partial<Heartbeat> = () => ({})): (() => void) => {
    const timer = setInterval(() => void beat(told()).catch(() => undefined), 200);
    closing.push(async () => clearInterval(timer));
    return () => clearInterval(timer);
  };
  const health = async (client: RegistryClient) => (await client.get('/v1/processors/health')).body;
  const kinds = async () => (await ground.notices()).map(({ kind }) => kind);

  it('is of a name: hosts, SDKs, runtimes, clocks and how many instances there are change nothing of the DAG', async () => {
    const client = await start('identity', {});
    const before = (await client.get('/v1/dag')).body;
    await beat();
    await beat({ instance: 'i2', host: 'h2', sdk: 'python 0.3.0', processorVersion: '0.9.0', lagRecords: 5 });
    await beat({ instance: 'i3', host: 'h3', sdk: 'rust 0.1.0', state: 'DRAINING', atUs: 1_000 });
    expect(await client.register(processor('health'))).toMatchObject({
      status: 200,
      body: { revision: 2, changes: [] },
    });
    const status = await eventually(async () => {
      const now = await health(client);
      return now.instances.length === 3 && now;
    });
    expect(status).toMatchObject({
      ...{ state: 'ALIVE', version: '1.0.0', lagRecords: 5, inFlight: 3, growingSinceUs: null, hold: null },
      instances: [
        { instance: 'i1', host: 'h1', version: '1.0.0', isAlive: true },
        { instance: 'i2', host: 'h2', version: '0.9.0', sdk: 'python 0.3.0' },
        // Its clock is far behind; it lives all the same.
        { instance: 'i3', state: 'DRAINING', isAlive: true },
      ],
    });
    expect((await client.get('/v1/dag')).body).toEqual(before);
    for (const one of ['i1', 'i2', 'i3']) await beat({ instance: one, algorithms: ['other@1'] });
    const lacking = await eventually(async () => {
      const now = await health(client);
      return now.missing.length > 0 && now;
    });
    expect(lacking.missing).toEqual(lacking.algorithms.map((algorithm: string) => ({ algorithm, tasks: null })));
    expect(await (await fetch(`${client.url}/metrics`)).text()).toMatch(
      /windlass_processor_missing_algorithms\{processor="health",service="dag-registry"\} [1-9]/,
    );
    expect((await client.get('/v1/audit?kind=REGISTRATION')).body.entries).toHaveLength(1);
    expect(await client.get('/v1/processors/heath')).toMatchObject({
      status: 404,
      body: { code: 'UNKNOWN_PROCESSOR', detail: expect.stringContaining('"health"') },
    });
  });

  it('tells once that it is silent and once that it is heard again, also over restarts, and how far it is behind by Kafka', async () => {
    const client = await start('silence');
    await eventually(async () => (await kinds()).length > 0);
    expect((await ground.notices())[0]).toMatchObject({
      kind: 'PROCESSOR_SILENT',
      owner: 'default',
      subject: 'health',
      message: expect.stringContaining('no instance of it has ever been heard of'),
    });
    const producer = createKafka(ground.kafka).producer();
    await producer.connect();
    closing.push(() => producer.disconnect());
    await producer.send({
      topic: `${ground.prefix}.windows.health.v1`,
      messages: [{ value: 'a' }, { value: 'b' }, { value: 'c' }],
    });
    await eventually(async () => (await health(client)).lagRecords === 3);
    expect(await health(client)).toMatchObject({ state: 'SILENT', heardAtUs: null });
    await client.stop();
    const again = await ground.start();
    const stop = beating();
    await eventually(async () => (await kinds()).includes('PROCESSOR_SILENCE_ENDED'));
    expect(await kinds()).toEqual(['PROCESSOR_SILENT', 'PROCESSOR_SILENCE_ENDED']);
    expect(await health(again)).toMatchObject({ state: 'ALIVE', lagRecords: 0 });
    const metrics = await (await fetch(`${again.url}/metrics`)).text();
    expect(metrics).toMatch(/windlass_processor_alive\{processor="health",service="dag-registry"\} 1/);
    expect(metrics).toMatch(
      /windlass_processor_instances\{processor="health",state="RUNNING",service="dag-registry"\} 1/,
    );
    stop();
    await beat({ state: 'DRAINING' });
    await eventually(async () => (await health(again)).state === 'DRAINING');
    await beat({ state: 'STOPPED' });
    await eventually(async () => (await health(again)).state === 'STOPPED');
    await eventually(async () => (await kinds()).length === 3);
    expect(await health(again)).toMatchObject({ state: 'SILENT', heardAtUs: expect.any(Number) });
    await again.post('/v1/retirements', { processors: ['health'], force: true });
    await eventually(async () => (await kinds()).length === 4);
    expect((await ground.notices()).at(-1)).toMatchObject({
      kind: 'PROCESSOR_SILENCE_ENDED',
      details: { because: 'RETIRED' },
    });
  }, 120_000);

  it('tells that its window topic grows, and when that is over', async () => {
    const client = await start('growing');
    let lagRecords = 0;
    let step = 1;
    beating(() => ({ lagRecords: (lagRecords += step) }));
    await eventually(async () => (await health(client)).growingSinceUs !== null, { deadlineMs: 60_000 });
    const metrics = await (await fetch(`${client.url}/metrics`)).text();
    expect(metrics).toMatch(/windlass_processor_window_topic_growing\{processor="health",service="dag-registry"\} 1/);
    step = 0;
    lagRecords = 0;
    await eventually(async () => (await kinds()).includes('WINDOW_TOPIC_GROWING_ENDED'), { deadlineMs: 60_000 });
    expect((await kinds()).filter((kind) => kind.startsWith('WINDOW'))).toEqual([
      'WINDOW_TOPIC_GROWING',
      'WINDOW_TOPIC_GROWING_ENDED',
    ]);
    expect((await health(client)).growingSinceUs).toBeNull();
  }, 120_000);
});
