import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLog } from '@windlass/messaging';
import { createDatabase, stageMigrations, type Database } from '@windlass/persistence';
import { freshDatabase, namespaceOf } from '@windlass/testing';
import { idOf, outcome, outcomes, pane } from '../../records.fixture.ts';
import { entities } from '../entities.ts';
import { migrations } from '../migrations.ts';
import { PostgresFactReader } from '../postgres-fact-reader.ts';
import { PostgresFactStore } from '../postgres-fact-store.ts';
import { inTransaction, openStore, writeRecords } from '../store.fixture.ts';
import { findPartitions } from './partition-catalog.ts';
import { oldestKeptUs, PartitionTender } from './partition-tender.ts';
import { Partitions } from './partitions.ts';

const us = (text: string): number => Date.parse(text) * 1000;
const DAY_US = 86_400_000_000;
let database: Database;

beforeAll(async () => {
  database = await openStore('partitions');
});

afterAll(() => database?.close());

const store = (width: 'day' | 'month' = 'month') => new PostgresFactStore(new Partitions(width));
const suffixes = async () =>
  (await inTransaction(database, findPartitions)).map(({ suffix }) => suffix).toSorted((a, b) => a.localeCompare(b));
const windowAt = (window: string, startUs: number) => {
  const spec = { window, startUs, key: 'kept' };
  return [pane(spec), outcomes({ ...spec, outcomes: [outcome('a@1', 1, { of: window })] })];
};
const starts = async () => {
  const reader = new PostgresFactReader(database.dataSource);
  const { results } = await reader.results({ source: 'kept', revisions: 'all', standing: 'all', limit: 100 });
  return results.map(({ startUs }) => startUs);
};

