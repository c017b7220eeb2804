import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type EmbeddedOptions, type EmbeddedStack, type StackEnv, startEmbedded } from '@windlass/embedded';

/** Addresses of real servers for a test. */
export interface TestStack {
  /** `host:port` each. */
  readonly kafkaBrokers: string[];
  readonly schemaRegistryUrl: string;
  /** Of a database that all tests share: only for making one's own (`freshDatabase`). */
  readonly postgresUrl: string;
}

/** Servers of one test file alone, which it may kill and restart. */
export interface OwnTestStack extends TestStack {
  readonly stack: EmbeddedStack;
}

let asked: Promise<TestStack> | undefined;

/**
 * The servers that all tests of this Jest run share: those that WINDLASS_TEST_KAFKA_BROKERS,
 * WINDLASS_TEST_SCHEMA_REGISTRY_URL and WINDLASS_TEST_POSTGRES_URL name, else an embedded stack that the first call in the
 * run starts. Keep apart by `namespaceOf`; never stop or restart them (`ownStack` is for that).
 */
export function testStack(): Promise<TestStack> {
  return (asked ??= askForStack());
}

/** Starts an embedded stack for this file; stop it in `afterAll` (if the process dies first, it stops itself). */
export async function ownStack(options: Partial<EmbeddedOptions> = {}): Promise<OwnTestStack> {
  const dataDir = mkdtempSync(join(tmpdir(), 'windlass-own-'));
  const stack = await startEmbedded({ dataDir, ephemeral: true, ...options });
  return { ...addresses(stack.env), stack };
}

/** `tools/test-stack/setup.mjs` listens at the other end, in Jest's main process. */
async function askForStack(): Promise<TestStack> {
  const path = process.env['WINDLASS_TEST_SOCKET'];
  if (path === undefined)
    throw new Error('testStack() works in tests run by Jest with the configuration of this repository');
  const answer = JSON.parse(await text(connect(path))) as { env: StackEnv; error?: undefined } | { error: string };
  if (answer.error !== undefined) throw new Error(`the test stack did not start: ${answer.error}`);
  return addresses(answer.env);
}

function addresses(env: StackEnv): TestStack {
  return {
    kafkaBrokers: env.WINDLASS_KAFKA_BROKERS.split(','),
    schemaRegistryUrl: env.WINDLASS_SCHEMA_REGISTRY_URL,
    postgresUrl: env.WINDLASS_POSTGRES_URL,
  };
}
