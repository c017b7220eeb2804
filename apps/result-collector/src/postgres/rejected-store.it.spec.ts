import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorHeaderNames, lateHeaderNames, topicNames } from '@windlass/contracts';
import { HubTopicMap, type EncodedMessage, type InboundRecord } from '@windlass/messaging';
import type { Database } from '@windlass/persistence';
import { eventually } from '@windlass/testing';
import { DeadLetters, type Order } from '../rejected/dead-letters.ts';
import { rejectedOf } from '../rejected/rejected-record.ts';
import { PostgresRejectedStore } from './postgres-rejected-store.ts';
import { inTransaction, openStore } from './store.fixture.ts';

const topics = new HubTopicMap({ prefix: 't', partitions: 2, teams: ['default'] });
const { signals } = topicNames('t');

let database: Database;
let store: PostgresRejectedStore;

beforeAll(async () => {
  database = await openStore('rejected store');
  store = new PostgresRejectedStore(database.dataSource);
});

afterAll(() => database?.close());

interface Told {
  readonly family?: 'dlq' | 'late';
  readonly code?: string;
  readonly source?: string;
  readonly at: number;
  readonly value?: Buffer;
  readonly headers?: Record<string, string | Buffer>;
}

const recordOf = ({
  family = 'dlq',
  code = 'X',
  source = 'pump-1',
  at,
  value = Buffer.from('v'),
  headers = {},
}: Told) =>
  rejectedOf({
    ...{ kind: 'record', family, topic: `t.${family}.v1`, partition: 1, offset: BigInt(at), key: source, slot: 0 },
    ...{ headers: {}, timestampUs: at, valueBytes: 1 },
    value: {
      ...{ offset: BigInt(at), key: Buffer.from(source), value },
      headers: {
        [errorHeaderNames.code]: code,
        [errorHeaderNames.topic]: signals,
        [errorHeaderNames.partition]: '1',
        [errorHeaderNames.offset]: String(at),
        ...headers,
      },
    },
  } as InboundRecord);

const write = (...all: readonly Told[]): Promise<void> =>
  inTransaction(database, (query) => store.write({ query }, all.map(recordOf)));

const order = (extra: Partial<Order> = {}): Order => ({
  ...{ kind: 'REDRIVEN', by: 'ada', why: null, atUs: 1, again: false, isDry: false },
  ...extra,
});

const letters = (sent: EncodedMessage[]) =>
  new DeadLetters({ store, topics, send: (messages) => Promise.resolve(void sent.push(...messages)) });

