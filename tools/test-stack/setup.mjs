// Jest's globalSetup, in Jest's main process. Opens a socket at which tests ask for servers (libs/testing, test-stack.ts).
// The first that asks starts one ephemeral stack for all; a run of unit tests starts none. It ends with this process,
// however that ends. With WINDLASS_TEST_KAFKA_BROKERS, …_SCHEMA_REGISTRY_URL and …_POSTGRES_URL set, those servers are used.
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.mjs';

const EXTERNAL = ['WINDLASS_TEST_KAFKA_BROKERS', 'WINDLASS_TEST_SCHEMA_REGISTRY_URL', 'WINDLASS_TEST_POSTGRES_URL'];

export default async function setup() {
  run.id = randomBytes(3).toString('hex');
  process.env.WINDLASS_TEST_RUN = run.id;
  const [brokers, registry, postgres] = EXTERNAL.map((name) => process.env[name]);
  run.external = brokers && registry && postgres ? { env: stackEnv(brokers, registry, postgres) } : undefined;
  run.folder = mkdtempSync(join(tmpdir(), 'windlass-test-'));
  process.env.WINDLASS_TEST_SOCKET = join(run.folder, 'stack.sock');
  // Programs that tests start again and again load in about half the time when their code is compiled once a run.
  process.env.NODE_COMPILE_CACHE ??= join(run.folder, 'compiled');
  run.server = createServer(answer);
  await new Promise((resolve, reject) => {
    run.server.once('error', reject);
    run.server.listen(process.env.WINDLASS_TEST_SOCKET, resolve);
  });
  run.server.unref();
}

function stackEnv(brokers, registry, postgres) {
  return { WINDLASS_KAFKA_BROKERS: brokers, WINDLASS_SCHEMA_REGISTRY_URL: registry, WINDLASS_POSTGRES_URL: postgres };
}

/** One JSON object to whoever connects: the three addresses, or why there are none. */
async function answer(socket) {
  socket.on('error', () => undefined);
  try {
    run.stack ??= run.external ?? start();
    socket.end(JSON.stringify({ env: (await run.stack).env }));
  } catch (error) {
    socket.end(JSON.stringify({ error: error.message }));
  }
}

/** From source: Node runs TypeScript itself, so nothing has to be built before a test. */
async function start() {
  const { startEmbedded } = await import('../../libs/embedded/src/index.ts');
  const onProgress = (line) => process.stderr.write(`[test stack] ${line}\n`);
  return startEmbedded({ dataDir: run.folder, ephemeral: true, onProgress });
}
