import { afterEach, expect, it } from '@jest/globals';
import { liveRevision, policyOf } from '@windlass/dag';
import { eventually, freshDatabase, namespaceOf, testStack } from '@windlass/testing';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { cycle, life, RegistryClient, RegistryGround } from './registry.fixture.ts';

let ground: RegistryGround;
let child: ChildProcess | undefined;

afterEach(async () => {
  child?.kill('SIGKILL');
  await ground.close();
});

it('publishes at the next start what a killed process had committed but not published', async () => {
  ground = await makeGround('crash between commit and publish');
  // This process never reaches Kafka, so it dies with its commit unpublished.
  const client = await spawnService({ ...ground.env, WINDLASS_KAFKA_BROKERS: `127.0.0.1:${await freePort()}` });
  const answer = client.apply({ windowTypes: [life, cycle] });
  answer.catch(() => undefined);
  await eventually(async () => (await unpublished(ground)) === 2);
  child!.kill('SIGKILL');
  await once(child!, 'exit');

  const restarted = await ground.start();
  await eventually(async () => (await unpublished(ground)) === 0);
  const view = await ground.view();
  expect(liveRevision(view)).toEqual((await restarted.get('/v1/dag')).body);
  expect(liveRevision(view)).toMatchObject({ number: 1, windowTypes: [{ name: 'cycle' }, { name: 'life' }] });
  expect(policyOf(view, 'cycle@1').number).toBe(1);
  expect(await restarted.apply({ windowTypes: [life, cycle] })).toMatchObject({ body: { revision: 1, changes: [] } });
});

/** The built program, as `nx serve` runs it. */
async function spawnService(env: Readonly<Record<string, string>>): Promise<RegistryClient> {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  child = spawn(process.execPath, [main], {
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (log += text));
  const url = await eventually(() => /"url":"(http:[^"]+)"/.exec(log)?.[1], {
    deadlineMs: 30_000,
    describe: () => log,
  });
  return new RegistryClient(url, async () => void child?.kill());
}

async function unpublished({ env }: RegistryGround): Promise<number> {
  const client = new pg.Client({ connectionString: env['WINDLASS_POSTGRES_URL']! });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: string }>(
      'SELECT count(*) FROM dag_registry.registry_entry WHERE NOT published',
    );
    return Number(rows[0]!.count);
  } finally {
    await client.end();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

async function makeGround(test: string, env: Readonly<Record<string, string>> = {}): Promise<RegistryGround> {
  const prefix = namespaceOf(test);
  const stack = { ...(await testStack()), postgresUrl: await freshDatabase(prefix) };
  return RegistryGround.make({ prefix, stack, env });
}
