import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { StageCommit, StageLease } from '@windlass/messaging';
import { freshDatabase, namespaceOf, testStack } from '@windlass/testing';
import { createDatabase, type Database } from './database.ts';
import { stageMigrations } from './stage-migration.ts';

const commit = (change: Partial<StageCommit> = {}): StageCommit => ({
  pending: null,
  positions: [],
  timers: [],
  parked: [],
  gaps: [],
  ...change,
});

describe("the stage's store", () => {
  const stage = 'store';
  let url: string;
  let database: Database;
  let partition = 0;

  const take = async (owner = 'one') => database.stageStore.take({ stage, partition, owner });
  const write = async (lease: StageLease, change: StageCommit, key: string) => {
    const unit = await database.stageStore.begin();
    try {
      await unit.query('INSERT INTO written (key) VALUES ($1)', [key]);
      await unit.commit(lease, change);
    } catch (error) {
      await unit.rollback();
      throw error;
    }
  };
  const written = async () => {
    const rows: { key: string }[] = await database.dataSource.query('SELECT key FROM written ORDER BY key');
    return rows.map(({ key }) => key);
  };

  beforeAll(async () => {
    await testStack();
    url = await freshDatabase(namespaceOf("the stage's store"));
    database = await createDatabase({ url, schema: 'store', migrations: stageMigrations });
    await database.dataSource.query('CREATE TABLE written (key text PRIMARY KEY)');
  });

  beforeEach(async () => {
    partition++;
    await database.dataSource.query('TRUNCATE written');
  });

  afterAll(() => database.close());

  it('gives the next owner what was committed last, and a higher epoch', async () => {
    const { lease } = await take();
    const timers = [{ slot: partition, key: 'k', dueUs: 5 }];
    await write(
      lease,
      commit({ pending: Buffer.from('one'), positions: [{ topic: 't', nextOffset: 7n }], timers }),
      'a',
    );
    await write(lease, commit({ pending: Buffer.from('two'), positions: [{ topic: 't', nextOffset: 9n }] }), 'b');
    const next = await take('two');
    expect(next).toEqual({
      lease: { stage, partition, epoch: lease.epoch + 1n, commitNo: 2n },
      pending: Buffer.from('two'),
      positions: [{ topic: 't', nextOffset: 9n }],
    });
    expect(await database.stageStore.timers({ stage, slots: [partition], untilUs: 6, limit: 10 })).toEqual(timers);
    expect(await written()).toEqual(['a', 'b']);
  });

  it('lets an owner that was replaced change nothing: no state, no position, no timer, no pending', async () => {
    const { lease: zombie } = await take('zombie');
    await write(zombie, commit({ positions: [{ topic: 't', nextOffset: 1n }] }), 'before');
    const { lease: heir } = await take('heir');
    const change = commit({
      pending: Buffer.from('zombie'),
      positions: [{ topic: 't', nextOffset: 99n }],
      timers: [{ slot: partition, key: 'zombie', dueUs: 1 }],
      parked: [{ topic: 't', partition: 0, key: 'k', value: null, headers: {}, code: 'C', reason: 'r' }],
    });
    await expect(write(zombie, change, 'zombie')).rejects.toMatchObject({ code: 'FENCED', retryable: false });
    await write(heir, commit(), 'heir');
    const { pending, positions } = await take();
    expect({ pending, positions }).toEqual({ pending: null, positions: [{ topic: 't', nextOffset: 1n }] });
    expect(await database.stageStore.timers({ stage, slots: [partition], untilUs: 9, limit: 9 })).toEqual([]);
    expect(await database.dataSource.query('SELECT * FROM stage_parked')).toEqual([]);
    expect(await written()).toEqual(['before', 'heir']);
  });

  it('refuses a commit that does not follow the last one', async () => {
    const { lease } = await take();
    await expect(write({ ...lease, commitNo: 5n }, commit(), 'skipped')).rejects.toMatchObject({ code: 'FENCED' });
    expect(await written()).toEqual([]);
  });

  it('writes nothing of a transaction whose statement failed, and says what was wrong', async () => {
    const { lease } = await take();
    await write(lease, commit(), 'same');
    await expect(write(lease, commit(), 'same')).rejects.toMatchObject({ code: '23505' });
    await write(lease, commit(), 'other');
    expect(await written()).toEqual(['other', 'same']);
  });

  describe('what is sent and not waited for', () => {
    const send = async (lease: StageLease, change: StageCommit, [sql, ...values]: readonly [string, ...string[]]) => {
      const unit = await database.stageStore.begin();
      unit.send(sql, values);
      unit.send("INSERT INTO written (key) VALUES ('sent')");
      await unit.commit(lease, change).finally(() => unit.rollback());
    };
    const insert = (key: string) => ['INSERT INTO written (key) VALUES ($1)', key] as const;

    it('is written by the commit, or by none', async () => {
      const { lease: zombie } = await take('zombie');
      await send(zombie, commit(), insert('before'));
      await take('heir');
      await database.dataSource.query("DELETE FROM written WHERE key = 'sent'");
      await expect(send(zombie, commit(), insert('zombie'))).rejects.toMatchObject({ code: 'FENCED' });
      expect(await written()).toEqual(['before']);
    });

    it.each([
      ['a key twice', insert('sent'), '23505'],
      ['a division by zero, which is not that of the fence', ["SELECT 1 / length('')"] as const, '22012'],
    ])('fails the commit with what was wrong: %s', async (_, statement, code) => {
      const { lease } = await take();
      await expect(send(lease, commit({ pending: Buffer.from('x') }), statement)).rejects.toMatchObject({ code });
      expect(await written()).toEqual([]);
      expect((await take()).pending).toBeNull();
    });

    it('is as if it had not been where it is given up', async () => {
      const unit = await database.stageStore.begin();
      unit.send('INSERT INTO written (key) VALUES ($1)', ['given up']);
      unit.send('this is no SQL');
      await unit.rollback();
      const { lease } = await take();
      await write(lease, commit(), 'next');
      expect(await written()).toEqual(['next']);
    });
  });

  it('moves and clears timers, one for a key, and reads them soonest first', async () => {
    const { lease } = await take();
    const at = (key: string, dueUs: number | null) => ({ slot: partition, key, dueUs });
    await write(lease, commit({ timers: [at('a', 30), at('b', 10), at('c', 20)] }), '1');
    await write(lease, commit({ timers: [at('a', 5), at('b', null)] }), '2');
    const query = { stage, slots: [partition, 900], untilUs: 100, limit: 10 };
    expect(await database.stageStore.timers(query)).toEqual([at('a', 5), at('c', 20)]);
    expect(await database.stageStore.timers({ ...query, limit: 1 })).toEqual([at('a', 5)]);
    expect(await database.stageStore.timers({ ...query, untilUs: 20 })).toEqual([at('a', 5)]);
  });

  it('forgets what is published only while the lease holds', async () => {
    const { lease } = await take();
    await write(lease, commit({ pending: Buffer.from('x') }), '1');
    const { lease: heir } = await take();
    await database.stageStore.clearPending(lease);
    expect((await take()).pending).toEqual(Buffer.from('x'));
    expect(heir.epoch).toBe(lease.epoch + 1n);
  });

  it('brings the schema up once when several instances start together', async () => {
    const starting = Array.from({ length: 4 }, () =>
      createDatabase({ url, schema: 'together', migrations: stageMigrations }),
    );
    const databases = await Promise.all(starting);
    const rows: unknown = await databases[0]!.dataSource.query('SELECT name FROM together.migration');
    expect(rows).toEqual([{ name: 'StageTables1763856000000' }]);
    await Promise.all(databases.map((one) => one.close()));
  });
});
