import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { slotOf } from '@windlass/contracts';
import type { Database } from '@windlass/persistence';
import fc from 'fast-check';
import { gather } from '../gather.ts';
import { anyHistory, type History, type Told } from '../history.fixture.ts';
import type { KnownWindow, ResultFilter } from '../ports.ts';
import { idOf, inbound } from '../records.fixture.ts';
import { Partitions } from './partitions/partitions.ts';
import { PostgresFactReader } from './postgres-fact-reader.ts';
import { PostgresFactStore } from './postgres-fact-store.ts';
import { inTransaction, openStore } from './store.fixture.ts';

const KEY = 'pump-1';
let database: Database;
let reader: PostgresFactReader;
const store = new PostgresFactStore(new Partitions('month'));

beforeAll(async () => {
  database = await openStore('bitemporal');
  reader = new PostgresFactReader(database.dataSource);
});

afterAll(() => database?.close());

const tables = ['windows', 'window_changes', 'child_bounds', 'panes', 'outcomes', 'withdrawals'];
const empty = () => Promise.all(tables.map((table) => database.dataSource.query(`DELETE FROM ${table}`)));

/** As the stage would: batches of these records, each a transaction. */
async function write(told: readonly Told[], batchSize: number): Promise<void> {
  for (let from = 0; from < told.length; from += batchSize) {
    const batch = told.slice(from, from + batchSize).map(({ value, atUs }) => inbound(value, atUs));
    const { steps, rejected } = gather(batch);
    expect(rejected).toEqual([]);
    await inTransaction(database, async (query) => {
      for (const facts of steps) await store.write({ query }, facts);
    });
  }
}

const filters: readonly Omit<ResultFilter, 'asOfUs'>[] = [
  { revisions: 'latest', standing: 'current' },
  { revisions: 'latest', standing: 'withdrawn' },
  { revisions: 'all', standing: 'all' },
  { revisions: 'all', standing: 'current', source: KEY },
];

interface Answers {
  readonly results: readonly unknown[];
  readonly windows: readonly (KnownWindow | undefined)[];
}

async function ask(asOfUs?: number): Promise<Answers> {
  const results = [];
  for (const filter of filters) results.push((await reader.results({ ...filter, limit: 1000, asOfUs })).results);
  const windows = [];
  for (let window = 0; window < 4; window++) windows.push(await reader.window(idOf(`${KEY} ${window}`), { asOfUs }));
  return { results, windows };
}

/** Both topics, each in its order, taken from as the turns say; some records come again, as a batch that was published twice. */
function arrival({ panes, outcomes }: History, turns: readonly boolean[], again: readonly number[]): Told[] {
  const left = { panes: [...panes], outcomes: [...outcomes] };
  const all: Told[] = [];
  for (const [index, turn] of turns.entries()) {
    const [first, second] = turn ? [left.panes, left.outcomes] : [left.outcomes, left.panes];
    const next = first.shift() ?? second.shift();
    if (!next) break;
    all.push(next);
    const back = again[index] ?? 0;
    if (back > 0) all.push(...all.slice(-back));
  }
  return [...all, ...left.panes, ...left.outcomes];
}

const inTime = ({ panes, outcomes }: History): Told[] => [...panes, ...outcomes].toSorted((a, b) => a.atUs - b.atUs);
const anyTurns = fc.array(fc.boolean(), { minLength: 28, maxLength: 28 });
const anyRepeats = fc.array(fc.constantFrom(0, 0, 0, 1, 2, 3), { maxLength: 28 });
const runs = { numRuns: 25 };

describe('what is known, in two times', () => {
  it('as of a time is what a collector says that had read only what was known by then', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory(KEY), fc.integer({ min: 990, max: 1_300 }), async (history, asOfUs) => {
        const all = inTime(history);
        await empty();
        await write(all, 5);
        const then = await ask(asOfUs);
        await empty();
        await write(
          all.filter(({ atUs }) => atUs <= asOfUs),
          5,
        );
        expect(then).toEqual(await ask());
      }),
      runs,
    );
  });

  it('does not depend on how the topics interleave, on batches, nor on records that come again', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyHistory(KEY),
        anyTurns,
        anyRepeats,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 990, max: 1_300 }),
        async (history, turns, again, batchSize, asOfUs) => {
          await empty();
          await write([...history.panes, ...history.outcomes], 100);
          const expected = { now: await ask(), then: await ask(asOfUs), rows: await rows() };
          await empty();
          await write(arrival(history, turns, again), batchSize);
          expect({ now: await ask(), then: await ask(asOfUs), rows: await rows() }).toEqual(expected);
        },
      ),
      runs,
    );
  });

  it('as of now is the same as without a time', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory(KEY), async (history) => {
        await empty();
        await write(inTime(history), 7);
        expect(await ask(2 ** 52)).toEqual(await ask());
      }),
      runs,
    );
  });
});

/** Of every table, but for which transaction stored them. */
async function rows(): Promise<unknown[]> {
  return Promise.all(
    tables.map((table) =>
      database.dataSource.query(
        `SELECT to_jsonb(t) - 'arrival' AS row FROM ${table} t WHERE slot = $1 ORDER BY (to_jsonb(t) - 'arrival')::text`,
        [slotOf(KEY)],
      ),
    ),
  );
}
