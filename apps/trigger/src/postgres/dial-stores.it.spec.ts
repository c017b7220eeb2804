import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { slotOf } from '@windlass/contracts';
import { createDatabase, stageMigrations, type Database } from '@windlass/persistence';
import { freshDatabase } from '@windlass/testing';
import { emptySource, emptyType, type WindowState } from '@windlass/windowing';
import type { DialCount } from '../ports.ts';
import { SourceStateEntity } from './entities.ts';
import { DialCounts1764280000000 } from './migrations/1764280000000-dial-counts.ts';
import { OpenWindows1764280100000 } from './migrations/1764280100000-open-windows.ts';
import { SourceState1763875000000 } from './migrations/1763875000000-source-state.ts';
import { PostgresDialStore } from './postgres-dial-store.ts';
import { PostgresOpenWindowStore } from './postgres-open-window-store.ts';
import { packState } from './source-state.codec.ts';

/** Real servers, which may be shared with much else. */
jest.setTimeout(180_000);

const HOUR = 3_600_000_000;
let database: Database;

beforeAll(async () => {
  database = await createDatabase({
    url: await freshDatabase('dial-stores'),
    schema: 'trigger',
    migrations: [...stageMigrations, SourceState1763875000000, DialCounts1764280000000, OpenWindows1764280100000],
    entities: [SourceStateEntity],
  });
});
afterAll(() => database.close());

describe('what the dial has measured', () => {
  const count = (measure: DialCount['measure'], bucket: number, of: number, isHistory = false): DialCount => ({
    windowType: 'two@1',
    isHistory,
    measure,
    bucket,
    count: of,
  });

  it('is added up over instances that write at the same time, over hours, and kept apart by type and history', async () => {
    const store = new PostgresDialStore(database.dataSource);
    const counts = Array.from({ length: 50 }, (_, bucket) => count('element', bucket, 1));
    await Promise.all(Array.from({ length: 8 }, () => store.add(5 * HOUR, counts)));
    await store.add(6 * HOUR, [count('element', 0, 2), count('window', 3, -1), count('element', 0, 9, true)]);
    await store.add(6 * HOUR, [{ ...count('element', 0, 100), windowType: 'other@1' }]);
    const read = (fromUs: number, isHistory = false) => store.read({ windowTypes: ['two@1'], fromUs, isHistory });
    const all = await read(5 * HOUR);
    expect(all).toHaveLength(51);
    expect(all[0]).toEqual({ windowType: 'two@1', measure: 'element', bucket: 0, count: 10 });
    expect(all[1]).toEqual({ windowType: 'two@1', measure: 'element', bucket: 1, count: 8 });
    expect(await read(6 * HOUR)).toEqual([
      { windowType: 'two@1', measure: 'element', bucket: 0, count: 2 },
      { windowType: 'two@1', measure: 'window', bucket: 3, count: -1 },
    ]);
    const both = { windowTypes: ['two@1', 'other@1', 'third@1'], fromUs: 6 * HOUR, isHistory: false };
    expect(await store.read({ ...both, measures: ['element'] })).toEqual([
      { windowType: 'other@1', measure: 'element', bucket: 0, count: 100 },
      { windowType: 'two@1', measure: 'element', bucket: 0, count: 2 },
    ]);
    expect(await read(0, true)).toEqual([{ windowType: 'two@1', measure: 'element', bucket: 0, count: 9 }]);
    await store.forgetBefore(6 * HOUR);
    expect(await read(0)).toHaveLength(2);
  });
});

describe('open windows', () => {
  const window = (fields: Partial<WindowState>) =>
    ({
      id: 'a'.repeat(32),
      startUs: 0,
      endUs: 1,
      parentId: null,
      elements: 1,
      firedElements: 0,
      revision: -1,
      version: 0,
      metadata: {},
      closingMetadata: null,
      openedAtElement: null,
      openedAtUs: null,
      origin: null,
      depth: 0,
      earlyDueUs: null,
      lateDueUs: null,
      outcomeAtUs: null,
      pastChildren: 0,
      childrenPublished: {},
      awaited: -1,
      completed: -1,
      neededUs: 0,
      firstElements: 0,
      onTimeElements: 0,
      ...fields,
    }) as WindowState;

  it('are counted from all states once, and again when the hub has another number of partitions', async () => {
    const windows = [window({}), window({ finalized: true }), window({ withdrawn: true })];
    const state = packState({ ...emptySource, types: new Map([['two@1', { ...emptyType, windows }]]) });
    const sources = Array.from({ length: 1_200 }, (_, i) => `pump-${i}`);
    await database.dataSource.getRepository(SourceStateEntity).save(
      sources.map((source) => ({ slot: slotOf(source), source, state })),
      { chunk: 500 },
    );
    const two = new PostgresOpenWindowStore(database.dataSource, { partitions: 2 });
    const four = new PostgresOpenWindowStore(database.dataSource, { partitions: 4 });
    const inPartition = (partition: number, of: number) =>
      sources.filter((one) => slotOf(one) % of === partition).length;
    for (const partition of [0, 1])
      expect(await two.load(partition)).toEqual(new Map([['two@1', inPartition(partition, 2)]]));

    const tx = {
      query: <Row>(sql: string, values?: readonly unknown[]) =>
        database.dataSource.query<Row[]>(sql, [...(values ?? [])]),
    };
    await two.write(
      tx,
      1,
      new Map([
        ['two@1', 7],
        ['none@1', 0],
      ]),
    );
    expect(await two.load(1)).toEqual(new Map([['two@1', 7]]));
    expect(await four.load(1)).toEqual(new Map([['two@1', inPartition(1, 4)]]));
    await four.write(tx, 1, new Map([['two@1', 3]]));
    expect(await four.load(1)).toEqual(new Map([['two@1', 3]]));
    expect(await two.load(1)).toEqual(new Map([['two@1', inPartition(1, 2)]]));
  });
});
