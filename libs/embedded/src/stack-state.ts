import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from './process-identity.ts';
import type { ServerName } from './server.ts';

/** The three values by which services find their servers, embedded or external. */
export interface StackEnv {
  /** `host:port` of the brokers, separated by commas. */
  readonly WINDLASS_KAFKA_BROKERS: string;
  /** Base address of the Confluent-compatible API. */
  readonly WINDLASS_SCHEMA_REGISTRY_URL: string;
  /** With user, password and database. */
  readonly WINDLASS_POSTGRES_URL: string;
}

export interface ServerRecord extends ProcessIdentity {
  readonly port: number;
  readonly logFile: string;
  readonly stopSignal: NodeJS.Signals;
}

/** What `stack.json` in the data folder says about the stack that runs there, or did. */
export interface StackState {
  /** Of one start. */
  readonly id: string;
  /** The process whose end stops the stack; absent once a detached stack is up. */
  readonly owner?: ProcessIdentity | undefined;
  readonly detached: boolean;
  readonly ephemeral: boolean;
  /** Absent while the stack starts. */
  readonly env?: StackEnv | undefined;
  readonly servers: Readonly<Partial<Record<ServerName, ServerRecord>>>;
}

/** Undefined when there is no file or it is not ours to read. */
export function readState(dataDir: string): StackState | undefined {
  try {
    return JSON.parse(readFileSync(stateFile(dataDir), 'utf8')) as StackState;
  } catch {
    return undefined;
  }
}

/** Replaces the file at once, so that nobody reads half of it. It holds the password, so only its owner may read it. */
export function writeState(dataDir: string, state: StackState): void {
  renameSync(writeBeside(dataDir, state), stateFile(dataDir));
}

/** Like `writeState`, but false if there is a file already. Of two that try at once, one wins. */
export function createState(dataDir: string, state: StackState): boolean {
  mkdirSync(dataDir, { recursive: true });
  const file = writeBeside(dataDir, state);
  try {
    linkSync(file, stateFile(dataDir));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(file, { force: true });
  }
}

/** Name of the file in the data folder from which `node --env-file` takes the three values. */
const ENV_FILE = 'env';

/** For `nx serve`, for processors started by hand and for shells: `NAME=value` lines, readable by their owner alone. */
export function writeEnvFile(dataDir: string, env: Readonly<Record<string, string>>): void {
  const lines = Object.entries(env).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(dataDir, ENV_FILE), lines.join(''), { mode: 0o600 });
}

/** When a hub has ended: what is left to be found is the stack that runs there, if any. */
export function resetEnvFile(dataDir: string): void {
  const env = readState(dataDir)?.env;
  if (env === undefined) rmSync(join(dataDir, ENV_FILE), { force: true });
  else writeEnvFile(dataDir, { ...env });
}

/** Only that of the given start: another may have begun meanwhile. */
export function removeState(dataDir: string, id: string): void {
  if (readState(dataDir)?.id !== id) return;
  rmSync(stateFile(dataDir), { force: true });
  rmSync(join(dataDir, ENV_FILE), { force: true });
}

function writeBeside(dataDir: string, state: StackState): string {
  const file = `${stateFile(dataDir)}.${process.pid}`;
  writeFileSync(file, JSON.stringify(state, null, 2), { mode: 0o600 });
  return file;
}

function stateFile(dataDir: string): string {
  return join(dataDir, 'stack.json');
}
