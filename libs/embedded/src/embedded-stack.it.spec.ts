import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { type EmbeddedStack, healthOf, readRunning, startEmbedded } from './index.ts';
import { childrenOf, identityOf, type ProcessIdentity } from './process-identity.ts';
import { removeData } from './running-stack.ts';

describe('the embedded stack', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'windlass-embedded-'));
  let stack: EmbeddedStack;

  beforeAll(async () => {
    stack = await startEmbedded({ dataDir, ephemeral: true });
  });

  afterAll(() => stack?.stop());

  async function query(sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: stack.env.WINDLASS_POSTGRES_URL });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async function kafkaTopics(): Promise<string[]> {
    const admin = new Kafka({ brokers: [stack.env.WINDLASS_KAFKA_BROKERS], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    try {
      return await admin.listTopics();
    } finally {
      await admin.disconnect();
    }
  }

  async function register(subject: string, schema: string): Promise<number> {
    const response = await fetch(`${stack.env.WINDLASS_SCHEMA_REGISTRY_URL}/subjects/${subject}/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ schema: JSON.stringify(schema) }),
    });
    expect(response.status).toBe(200);
    return ((await response.json()) as { id: number }).id;
  }

  it('commits durably to Postgres, in a database of its own', async () => {
    const settings = `SELECT current_database() AS database, current_setting('fsync') AS fsync,
      current_setting('synchronous_commit') AS commit, current_setting('server_version_num')::int / 10000 AS major`;
    expect(await query(settings)).toEqual([{ database: 'windlass', fsync: 'on', commit: 'on', major: 18 }]);
  });

  it('takes a record of 8 MiB with its headers, and creates no topic by accident', async () => {
    const kafka = new Kafka({
      brokers: [stack.env.WINDLASS_KAFKA_BROKERS],
      logLevel: logLevel.NOTHING,
      retry: { retries: 1 },
    });
    const [admin, producer] = [kafka.admin(), kafka.producer()];
    await Promise.all([admin.connect(), producer.connect()]);
    try {
      await admin.createTopics({
        waitForLeaders: false,
        topics: [{ topic: 'large', configEntries: [{ name: 'max.message.bytes', value: '9437184' }] }],
      });
      // kafkajs's own waiting fails when the broker has not heard of the topic yet.
      while (!(await admin.fetchTopicOffsets('large').catch(() => undefined))) await setTimeout(20);
      const large = { value: Buffer.alloc(8 * 1024 * 1024), headers: { ce_id: 'x'.repeat(1024) } };
      await producer.send({ topic: 'large', messages: [large] });
      expect(await admin.fetchTopicOffsets('large')).toEqual([expect.objectContaining({ high: '1' })]);
      await expect(producer.send({ topic: 'never-declared', messages: [large] })).rejects.toThrow();
      expect(await admin.listTopics()).not.toContain('never-declared');
    } finally {
      await Promise.all([admin.disconnect(), producer.disconnect()]);
    }
  });

  it('keeps schema ids, topics and rows when all three are killed and restarted on their ports', async () => {
    const id = await register('kept-value', 'string');
    await query('CREATE TABLE kept AS SELECT 42 AS answer');
    const ports = [stack.kafka.port, stack.registry.port, stack.postgres.port];
    const pids = [stack.kafka.pid, stack.registry.pid, stack.postgres.pid];
    for (const server of [stack.registry, stack.kafka, stack.postgres]) await server.kill();
    await expect(query('SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await Promise.all([stack.kafka.restart(), stack.postgres.restart().then(() => stack.registry.restart())]);
    expect([stack.kafka.port, stack.registry.port, stack.postgres.port]).toEqual(ports);
    for (const [at, server] of [stack.kafka, stack.registry, stack.postgres].entries())
      expect(server.pid).not.toBe(pids[at]);
    expect(await query('SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(await kafkaTopics()).toContain('large');
    expect(await register('kept-value', 'string')).toBe(id);
  });

  it('restarts a running Postgres in order, without recovery', async () => {
    await stack.postgres.restart();
    expect(
      readFileSync(stack.postgres.logFile, 'utf8').trimEnd().split('database system is shut down').at(-1),
    ).not.toContain('recovery');
    expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('leaves no dead connection in the registry when Postgres restarts', async () => {
    await register('first-value', 'long');
    await stack.postgres.kill();
    await stack.postgres.restart();
    const answers = Array.from({ length: 12 }, () => fetch(`${stack.env.WINDLASS_SCHEMA_REGISTRY_URL}/subjects`));
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 200));
  });

  it('answers nothing while paused, and goes on when resumed', async () => {
    stack.kafka.pause();
    const running = (await readRunning(dataDir))!;
    expect(await healthOf(running)).toEqual({ kafka: 'not answering', registry: 'ready', postgres: 'ready' });
    stack.kafka.resume();
    expect(await kafkaTopics()).toContain('large');
  });

  it('says who runs it, and refuses a second stack in its folder', async () => {
    const running = await readRunning(dataDir);
    expect(running).toMatchObject({ dataDir, env: stack.env, ownerPid: process.pid });
    expect(running!.servers.map(({ name, pid }) => [name, pid]).sort()).toEqual([
      ['kafka', stack.kafka.pid],
      ['postgres', stack.postgres.pid],
      ['registry', stack.registry.pid],
    ]);
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject({ code: 'STACK_RUNNING' });
  });

  it('leaves no process and, being ephemeral, no data when it stops', async () => {
    const before = processesOf(stack);
    await stack.stop();
    expect(before.length).toBeGreaterThan(3);
    expect(before.filter(({ pid, startedAt }) => identityOf(pid)?.startedAt === startedAt)).toEqual([]);
    expect(existsSync(dataDir)).toBe(false);
    expect(await readRunning(dataDir)).toBeUndefined();
  });
});

describe('a stack that cannot start', () => {
  it('says which server failed with the end of its log, and leaves nothing running', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'windlass-embedded-'));
    const failing = startEmbedded({ dataDir, brokerProperties: { 'num.io.threads': 'many' } });
    await expect(failing).rejects.toMatchObject({ message: expect.stringContaining('num.io.threads') });
    expect(await readRunning(dataDir)).toBeUndefined();
    removeData(dataDir);
  });
});

const isRoot = process.getuid?.() === 0;

(isRoot ? describe : describe.skip)('a stack below a folder that only root may enter', () => {
  it('keeps the data of Postgres where its user can reach it, and removes it with the stack', async () => {
    const closed = mkdtempSync(join(tmpdir(), 'windlass-closed-'));
    const stack = await startEmbedded({ dataDir: join(closed, 'data'), ephemeral: true });
    const home = realpathSync(join(closed, 'data', 'postgres'));
    expect(statSync(closed).mode & 0o777).toBe(0o700);
    expect(home.startsWith(closed)).toBe(false);
    expect(statSync(join(home, 'data', 'PG_VERSION')).uid).not.toBe(0);
    await stack.stop();
    expect(existsSync(home)).toBe(false);
    rmSync(closed, { recursive: true });
  });
});

function processesOf(stack: EmbeddedStack): ProcessIdentity[] {
  const roots = [stack.kafka.pid, stack.registry.pid, stack.postgres.pid];
  return [...roots.map(identityOf), ...roots.flatMap(childrenOf)].filter((identity) => identity !== undefined);
}
