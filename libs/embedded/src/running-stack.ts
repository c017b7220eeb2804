import { rmSync } from 'node:fs';
import { kafkaAnswers } from './kafka-readiness.ts';
import { postgresAnswers } from './postgres.ts';
import { removePostgresHome } from './postgres-home.ts';
import { isAlive, signal, terminate, waitUntilGone } from './process-identity.ts';
import { registryAnswers } from './registry.ts';
import { type ServerName, STOP_DEADLINE_MS } from './server.ts';
import { readState, removeState, type StackEnv, type StackState } from './stack-state.ts';

export interface RunningServer {
  readonly name: ServerName;
  readonly pid: number;
  readonly port: number;
  readonly logFile: string;
  /** False when the process recorded for it is gone. */
  readonly isAlive: boolean;
}

/** A stack that this or another process started in a data folder. */
export interface RunningStack {
  readonly dataDir: string;
  /** Undefined while it is still starting. */
  readonly env: StackEnv | undefined;
  readonly servers: readonly RunningServer[];
  /** The process with which it ends; undefined for one started to stay (`windlass up`). */
  readonly ownerPid: number | undefined;
}

export type Health = 'ready' | 'not answering' | 'stopped';

/** Undefined when nothing runs there. A state file left by a crash or a reboot counts as nothing: pids are compared with start times. */
export async function readRunning(dataDir: string): Promise<RunningStack | undefined> {
  const state = readState(dataDir);
  if (state === undefined || !isRunning(state)) return undefined;
  return {
    dataDir,
    env: state.env,
    ownerPid: state.owner?.pid,
    servers: Object.entries(state.servers).map(([name, server]) => ({
      name: name as ServerName,
      pid: server.pid,
      port: server.port,
      logFile: server.logFile,
      isAlive: isAlive(server),
    })),
  };
}

/** Asks each server the question that also decides readiness at start. */
export async function healthOf(stack: RunningStack): Promise<Record<ServerName, Health>> {
  const ask = async (name: ServerName, answers: () => Promise<boolean>): Promise<Health> => {
    if (stack.env === undefined || !stack.servers.some((server) => server.name === name && server.isAlive))
      return 'stopped';
    return (await answers().catch(() => false)) ? 'ready' : 'not answering';
  };
  const port = stack.servers.find((server) => server.name === 'kafka')?.port ?? 0;
  const [kafka, registry, postgres] = await Promise.all([
    ask('kafka', () => kafkaAnswers(port)),
    ask('registry', () => registryAnswers(stack.env!.WINDLASS_SCHEMA_REGISTRY_URL)),
    ask('postgres', () => postgresAnswers(stack.env!.WINDLASS_POSTGRES_URL)),
  ]);
  return { kafka, registry, postgres };
}

/**
 * Stops whatever runs there, in order, and waits for it; false when nothing did. A living owner is asked to end first,
 * so that it does not go on without its servers.
 */
export async function stopRunning(dataDir: string): Promise<boolean> {
  const state = readState(dataDir);
  if (state === undefined) return false;
  const wasRunning = isRunning(state);
  if (state.owner !== undefined && state.owner.pid !== process.pid) {
    signal(state.owner, 'SIGTERM');
    await waitUntilGone(state.owner, STOP_DEADLINE_MS);
  }
  await stopRecorded(dataDir, readState(dataDir) ?? state);
  return wasRunning;
}

export function isRunning({ owner, servers }: StackState): boolean {
  return [owner, ...Object.values(servers)].some((identity) => identity !== undefined && isAlive(identity));
}

/** Its owner ended without stopping it, so whoever comes next may. */
export function isLeftBehind({ owner }: StackState): boolean {
  return owner !== undefined && !isAlive(owner);
}

/** Stops the servers that the state names, Postgres last because the registry stores in it, and forgets the state. */
export async function stopRecorded(dataDir: string, { id, servers, ephemeral }: StackState): Promise<void> {
  const stop = async (name: ServerName): Promise<void> => {
    const server = servers[name];
    if (server !== undefined) await terminate(server, server.stopSignal, STOP_DEADLINE_MS);
  };
  await Promise.all([stop('kafka'), stop('registry')]);
  await stop('postgres');
  removeState(dataDir, id);
  if (ephemeral) removeData(dataDir);
}

export function removeData(dataDir: string): void {
  removePostgresHome(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
}