describe('the store of rejected records', () => {
  it('keeps any text and bytes as they were, once however often they are written', async () => {
    const nasty = {
      code: 'A\0"\\{}',
      source: 'п\0"',
      headers: { 'n\0"': Buffer.from([0xff, 0]) },
      value: Buffer.from([0, 255]),
    };
    const long = { code: 'c'.repeat(5_000), source: 's'.repeat(5_000), at: 2 };
    await write({ ...nasty, at: 1 }, long, { ...nasty, at: 1 });
    await write(long, { at: 3, code: 'last' });
    const found = await store.find({ keptOn: 'dlq', limit: 10 });
    expect(found.map(({ rejected }) => rejected.kept.offset)).toEqual(['1', '2', '3']);
    const { rejected } = (await store.get(found[0]!.rejected.id))!;
    expect(rejected).toMatchObject({ code: 'A\uFFFD"\\{}', source: 'п\uFFFD"', origin: { position: { offset: '1' } } });
    expect(rejected.record.value).toEqual(nasty.value);
    expect(rejected.record.headers['n\0"']).toEqual(nasty.headers['n\0"']);
    expect(await store.find({ keptOn: 'dlq', reason: 'last', fromUs: 3, toUs: 4, limit: 10 })).toHaveLength(1);
    expect(await store.find({ keptOn: 'dlq', reason: 'last', fromUs: 4, limit: 10 })).toEqual([]);
  });

  it('is worked off round by round, in order, without what came meanwhile, and nothing of a round that fails', async () => {
    const all = Array.from({ length: 450 }, (_, n) => ({ at: 1_000 + n, code: 'MANY' }));
    await write(...all);
    const sent: EncodedMessage[] = [];
    const deadLetters = letters(sent);
    expect((await deadLetters.all({ reason: 'MANY' }, order({ isDry: true }))).settled).toHaveLength(200);
    const broken = new DeadLetters({ store, topics, send: () => Promise.reject(new Error('away')) });
    await expect(broken.all({ reason: 'MANY' }, order())).rejects.toThrow('away');
    let round = await deadLetters.all({ reason: 'MANY' }, order());
    await write({ at: 9_000, code: 'MANY' });
    while (round.next) round = await deadLetters.all({ reason: 'MANY' }, order(), round.next);
    expect(sent).toHaveLength(450);
    const left = await store.find({ keptOn: 'dlq', reason: 'MANY', state: 'OPEN', limit: 10 });
    expect(left.map(({ rejected }) => rejected.kept.offset)).toEqual(['9000']);
    expect(await store.open()).toContainEqual({ topic: signals, reason: 'MANY', count: 1 });
  });

  it('cuts a round by bytes, and takes one that is larger alone', async () => {
    const value = Buffer.alloc(5 * 1024 * 1024);
    for (const at of [1, 2]) await write({ at: 20_000 + at, code: 'LARGE', value });
    const round = await letters([]).all({ reason: 'LARGE' }, order());
    expect(round.settled).toHaveLength(1);
    expect(round.next).not.toBeNull();
  });

  it('lets one of many at once send a dead letter', async () => {
    await write({ at: 30_000, code: 'ONCE' });
    const [{ rejected }] = (await store.find({ keptOn: 'dlq', reason: 'ONCE', limit: 1 })) as [any];
    const sent: EncodedMessage[] = [];
    const waiting = () =>
      database.dataSource.query<object[]>(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
    // Kafka acknowledges once the other waits for this one, or has not waited at all.
    const send = async (messages: readonly EncodedMessage[]) => {
      sent.push(...messages);
      await eventually(async () => sent.length > 1 || (await waiting()).length > 0);
    };
    const other = () => new DeadLetters({ store, topics, send }).one(rejected.id, order());
    const answers = await Promise.all([other(), other()]);
    expect(sent).toHaveLength(1);
    expect(answers.map((answer) => answer!.refused?.code).sort()).toEqual(['ALREADY_REDRIVEN', undefined]);
    await letters(sent).one(rejected.id, order({ again: true, why: 'once more' }));
    expect(sent).toHaveLength(2);
    expect((await store.get(rejected.id))!.settlements.map(({ why }) => why)).toEqual([null, 'once more']);
  });

  it('sums late elements by window type and source, and forgets what its topic has deleted', async () => {
    const late = (at: number, source: string, eventTime: number, lateFor = 'cycle@1:1000') => ({
      ...{ family: 'late' as const, at, source, code: 'LATE' },
      headers: { [lateHeaderNames.eventTime]: String(eventTime), [lateHeaderNames.lateFor]: lateFor },
    });
    await write(...Array.from({ length: 100 }, (_, n) => late(n, n < 90 ? 'a' : 'b', 1_000 - n - 1)));
    await write(late(100, 'a', 500, 'cycle@1:1000,life@1:600'));
    expect(await store.lateSummary({ by: 'windowType', limit: 10 })).toEqual([
      {
        windowType: 'cycle@1',
        source: null,
        elements: 101,
        sources: 2,
        behindUs: { p50: 51, p90: 91, p99: 100, max: 500 },
      },
      {
        windowType: 'life@1',
        source: null,
        elements: 1,
        sources: 1,
        behindUs: { p50: 100, p90: 100, p99: 100, max: 100 },
      },
    ]);
    const [most] = await store.lateSummary({ by: 'source', windowType: 'cycle@1', limit: 1 });
    expect(most).toMatchObject({ source: 'a', elements: 91 });
    expect(await store.find({ keptOn: 'late', windowType: 'life@1', limit: 10 })).toMatchObject([
      { rejected: { late: { eventTimeUs: 500, lateFor: [{ windowType: 'cycle@1' }, { windowType: 'life@1' }] } } },
    ]);
    expect(
      await store.forget(
        'late',
        new Map([
          [1, '99'],
          [0, '1000'],
        ]),
      ),
    ).toBe(99);
    expect((await store.find({ keptOn: 'late', limit: 10 })).map(({ rejected }) => rejected.kept.offset)).toEqual([
      '99',
      '100',
    ]);
    expect((await store.lateSummary({ by: 'windowType', limit: 10 }))[0]!.elements).toBe(2);
    expect(await store.find({ keptOn: 'dlq', reason: 'ONCE', limit: 1 })).toHaveLength(1);
  });
});
