// Jest's globalTeardown: stops the stack that tests started; on servers that stay, drops the databases of this run.
import { rmSync } from 'node:fs';
import pg from 'pg';
import { run } from './run.mjs';

export default async function teardown() {
  run.server?.close();
  if (run.external !== undefined) await dropDatabases(run.external.env.WINDLASS_POSTGRES_URL);
  else await (await run.stack?.catch(() => undefined))?.stop();
  rmSync(run.folder, { recursive: true, force: true });
}

async function dropDatabases(connectionString) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [
      `t-${run.id}-`,
    ]);
    for (const { datname } of rows)
      await client.query(`DROP DATABASE ${client.escapeIdentifier(datname)} WITH (FORCE)`);
  } finally {
    await client.end();
  }
}
