import { afterEach, expect, it } from '@jest/globals';
import { liveRevision, policyOf } from '@windlass/dag';
import { eventually } from '@windlass/testing';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Gate, type Point } from './gate.fixture.ts';
import {
  algorithm,
  cycle,
  life,
  makeGround,
  processor,
  RegistryClient,
  type RegistryGround,
} from './registry.fixture.ts';

let ground: RegistryGround;
let child: ChildProcess | undefined;
let gate: Gate | undefined;

afterEach(async () => {
  child?.kill('SIGKILL');
  await gate?.end();
  gate = undefined;
  await ground.close();
});

it('publishes at the next start what a killed process had committed but not published', async () => {
  ground = await makeGround('crash between commit and publish');
  // This process never reaches Kafka, so it dies with its commit unpublished.
  const client = await spawnService({ ...ground.env, WINDLASS_KAFKA_BROKERS: `127.0.0.1:${await freePort()}` });
  gate = await Gate.on(ground.env['WINDLASS_POSTGRES_URL']!);
  const answer = client.apply({ windowTypes: [life, cycle] });
  answer.catch(() => undefined);
  await eventually(async () => (await gate!.unpublished()) === 2);
  await kill();

  const restarted = await ground.start();
  await eventually(async () => (await gate!.unpublished()) === 0);
  const view = await ground.view();
  expect(liveRevision(view)).toEqual((await restarted.get('/v1/dag')).body);
  expect(liveRevision(view)).toMatchObject({ number: 1, windowTypes: [{ name: 'cycle' }, { name: 'life' }] });
  expect(policyOf(view, 'cycle@1').number).toBe(1);
  expect(await restarted.apply({ windowTypes: [life, cycle] })).toMatchObject({ body: { revision: 1, changes: [] } });
});

interface Crash {
  readonly at: Point;
  /** The database notices at once that the process is gone; else only when it answers. */
  readonly cut: boolean;
  /** Whether the change is committed in spite of it. */
  readonly commits: boolean;
}

const crashes: readonly Crash[] = [
  { at: 'before its transaction', cut: false, commits: false },
  { at: 'at its commit', cut: true, commits: false },
  { at: 'at its commit', cut: false, commits: true },
  { at: 'before publishing', cut: false, commits: true },
  { at: 'before what is published is marked', cut: true, commits: true },
];

it.each(crashes)('killed $at (noticed: $cut), it leaves the whole change or nothing of it', async (crash) => {
  ground = await makeGround(`killed ${crash.at} ${crash.cut}`);
  const client = await spawnService(ground.env);
  gate = await Gate.on(ground.env['WINDLASS_POSTGRES_URL']!);
  expect((await client.apply({ windowTypes: [life, cycle] })).status).toBe(200);
  expect((await client.register(processor('first'))).status).toBe(200);

  await gate.close(crash.at);
  const answer = client.register(processor('second', [algorithm('a'), algorithm('b')]));
  const tooSoon = answer.then(
    ({ status, body }) => Promise.reject(new Error(`answered before the gate: ${status} ${JSON.stringify(body)}`)),
    () => new Promise<never>(() => undefined),
  );
  await Promise.race([gate.reached(), tooSoon]);
  tooSoon.catch(() => undefined);
  await kill();
  await gate.open(crash);
  const committed = crash.commits ? [1, 2, 3] : [1, 2];
  await eventually(async () => (await gate!.revisions()).length === committed.length);
  expect(await gate.revisions()).toEqual(committed);

  const restarted = await ground.start();
  await eventually(async () => (await gate!.unpublished()) === 0);
  const view = await ground.view();
  expect([...view.revisions.keys()].sort()).toEqual(committed);
  expect(liveRevision(view)).toEqual((await restarted.get('/v1/dag')).body);
  // Whoever was not answered asks again, and it is as if nothing had happened.
  expect(await restarted.register(processor('second', [algorithm('a'), algorithm('b')]))).toMatchObject({
    status: 200,
    body: { revision: 3 },
  });
  expect(liveRevision(await ground.view())).toMatchObject({
    number: 3,
    processors: [{ name: 'first' }, { name: 'second' }],
  });
});

async function kill(): Promise<void> {
  const exited = once(child!, 'exit');
  child!.kill('SIGKILL');
  await exited;
}

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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
