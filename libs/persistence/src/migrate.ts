import pg from 'pg';
import type { DataSource } from 'typeorm';

/**
 * Makes the schema and runs the migrations that are missing, under an advisory lock: of several instances that start together one
 * works and the others find nothing left to do.
 */
export async function migrate(
  { url, schema }: { readonly url: string; readonly schema: string },
  dataSourceOf: () => DataSource,
): Promise<void> {
  const lock = new pg.Client({ connectionString: url, application_name: `${schema}-migrations` });
  lock.on('error', () => undefined);
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [`windlass.migrate.${schema}`]);
    await lock.query(`CREATE SCHEMA IF NOT EXISTS ${pg.escapeIdentifier(schema)}`);
    const dataSource = dataSourceOf();
    await dataSource.initialize();
    try {
      await dataSource.runMigrations();
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await lock.end();
  }
}
