import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { postgresHome, postgresPrograms } from './postgres-home.ts';
import { runCommand } from './run-command.ts';
import type { ServerSpec } from './server.ts';
import { unprivilegedUser } from './unprivileged-user.ts';

const USER = 'windlass';
/** The database of the services; the registry has its own beside it. */
const SERVICES_DATABASE = 'windlass';
export const REGISTRY_DATABASE = 'registry';
const QUERY_TIMEOUT_MS = 2_000;

/**
 * Durable as in production (fsync, synchronous_commit), modest in memory, open on loopback only.
 * JIT is off because it costs more than it saves on short statements.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '192MB',
  max_connections: '200',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %d ',
};

export interface PostgresServer {
  readonly spec: ServerSpec;
  readonly url: string;
}

/** Makes the cluster if it is missing, and says how to run it. */
export async function preparePostgres(options: {
  dataDir: string;
  logFile: string;
  port: number;
}): Promise<PostgresServer> {
  const user = unprivilegedUser();
  const programs = postgresPrograms(user);
  const home = postgresHome(options.dataDir, user);
  const data = join(home, 'data');
  const passwordFile = join(home, 'password');
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
  const owner = { uid: user?.uid, gid: user?.gid };
  if (!existsSync(data)) {
    const unfinished = join(home, 'data.unfinished');
    rmSync(unfinished, { recursive: true, force: true });
    writeFileSync(passwordFile, randomBytes(16).toString('hex'), { mode: 0o600 });
    if (user !== undefined) chownSync(passwordFile, user.uid, user.gid);
    const encoding = ['--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8', '--lc-messages=C'];
    const login = [`--username=${USER}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    await runCommand(join(programs, 'initdb'), ['-D', unfinished, ...login, ...encoding], { ...owner, env, cwd: '/' });
    renameSync(unfinished, data);
  }
  const url = `postgres://${USER}:${readFileSync(passwordFile, 'utf8')}@127.0.0.1:${options.port}/${SERVICES_DATABASE}`;
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return {
    url,
    spec: {
      name: 'postgres',
      command: join(programs, 'postgres'),
      args: ['-D', data, '-p', String(options.port), ...settings],
      env,
      ...owner,
      port: options.port,
      logFile: options.logFile,
      stopSignal: 'SIGINT',
      answers: () => postgresAnswers(withDatabase(url, 'postgres')),
    },
  };
}

/** Makes our two databases where they are missing. */
export async function createDatabases(url: string): Promise<void> {
  await withClient(withDatabase(url, 'postgres'), async (client) => {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
    const existing = new Set(rows.map((row) => row.datname));
    for (const name of [SERVICES_DATABASE, REGISTRY_DATABASE]) {
      if (!existing.has(name)) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    }
  });
}

/** True when a query was answered; rejects when not. */
export function postgresAnswers(url: string): Promise<boolean> {
  return withClient(url, async (client) => (await client.query('SELECT 1')).rowCount === 1);
}

export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: QUERY_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS * 10,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
