import type { OutcomeEvent, PaneEvent } from '@windlass/contracts';
import { createDatabase, stageMigrations, type Database } from '@windlass/persistence';
import { freshDatabase, namespaceOf } from '@windlass/testing';
import { gather } from '../gather.ts';
import { inbound } from '../records.fixture.ts';
import { entities } from './entities.ts';
import { migrations } from './migrations.ts';
import type { PostgresFactStore } from './postgres-fact-store.ts';

/** A database of its own with the tables of the service, in real Postgres. */
export const openStore = async (name: string, url?: string): Promise<Database> =>
  createDatabase({
    url: url ?? (await freshDatabase(namespaceOf(name))),
    schema: 'result_collector',
    migrations: [...stageMigrations, ...migrations],
    entities,
  });

/** Transactions one after the other, as the stage has them. */
export async function inTransaction<T>(
  { dataSource }: Database,
  work: (query: <Row>(sql: string, parameters?: readonly unknown[]) => Promise<Row[]>) => Promise<T>,
): Promise<T> {
  return dataSource.transaction((manager) =>
    work(
      <Row>(sql: string, parameters: readonly unknown[] = []) => manager.query(sql, [...parameters]) as Promise<Row[]>,
    ),
  );
}

/** One batch of records, told at `atUs`. */
export function writeRecords(
  database: Database,
  store: PostgresFactStore,
  values: readonly (PaneEvent | OutcomeEvent)[],
  atUs?: number,
): Promise<void> {
  const { steps } = gather(values.map((value) => inbound(value, atUs)));
  return inTransaction(database, async (query) => {
    for (const facts of steps) await store.write({ query }, facts);
  });
}
