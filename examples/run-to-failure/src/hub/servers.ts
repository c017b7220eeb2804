// Kafka, the schema registry and Postgres: external ones, those of `windlass up`, or our own.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EmbeddedError, readRunning, startEmbedded, stopRunning } from '@windlass/embedded';
import type { StackEnv } from '@windlass/embedded';
import type { HubUrls } from './hub-api.ts';

export interface Servers {
  readonly env: StackEnv;
  /** Stops what we started. */
  stop(): Promise<void>;
}

/** Another program uses the data folder. The message says what runs there. */
export class RunsAlready extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RunsAlready';
  }
}

/** @throws RunsAlready; those of `startEmbedded`. */
export async function serversIn(dataDir: string, onProgress: (line: string) => void): Promise<Servers> {
  const external = externalServers();
  if (external) {
    onProgress(`using the servers of the environment: Kafka at ${external.WINDLASS_KAFKA_BROKERS}`);
    return { env: external, stop: async () => undefined };
  }
  const running = await readRunning(dataDir);
  if (running?.env && running.ownerPid === undefined) {
    onProgress('Kafka, the schema registry and Postgres run already (`windlass up`)');
    return { env: running.env, stop: async () => undefined };
  }
  try {
    const stack = await startEmbedded({ dataDir, onProgress });
    return { env: stack.env, stop: () => stack.stop() };
  } catch (error) {
    if (error instanceof EmbeddedError && error.code === 'STACK_RUNNING')
      throw new RunsAlready((await whatRuns(dataDir)) || error.message);
    throw error;
  }
}

/** Deletes the data folder; servers that a crash left there are stopped first. @throws RunsAlready. */
export async function forget(dataDir: string): Promise<void> {
  const running = await readRunning(dataDir);
  if (running && (running.ownerPid === undefined || isAlive(running.ownerPid)))
    throw new RunsAlready(await whatRuns(dataDir));
  await stopRunning(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The three variables of the environment; undefined unless all are set. */
function externalServers(): StackEnv | undefined {
  const { WINDLASS_KAFKA_BROKERS, WINDLASS_SCHEMA_REGISTRY_URL, WINDLASS_POSTGRES_URL } = process.env;
  if (!WINDLASS_KAFKA_BROKERS || !WINDLASS_SCHEMA_REGISTRY_URL || !WINDLASS_POSTGRES_URL) return undefined;
  return { WINDLASS_KAFKA_BROKERS, WINDLASS_SCHEMA_REGISTRY_URL, WINDLASS_POSTGRES_URL };
}

interface HubNote {
  readonly pid: number;
  readonly urls: HubUrls;
}

const noteFile = (dataDir: string): string => join(dataDir, 'run-to-failure', 'hub.json');

/** So that a second start can say where the services of the first are. */
export function noteHub(dataDir: string, urls: HubUrls): void {
  mkdirSync(dirname(noteFile(dataDir)), { recursive: true });
  writeFileSync(noteFile(dataDir), JSON.stringify({ pid: process.pid, urls } satisfies HubNote));
}

/** For a person; empty when nothing runs. */
async function whatRuns(dataDir: string): Promise<string> {
  const running = await readRunning(dataDir);
  if (!running) return '';
  const by = running.ownerPid === undefined ? '`windlass up`' : `process ${running.ownerPid}`;
  const servers = running.servers
    .filter(({ isAlive }) => isAlive)
    .map(({ name, port, pid }) => `  ${name.padEnd(16)} port ${port}, process ${pid}`);
  const note = readNote(dataDir);
  const services = note && note.pid === running.ownerPid ? Object.entries(note.urls) : [];
  return [
    `Windlass runs already in ${dataDir}, started by ${by}:`,
    ...servers,
    ...services.map(([name, url]) => `  ${name.padEnd(16)} ${url}/docs`),
  ].join('\n');
}

function readNote(dataDir: string): HubNote | undefined {
  try {
    return JSON.parse(readFileSync(noteFile(dataDir), 'utf8')) as HubNote;
  } catch {
    return undefined;
  }
}
