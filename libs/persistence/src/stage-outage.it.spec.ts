import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { StageProbe } from '@windlass/messaging';
import { eventually, freshDatabase, namespaceOf, ownStack, type OwnTestStack } from '@windlass/testing';
import { startCounting, type CountingStage } from './faults/counting-stage.ts';
import { Playground } from './faults/playground.ts';

describe('a stage whose world fails', () => {
  const closing: (() => Promise<void>)[] = [];
  let servers: OwnTestStack;

  beforeAll(async () => {
    servers = await ownStack();
  }, 120_000);

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  afterAll(() => servers.stack.stop());

  async function playground(name: string): Promise<Playground> {
    const prefix = namespaceOf(name);
    const ground = await Playground.make({
      brokers: servers.kafkaBrokers,
      registryUrl: servers.schemaRegistryUrl,
      postgresUrl: await freshDatabase(prefix, servers),
      prefix,
      partitions: 4,
      families: ['signals', 'emissions'],
      limits: { batchRecords: 20 },
    });
    closing.push(() => ground.close());
    return ground;
  }

  async function start(ground: Playground, probe?: StageProbe): Promise<{ counting: CountingStage; fatal: unknown[] }> {
    const fatal: unknown[] = [];
    const counting = await startCounting(ground.place, {
      onFatal: (error) => void fatal.push(error),
      ...(probe && { probe }),
    });
    closing.push(() => counting.stop());
    return { counting, fatal };
  }

  /** Half of the records before, half after, and the outage in the middle of the work. */
  async function disturbed(ground: Playground, outage: () => Promise<void>): Promise<void> {
    await ground.send({ records: 200, keys: 15 });
    const { fatal } = await start(ground);
    await eventually(async () => (await ground.tallies()).length > 0);
    await outage();
    await ground.awaitLeaders();
    await ground.send({ records: 200, keys: 15, from: 200 });
    await ground.settled(60_000);
    expect(fatal).toEqual([]);
  }

  it('goes on after Kafka was killed and restarted', async () => {
    const ground = await playground('Kafka restarted');
    await disturbed(ground, async () => {
      await servers.stack.kafka.kill();
      await servers.stack.kafka.restart();
    });
  }, 180_000);

  it('goes on after Postgres was killed and restarted', async () => {
    const ground = await playground('Postgres restarted');
    await disturbed(ground, async () => {
      await servers.stack.postgres.kill();
      await servers.stack.postgres.restart();
    });
  }, 180_000);

  it('starts and waits when Postgres, Kafka and the registry come up late', async () => {
    const ground = await playground('all late');
    await ground.send({ records: 50, keys: 5 });
    const { registry, postgres, kafka } = servers.stack;
    await Promise.all([registry.kill(), kafka.kill()]);
    await postgres.kill();
    const starting = start(ground);
    await postgres.restart();
    await Promise.all([kafka.restart(), registry.restart()]);
    const { fatal } = await starting;
    await ground.settled(60_000);
    expect(fatal).toEqual([]);
  }, 180_000);

  it('reads on without the registry, and waits only for a schema it has never seen', async () => {
    const ground = await playground('registry down');
    await ground.send({ records: 50, keys: 5 });
    const { counting } = await start(ground);
    await ground.settled(60_000);
    const foreign = await ground.encodedSignal('key-0', 'foreign-1', { name: 'extra', type: 'string', default: '' });
    await servers.stack.registry.kill();
    closing.push(() => servers.stack.registry.restart());
    await ground.send({ records: 50, keys: 5, from: 50 });
    await ground.settled(60_000);
    const partition = ground.partitionOf('key-0');
    await ground.sendRaw({ topic: ground.names.signals, partition, key: 'key-0', value: foreign });
    await eventually(() =>
      counting.stage.status().partitions.some(({ trouble }) => trouble?.includes('schema registry')),
    );
    expect(await ground.fetchAll(ground.names.dlq)).toEqual([]);
    await servers.stack.registry.restart();
    await eventually(async () => (await ground.tallies()).reduce((sum, { count }) => sum + count, 0) === 201, {
      deadlineMs: 30_000,
    });
  }, 180_000);

  it('ends like an undisturbed run when Postgres is killed in the middle of a COMMIT, again and again', async () => {
    const ground = await playground('in the middle of COMMIT');
    let outages = 0;
    let restarting: Promise<void> = Promise.resolve();
    await ground.send({ records: 300, keys: 15 });
    const { fatal } = await start(ground, {
      reached: (point) => {
        if (point !== 'committing' || outages >= 3) return;
        outages++;
        restarting = restarting.then(async () => {
          await servers.stack.postgres.kill();
          await servers.stack.postgres.restart();
        });
      },
    });
    await eventually(() => outages === 3, { deadlineMs: 60_000 });
    await restarting;
    await ground.settled(60_000);
    expect(fatal).toEqual([]);
  }, 240_000);

  it('is killed in the middle of a COMMIT while Postgres restarts, and its heir ends like an undisturbed run', async () => {
    const ground = await playground('killed in COMMIT with Postgres');
    await ground.send({ records: 200, keys: 15 });
    const victim = ground.fork({ killAt: { point: 'committing', times: 6 } });
    await once(victim, 'exit');
    await servers.stack.postgres.kill();
    await servers.stack.postgres.restart();
    ground.fork();
    await ground.settled(60_000);
  }, 180_000);

  it('takes a COMMIT whose answer is lost for neither done nor undone, and looks', async () => {
    const ground = await playground('answer lost');
    const relay = await deafRelay(servers.stack.postgres.port);
    closing.push(relay.close);
    const url = new URL(ground.place.postgresUrl);
    url.port = String(relay.port);
    await ground.send({ records: 100, keys: 15 });
    const codes: string[] = [];
    const counting = await startCounting(
      { ...ground.place, postgresUrl: url.href },
      {
        probe: { reached: (point) => void (point === 'before-commit' && relay.loseAnswers()) },
        metrics: {
          count: (name, { code }) => void (name === 'stage_retries_total' && codes.push(code!)),
          observe: () => undefined,
          set: () => undefined,
        },
      },
    );
    closing.push(() => counting.stop());
    await eventually(() => codes.includes('OUTCOME_UNKNOWN'), { deadlineMs: 30_000 });
    await ground.settled(60_000);
  }, 180_000);
});

/** Passes bytes on to Postgres; told to, it lets the next request of each connection through and then cuts the answer off. */
async function deafRelay(port: number): Promise<{ port: number; loseAnswers(): void; close(): Promise<void> }> {
  let losing = 2;
  const pairs = new Set<{ client: Socket; deaf: boolean }>();
  const server: Server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    const pair = { client, deaf: false };
    pairs.add(pair);
    client.pipe(upstream);
    upstream.on('data', (bytes) => {
      if (pair.deaf) client.destroy();
      else client.write(bytes);
    });
    const close = () => {
      pairs.delete(pair);
      client.destroy();
      upstream.end();
    };
    for (const socket of [client, upstream]) socket.on('close', close).on('error', close);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    loseAnswers: () => {
      if (losing-- > 0) for (const pair of pairs) pair.deaf = true;
    },
    close: async () => {
      for (const { client } of pairs) client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
