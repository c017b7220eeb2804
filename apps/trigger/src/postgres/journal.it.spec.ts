import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLog, type StageTransaction } from '@windlass/messaging';
import { createDatabase, stageMigrations, type Database } from '@windlass/persistence';
import { freshDatabase, namespaceOf, testStack } from '@windlass/testing';
import { slotOf } from '@windlass/contracts';
import type { DropEntry, WindowEntry, WindowEvent } from '@windlass/windowing';
import type { SourceChange } from '../ports.ts';
import { JournalPartitions } from './journal-partitions.ts';
import { writeJournal } from './journal-statements.ts';
import { Journal1764201600000 } from './migrations/1764201600000-journal.ts';
import { SourceState1763875000000 } from './migrations/1763875000000-source-state.ts';
import { PostgresJournalReader } from './postgres-journal-reader.ts';

const DAY_US = 86_400_000_000;
const today = 20_000 * DAY_US;

const opened: WindowEvent = {
  kind: 'opened',
  parentId: null,
  lateBorn: false,
  openedBy: null,
  dagRevision: 1,
  policyRevision: 1,
};
const entry = (digit: string, event: WindowEvent, startUs = 0): WindowEntry => ({
  windowId: digit.repeat(32),
  windowType: 'w@1',
  startUs,
  endUs: startUs + 10,
  cause: { kind: 'batch' },
  event,
});
const drop = (eventTimeUs: number | null, message = 'it\'s "late"'): DropEntry => ({
  code: 'LATE',
  eventTimeUs,
  id: 'a',
  name: 'sample',
  windowTypes: ['w@1', 'v@1'],
  message,
});

describe('the journal in Postgres', () => {
  let database: Database;
  let partitions: JournalPartitions;
  let reader: PostgresJournalReader;
  let tests = 0;
  beforeAll(() => testStack());

  beforeEach(async () => {
    database = await createDatabase({
      url: await freshDatabase(namespaceOf(`the journal ${tests++}`)),
      schema: 'trigger',
      migrations: [...stageMigrations, SourceState1763875000000, Journal1764201600000],
    });
    partitions = new JournalPartitions({ dataSource: database.dataSource, retentionHours: 48, log: silentLog });
    reader = new PostgresJournalReader(database.dataSource);
  });
  afterEach(() => database.close());

  const write = (atUs: number, windows: WindowEntry[], drops: DropEntry[] = []) => {
    const tx: StageTransaction = {
      query: (sql, parameters) => database.dataSource.query(sql, [...(parameters ?? [])]),
    };
    const change: SourceChange = {
      slot: slotOf('unit-1'),
      source: 'unit-1',
      packed: null,
      keptAdded: [],
      keptDeletedBeforeUs: null,
      pastAdded: [],
      notices: [],
      pastReplaced: new Map(),
      sealedAdded: [],
      sealedGone: [],
      journal: { windows, drops },
      atUs,
    };
    return writeJournal(tx, [change]);
  };
  const tables = async (): Promise<string[]> =>
    (
      await database.dataSource.query<{ name: string }[]>(
        `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'window_journal'::regclass ORDER BY 1`,
      )
    ).map(({ name }) => name.replace(/^trigger\./, ''));

  it('gives back what was written of a window, two batches of one instant too', async () => {
    await partitions.tend(today);
    await write(today + 1, [entry('a', opened), entry('b', opened, 5), entry('a', { kind: 'moved', beforeUs: 20 })]);
    await write(today + 1, [entry('a', { kind: 'revived' })]);
    await write(today + 2, [entry('a', { kind: 'finalized', fromUs: 1, floorUs: 10 })]);
    const history = await reader.window('a'.repeat(32));
    expect(history).toMatchObject({ source: 'unit-1', windowType: 'w@1' });
    expect(history!.entries.map(({ atUs, event }) => [atUs - today, event.kind])).toEqual([
      [1, 'opened'],
      [1, 'moved'],
      [1, 'revived'],
      [2, 'finalized'],
    ]);
    const before = await reader.windowsBefore({ source: 'unit-1', windowType: 'w@1', timeUs: 7 });
    expect(before.map(({ windowId, entries }) => [windowId[0], entries.length])).toEqual([
      ['b', 1],
      ['a', 4],
    ]);
    expect(await reader.windowsBefore({ source: 'unit-1', windowType: 'w@1', timeUs: 4 })).toHaveLength(1);
    expect(await reader.window('c'.repeat(32))).toBeNull();
  });

  it('gives back drops by event time, newest first, and those that have none', async () => {
    await partitions.tend(today);
    await write(today, [], [drop(5), drop(9), drop(null, 'more')]);
    await write(today + 1, [], [drop(6)]);
    const found = await reader.drops({ source: 'unit-1', fromUs: 5, toUs: 9 });
    expect(found.map(({ eventTimeUs }) => eventTimeUs)).toEqual([6, null, 5]);
    expect(found[2]).toEqual({ ...drop(5), atUs: today });
  });

  it('drops whole days after the retention, and takes what has no partition all the same', async () => {
    await write(today, [entry('a', opened)]);
    await partitions.tend(today + 3 * DAY_US);
    expect(await tables()).toEqual([
      'window_journal_d20003',
      'window_journal_d20004',
      'window_journal_d20005',
      'window_journal_default',
    ]);
    expect(await reader.window('a'.repeat(32))).toBeNull();
    await write(today + 3 * DAY_US, [entry('b', opened)]);
    await partitions.tend(today + 6 * DAY_US - 1);
    expect(await reader.window('b'.repeat(32))).not.toBeNull();
    await partitions.tend(today + 6 * DAY_US);
    expect(await reader.window('b'.repeat(32))).toBeNull();
    expect(await tables()).toEqual([
      'window_journal_d20004',
      'window_journal_d20005',
      'window_journal_d20006',
      'window_journal_d20007',
      'window_journal_d20008',
      'window_journal_default',
    ]);
  });

  it('makes no partition of a day that has entries already, and goes on', async () => {
    await write(today, [entry('a', opened)]);
    await partitions.tend(today);
    expect(await reader.window('a'.repeat(32))).not.toBeNull();
    expect(await tables()).toEqual(['window_journal_d20001', 'window_journal_d20002', 'window_journal_default']);
  });

  it('is dropped altogether when no journal is kept any more', async () => {
    await partitions.tend(today);
    await write(today, [entry('a', opened)], [drop(1)]);
    const off = new JournalPartitions({ dataSource: database.dataSource, retentionHours: 0, log: silentLog });
    await off.tend(today + DAY_US);
    expect(await reader.window('a'.repeat(32))).toBeNull();
    expect(await reader.drops({ source: 'unit-1', fromUs: 0, toUs: 9 })).toEqual([]);
  });
});
