// Everything that runs: servers, hub, processors. All of it ends with this process.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readRunning, startEmbedded, startHub } from '@windlass/embedded';
import type { RunningHub, StackEnv } from '@windlass/embedded';
import { signalPublisher } from '@windlass/sdk';
import type { SignalPublisher } from '@windlass/sdk';
import { parse } from 'yaml';
import { HubApi } from './hub-api.ts';

export interface World {
  readonly hub: RunningHub;
  readonly api: HubApi;
  readonly publisher: SignalPublisher;
  stop(): Promise<void>;
}

/** Another program uses the data folder. The message says what runs there. */
export class RunsAlready extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RunsAlready';
  }
}

export const PROCESSORS = ['condition', 'prognosis'] as const;
const READY_DEADLINE_MS = 60_000;
const POLL_MS = 100;

const here = import.meta.url;
const extension = here.endsWith('.ts') ? 'ts' : 'js';

/** The definitions file, read as YAML. */
export function readDefinitions(): Record<string, unknown> {
  return parse(readFileSync(new URL('../../definitions.yaml', here), 'utf8')) as Record<string, unknown>;
}

/** Starts what does not run yet, applies the definitions and starts the processors; resolves when each knows all others. @throws RunsAlready. */
export async function startWorld(dataDir: string, onProgress: (line: string) => void): Promise<World> {
  const stack = await serversIn(dataDir, onProgress);
  const stops: (() => Promise<void>)[] = [stack.stop];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const hub = await startHub({ env: stack.env, dataDir, onProgress });
    stops.push(() => hub.stop());
    const api = new HubApi(hub.urls);
    await api.applyDefinitions(readDefinitions());
    await startProcessors(hub, api, onProgress);
    const publisher = await signalPublisher({
      config: {
        brokers: stack.env.WINDLASS_KAFKA_BROKERS.split(','),
        schemaRegistryUrl: stack.env.WINDLASS_SCHEMA_REGISTRY_URL,
      },
    });
    stops.push(() => publisher.close());
    return { hub, api, publisher, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Of `windlass up`, which stay, or new ones, which end with us. */
async function serversIn(
  dataDir: string,
  onProgress: (line: string) => void,
): Promise<{ env: StackEnv; stop: () => Promise<void> }> {
  const running = await readRunning(dataDir);
  if (running?.env && running.ownerPid === undefined) {
    onProgress('Kafka, the schema registry and Postgres run already (`windlass up`)');
    return { env: running.env, stop: async () => undefined };
  }
  if (running) throw new RunsAlready(await whatRuns(dataDir));
  const stack = await startEmbedded({ dataDir, onProgress });
  return { env: stack.env, stop: () => stack.stop() };
}

/** Empty when nothing does. */
export async function whatRuns(dataDir: string): Promise<string> {
  const running = await readRunning(dataDir);
  if (!running) return '';
  const by = running.ownerPid === undefined ? '`windlass up`' : `process ${running.ownerPid}`;
  const servers = running.servers
    .filter(({ isAlive }) => isAlive)
    .map(({ name, port, pid }) => `  ${name.padEnd(9)} port ${port}, process ${pid}`);
  return [`Windlass runs already in ${dataDir}, started by ${by}:`, ...servers].join('\n');
}

async function startProcessors(hub: RunningHub, api: HubApi, onProgress: (line: string) => void): Promise<void> {
  onProgress(`starting the processors ${PROCESSORS.join(' and ')}`);
  const started = await Promise.all(
    PROCESSORS.map((name) =>
      hub.startProcess({
        name,
        script: fileURLToPath(new URL(`../processors/${name}.${extension}`, here)),
        env: { WINDLASS_WORKERS: '1' },
      }),
    ),
  );
  const ended = Promise.race(
    started.map(({ name, logFile, ended: whenEnded }) =>
      whenEnded.then((code) => Promise.reject(new Error(`${name} ended with code ${code}; see ${logFile}`))),
    ),
  );
  ended.catch(() => undefined);
  const ready = async (): Promise<boolean> => {
    const alive = (await api.processors()).filter(({ state }) => state === 'ALIVE').map(({ name }) => name);
    return PROCESSORS.every((name) => alive.includes(name)) && (await api.isRevisionEverywhere());
  };
  const end = performance.now() + READY_DEADLINE_MS;
  while (!(await Promise.race([ready(), ended]))) {
    if (performance.now() > end)
      throw new Error(
        `the processors were not ready within ${READY_DEADLINE_MS / 1_000} s; see ${started.map(({ logFile }) => logFile).join(', ')}`,
      );
    await delay(POLL_MS);
  }
}
