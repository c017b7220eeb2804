// Everything that runs: servers, hub, processors. All that we start ends with this process.
import { readFileSync } from 'node:fs';
import { startHub } from '@windlass/embedded';
import type { RunningHub, StackEnv } from '@windlass/embedded';
import { signalPublisher } from '@windlass/sdk';
import type { SignalPublisher } from '@windlass/sdk';
import { parse } from 'yaml';
import { HubApi } from './hub-api.ts';
import { startProcessors } from './processors.ts';
import { typescriptCast, type Role } from './roles.ts';

export interface World {
  readonly hub: RunningHub;
  readonly api: HubApi;
  readonly publisher: SignalPublisher;
  /** Processors first, then the services. */
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly env: StackEnv;
  /** Logs go to its `logs` folder. */
  readonly dataDir: string;
  readonly onProgress: (line: string) => void;
  /** Of the hub's topics; default WINDLASS_PREFIX, else `windlass`. */
  readonly prefix?: string;
  /** Default: two in TypeScript. */
  readonly roles?: readonly Role[];
}

/** The definitions file, read as YAML, with these processors. */
function definitionsWith(roles: readonly Role[]): unknown {
  const definitions: object = parse(readFileSync(new URL('../../definitions.yaml', import.meta.url), 'utf8'));
  const processors = roles.map(({ name, algorithms }) => ({ name, algorithms: algorithms.map((one) => `${one}@1`) }));
  return { ...definitions, processors };
}

/** Starts the hub, applies the definitions and starts the processors; resolves when all of them know each other. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const { env, dataDir, onProgress, prefix, roles = typescriptCast.roles } = options;
  const hub = await startHub({
    env,
    dataDir,
    onProgress,
    settings: prefix === undefined ? {} : { WINDLASS_PREFIX: prefix },
  });
  try {
    const api = new HubApi(hub.urls);
    await api.applyDefinitions(definitionsWith(roles));
    onProgress(`starting the processors ${roles.map(({ name }) => name).join(', ')}`);
    await startProcessors(hub, api, roles);
    const publisher = await signalPublisher({
      config: { brokers: env.WINDLASS_KAFKA_BROKERS.split(','), schemaRegistryUrl: env.WINDLASS_SCHEMA_REGISTRY_URL },
      ...(prefix !== undefined && { prefix }),
    });
    const stop = async (): Promise<void> => {
      await publisher.close();
      await hub.stop();
    };
    return { hub, api, publisher, stop };
  } catch (error) {
    await hub.stop();
    throw error;
  }
}
