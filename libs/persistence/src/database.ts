import { isRetryable, pause, backoffMs, silentLog, type Log } from '@windlass/messaging';
import pg from 'pg';
import { DataSource, type EntitySchema, type MigrationInterface } from 'typeorm';
import { migrate } from './migrate.ts';
import { PostgresStageStore } from './postgres-stage-store.ts';
import { storeError } from './store-errors.ts';

export interface DatabaseOptions {
  readonly url: string;
  /** The service's own; made when it does not exist. Letters, digits, underscores. */
  readonly schema: string;
  /** Seen in pg_stat_activity. Default: the schema. */
  readonly applicationName?: string;
  /** Connections for entities and HTTP. Default 4. */
  readonly poolSize?: number;
  /** Connections of the stage: as many partitions as commit at the same time. Default 8. */
  readonly stagePoolSize?: number;
  readonly entities?: readonly (Function | EntitySchema)[];
  /** In order of their time; `stageMigrations` first for a service with a stage. */
  readonly migrations: readonly (new () => MigrationInterface)[];
  /** How long an unreachable Postgres is waited for at start, milliseconds. Default 60,000. */
  readonly waitMs?: number;
  readonly log?: Log;
}

export interface Database {
  readonly dataSource: DataSource;
  readonly stageStore: PostgresStageStore;
  /** Resolves when Postgres answers; for readiness. @throws {MessagingError} STORE_UNAVAILABLE. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const connectTimeoutMs = 5_000;
/** A process that hangs in a transaction must not hold its locks for ever. */
const idleInTransactionMs = 60_000;
/** Of a stage: its heir waits so long for the locks of one that was stopped in the middle of a commit. */
const stageIdleInTransactionMs = 10_000;
const defaultWaitMs = 60_000;

/**
 * Connects, brings the schema up to date (one starting instance at a time), and is ready.
 * @throws {MessagingError} STORE_UNAVAILABLE after `waitMs`; what a migration throws.
 */
export async function createDatabase(options: DatabaseOptions): Promise<Database> {
  checkSchemaName(options.schema);
  const log = options.log ?? silentLog;
  const dataSource = await connectInTime(options, log);
  const pool = stagePool(options, log);
  return {
    dataSource,
    stageStore: new PostgresStageStore(pool),
    ping: async () => {
      try {
        await pool.query('SELECT 1');
      } catch (error) {
        throw storeError(error);
      }
    },
    close: async () => {
      await Promise.all([dataSource.destroy(), pool.end()]);
    },
  };
}

async function connectInTime(options: DatabaseOptions, log: Log): Promise<DataSource> {
  const deadlineMs = Date.now() + (options.waitMs ?? defaultWaitMs);
  for (let failures = 0; ; failures++) {
    try {
      return await connect(options);
    } catch (cause) {
      const error = storeError(cause);
      if (!isRetryable(error) || Date.now() > deadlineMs) throw error;
      log.warn({ err: error, failures }, 'waiting for Postgres');
      await pause(backoffMs(failures));
    }
  }
}

async function connect(options: DatabaseOptions): Promise<DataSource> {
  await migrate(options, () => dataSourceOf(options, 1));
  const dataSource = dataSourceOf(options, options.poolSize ?? 4);
  await dataSource.initialize();
  return dataSource;
}

const dataSourceOf = (options: DatabaseOptions, poolSize: number): DataSource =>
  new DataSource({
    type: 'postgres',
    url: options.url,
    schema: options.schema,
    applicationName: options.applicationName ?? options.schema,
    poolSize,
    connectTimeoutMS: connectTimeoutMs,
    entities: [...(options.entities ?? [])],
    migrations: [...options.migrations],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    synchronize: false,
    installExtensions: false,
    logging: false,
    extra: { options: sessionOptions(options.schema, idleInTransactionMs) },
  });

function stagePool(options: DatabaseOptions, log: Log): pg.Pool {
  const config: pg.PoolConfig & { pipeline: boolean } = {
    connectionString: options.url,
    application_name: `${options.applicationName ?? options.schema}-stage`,
    max: options.stagePoolSize ?? 8,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    options: sessionOptions(options.schema, stageIdleInTransactionMs),
    pipeline: true,
  };
  const pool = new pg.Pool(config);
  pool.on('error', (error) => log.warn({ err: error }, 'Postgres closed an idle connection'));
  // A connection that breaks while it is in use, between two statements: the next statement tells.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

const sessionOptions = (schema: string, idleMs: number): string =>
  `-c search_path=${schema} -c idle_in_transaction_session_timeout=${idleMs}`;

function checkSchemaName(schema: string): void {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) throw new Error(`schema ${schema}: must match [a-z_][a-z0-9_]{0,62}`);
}
