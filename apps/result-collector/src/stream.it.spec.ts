import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '@windlass/persistence';
import { eventually } from '@windlass/testing';
import { startCollector, type Answer, type Collector } from './collector.fixture.ts';
import { gather } from './gather.ts';
import { PostgresArrivals } from './postgres/postgres-arrivals.ts';
import { PostgresFactStore } from './postgres/postgres-fact-store.ts';
import { Partitions } from './postgres/partitions/partitions.ts';
import { inTransaction, openStore, writeRecords } from './postgres/store.fixture.ts';
import { idOf, inbound, outcome, outcomes } from './records.fixture.ts';
import { eventStream } from './stream/event-stream.ts';

const told = (window: string, key = 'told') => outcomes({ key, window, outcomes: [outcome('a@1', 1, { of: window })] });

interface Event {
  readonly id: string;
  readonly event: string;
  readonly data: Answer;
}

const parse = (text: string): Event[] =>
  text
    .split('\n\n')
    .filter((one) => one !== '')
    .map((one) => {
      const fields = Object.fromEntries(one.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
      return { id: fields['id'], event: fields['event'], data: JSON.parse(fields['data']) };
    });

describe('the order of arrival', () => {
  let database: Database;
  const store = new PostgresFactStore(new Partitions('month'));

  beforeAll(async () => {
    database = await openStore('arrivals');
  });
  afterAll(() => database?.close());

  it('has no gap when a transaction that began earlier is committed later', async () => {
    const arrivals = new PostgresArrivals(database.dataSource);
    await writeRecords(database, store, [told('before')]);
    const start = await arrivals.head();
    const committed = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    const early = inTransaction(database, async (query) => {
      for (const facts of gather([inbound(told('early'))]).steps) await store.write({ query }, facts);
      written.resolve();
      await committed.promise;
    });
    await written.promise;
    await writeRecords(database, store, [told('late')]);
    const first = await arrivals.after(start, {});
    expect(first.arrived).toEqual([]);
    committed.resolve();
    await early;
    const { arrived, next } = await arrivals.after(first.next, {});
    expect(arrived.map((one) => 'outcome' in one && one.outcome.windowId)).toEqual(['early', 'late'].map(idOf));
    expect((await arrivals.after(next, {})).arrived).toEqual([]);
  });

  it('is read page by page, outcomes before withdrawals of one batch, none left out and none twice', async () => {
    const arrivals = new PostgresArrivals(database.dataSource);
    const start = await arrivals.head();
    const windows = Array.from({ length: 1_100 }, (_, index) => `page ${index}`);
    const gone = { executionId: idOf('page 7 a@1 0'), algorithm: 'a@1', run: 0, reason: 'R', knownAtUs: 70 };
    await writeRecords(database, store, [
      ...windows.map((window) => told(window, 'paged')),
      outcomes({ key: 'paged', window: 'page 7', version: 2, withdrawn: [gone] }),
      told('other', 'other'),
    ]);
    const seen: string[] = [];
    let position = start;
    for (let more = true; more;) {
      const { arrived, next } = await arrivals.after(position, { source: 'paged' });
      seen.push(...arrived.map((one) => ('outcome' in one ? one.outcome.windowId : `gone ${one.withdrawal.windowId}`)));
      more = arrived.length > 0;
      position = next;
    }
    expect(seen.slice(0, -1).toSorted()).toEqual(windows.map(idOf).toSorted());
    expect(seen.at(-1)).toBe(`gone ${idOf('page 7')}`);
  });

  it('is told to a reader that was too slow, which is then cut', async () => {
    const arrivals = new PostgresArrivals(database.dataSource);
    let nowMs = 0;
    const events = eventStream({
      arrivals,
      filter: {},
      from: 'beginning',
      changed: () => Promise.resolve(),
      nowMs: () => nowMs,
      heartbeatMs: 10,
      slowMs: 100,
    });
    const next = async () => parse((await events.next()).value as string);
    expect(await next()).toMatchObject([{ event: 'open' }]);
    const page = await next();
    nowMs = 100;
    expect(await next()).toMatchObject([{ id: page.at(-1)!.id, event: 'cut', data: { code: 'SLOW_READER' } }]);
    expect((await events.next()).done).toBe(true);
  });
});

describe('the stream of results', () => {
  let collector: Collector;

  beforeAll(async () => {
    collector = await startCollector('stream');
  });
  afterAll(() => collector?.stop());

  /** Events as they come, until it is closed. */
  async function listen(query = '', lastEventId?: string) {
    const abort = new AbortController();
    const answer = await fetch(`${collector.url}/v1/results/stream?${query}`, {
      signal: abort.signal,
      headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
    });
    const events: Event[] = [];
    let rest = '';
    const reading = (async () => {
      for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
        const whole = (rest + chunk).split('\n\n');
        rest = whole.pop()!;
        events.push(...whole.flatMap(parse));
      }
    })().catch(() => undefined);
    const close = async () => {
      abort.abort();
      await reading;
    };
    return { type: answer.headers.get('content-type'), events, close };
  }
  const windowsOf = (events: readonly Event[]) =>
    events.filter(({ event }) => event === 'outcome').map(({ data }) => data.windowId);

  it('goes on behind the last event, without gap or repetition, also over a restart', async () => {
    const first = await listen();
    expect(first.type).toMatch(/^text\/event-stream/);
    await eventually(() => first.events[0]?.event === 'open');
    const names = Array.from({ length: 60 }, (_, index) => `w${index}`);
    await collector.send(...names.slice(0, 20).map((name, index) => told(name, `key-${index}`)));
    await eventually(() => windowsOf(first.events).length >= 7);
    await first.close();
    const seen = first.events.slice(0, 8);
    await collector.send(...names.slice(20, 40).map((name, index) => told(name, `key-${index}`)));
    const second = await listen('', seen.at(-1)!.id);
    await eventually(() => windowsOf(second.events).length >= 33);
    await second.close();
    await collector.restart();
    await collector.send(...names.slice(40).map((name, index) => told(name, `key-${index}`)));
    const third = await listen('', second.events.at(-1)!.id);
    const all = () => windowsOf([...seen, ...second.events, ...third.events]);
    await eventually(() => all().length >= 60);
    expect(all().toSorted()).toEqual(names.map(idOf).toSorted());
    await third.close();
  });

  it('tells only what is asked for, from the beginning, and withdrawals', async () => {
    const gone = { executionId: idOf('w7 a@1 0'), algorithm: 'a@1', run: 0, reason: 'MERGED', knownAtUs: 70 };
    await collector.send(outcomes({ key: 'key-7', window: 'w7', version: 2, withdrawn: [gone] }));
    const stream = await listen('source=key-7&from=beginning');
    await eventually(() => stream.events.some(({ event }) => event === 'withdrawal'));
    expect(windowsOf(stream.events)).toEqual(['w7', 'w27', 'w47'].map(idOf));
    expect(stream.events.at(-1)!.data).toMatchObject({ executionId: gone.executionId, key: 'key-7', reason: 'MERGED' });
    await stream.close();
  });

  it('tells one whose position is of another store to begin anew, and refuses what is no position', async () => {
    const stream = await listen('', `${idOf('another')}.5.0.${idOf('x')}`);
    await eventually(() => stream.events[0]?.event === 'reset');
    expect(stream.events[0]!.data).toMatchObject({ code: 'STORE_REBUILT' });
    await stream.close();
    expect(await collector.get('/v1/results/stream?lastEventId=7')).toMatchObject({
      status: 400,
      code: 'BAD_EVENT_ID',
    });
  });
});