describe('the partitions of the store', () => {
  it('are made when a window comes that has none, by all who need one at once', async () => {
    const [a, b] = [store(), store()];
    await Promise.all([
      writeRecords(database, a, windowAt('a', us('2031-05-03'))),
      writeRecords(database, b, windowAt('b', us('2031-05-30'))),
    ]);
    await writeRecords(database, store('day'), windowAt('c', us('2031-06-07')));
    await writeRecords(database, a, windowAt('d', us('2031-06-30')));
    await writeRecords(database, a, [...windowAt('e', -5), ...windowAt('f', us('2500-01-01'))]);
    expect(await suffixes()).toEqual(['future', 'p20310501', 'p20310607', 'p20310608', 'past']);
    expect(await starts()).toEqual([
      -5,
      us('2031-05-03'),
      us('2031-05-30'),
      us('2031-06-07'),
      us('2031-06-30'),
      us('2500-01-01'),
    ]);
  });

  it('are not believed to be there when the transaction that made them was not committed', async () => {
    const partitions = new Partitions('month');
    await expect(
      inTransaction(database, async (query) => {
        await partitions.cover({ query }, [us('2032-01-01')]);
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    await writeRecords(database, new PostgresFactStore(partitions), windowAt('g', us('2032-01-01')));
    expect(await starts()).toContain(us('2032-01-01'));
  });

  it('go when all of them is older than the retention, and a writer that knew them tries again', async () => {
    const writer = store();
    await writeRecords(database, writer, windowAt('h', us('2033-01-15')));
    for (let time = 0; time < 2; time++) await writeRecords(database, writer, windowAt('i', us('2033-02-15')));
    const tender = new PartitionTender({
      dataSource: database.dataSource,
      width: 'month',
      retentionDays: 30,
      log: silentLog,
    });
    expect(await tender.tend(us('2033-03-03T02:00Z'))).toMatchObject({ dropped: 6 });
    expect(await suffixes()).toEqual(['future', 'p20330201', 'p20330301', 'p20330401']);
    expect(await starts()).toEqual([us('2033-02-15'), us('2500-01-01')]);
    const again = windowAt('h', us('2033-01-15'));
    await expect(writeRecords(database, writer, again)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      retryable: true,
    });
    await writeRecords(database, writer, again);
    expect(await starts()).toContain(us('2033-01-15'));
  });

  it('are all kept without a retention', () => {
    expect(oldestKeptUs(us('2033-01-01'), 0)).toBe(-Infinity);
    expect(oldestKeptUs(us('2033-01-02'), 1)).toBe(us('2033-01-02') - DAY_US);
  });

  it('take over what the tables before them held', async () => {
    const url = await freshDatabase(namespaceOf('partitions-before'));
    const schema = 'result_collector';
    const old = await createDatabase({ url, schema, migrations: [...stageMigrations, ...migrations.slice(0, 3)] });
    for (const [name, startUs] of [
      ['old', us('2026-03-05')],
      ['older', -7],
    ] as const)
      await insertBefore(old, name, startUs);
    await old.close();
    const now = await createDatabase({ url, schema, migrations: [...stageMigrations, ...migrations], entities });
    const reader = new PostgresFactReader(now.dataSource);
    const { results } = await reader.results({ revisions: 'all', standing: 'all', limit: 10 });
    expect(results).toMatchObject([
      { startUs: -7, staleInput: true, withdrawn: { reason: 'R', knownAtUs: 70 } },
      { startUs: us('2026-03-05'), staleInput: true, withdrawn: { reason: 'R', knownAtUs: 70 } },
    ]);
    expect(await reader.window(idOf('old'))).toMatchObject({
      generations: [
        {
          state: 'FINAL',
          revision: 1,
          completeRevision: 1,
          metadata: { load: 3 },
          panes: [{ revision: 1, firedAtUs: 50, metadata: { load: 3 } }],
          outcomes: [{ algorithm: 'a@1' }],
        },
      ],
    });
    expect(await reader.window(idOf('old'), { asOfUs: 55 })).toMatchObject({
      generations: [{ state: 'OPEN', outcomes: [] }],
    });
    await now.close();
  });
});

/** As the version before wrote them. */
async function insertBefore({ dataSource }: Database, name: string, startUs: number): Promise<void> {
  const ids = [idOf(name), idOf(`${name} a`), startUs];
  const insert = (sql: string, parameters: readonly unknown[]) => dataSource.query(sql, [...parameters]);
  await insert(
    `INSERT INTO windows (slot, window_id, generation, key, window_type, start_us, end_us, version, revision, state, state_at_us,
       metadata, lane, depth, complete_revision, outcome_version)
     VALUES (1, $1, 0, 'kept', 'cycle@1', $2::bigint, $2::bigint + 5, 4, 1, 'FINAL', 90, '{"load": 3}', 'LIVE', 0, 1, 9)`,
    [ids[0], startUs],
  );
  await insert(
    `INSERT INTO panes (slot, window_id, generation, revision, start_us, end_us, version, timing, is_final, elements, added,
       dag_revision, policy_revision, fired_at_us)
     VALUES (1, $1, 0, 1, $2::bigint, $2::bigint + 5, 3, 'ON_TIME', false, 1, 1, 1, 1, 50)`,
    [ids[0], startUs],
  );
  await insert(
    `INSERT INTO outcomes (slot, window_id, execution_id, start_us, end_us, key, window_type, generation, revision, version, is_final,
       dag_revision, policy_revision, lane, algorithm, run, attempt, state, input_execution_ids, input_window_ids, stale_input,
       known_at_us, processor)
     VALUES (1, $1, $2, $3::bigint, $3::bigint + 5, 'kept', 'cycle@1', 0, 1, 9, false, 1, 1, 'LIVE', 'a@1', 0, 1, 'SUCCEEDED', '{}', '{}', true, 60, 'p')`,
    ids,
  );
  await insert(
    `INSERT INTO withdrawals (slot, execution_id, window_id, generation, algorithm, run, start_us, reason, known_at_us)
     VALUES (1, $2, $1, 0, 'a@1', 0, $3, 'R', 70)`,
    ids,
  );
}
