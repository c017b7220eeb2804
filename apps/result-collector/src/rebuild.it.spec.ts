import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@windlass/testing';
import pg from 'pg';
import { startCollector, type Answer, type Collector } from './collector.fixture.ts';
import { finalized, idOf, outcome, outcomes, pane, windowWithdrawn } from './records.fixture.ts';

let collector: Collector;
let client: pg.Client;

beforeAll(async () => {
  collector = await startCollector('rebuild');
  client = new pg.Client({ connectionString: collector.databaseUrl, options: '-c search_path=result_collector' });
  await client.connect();
});

afterAll(async () => {
  await client?.end();
  await collector?.stop();
});

const tables = ['windows', 'window_changes', 'child_bounds', 'panes', 'outcomes', 'withdrawals', 'annotations'];

/** Everything that is stored, but for which transaction stored it. */
async function rows(): Promise<unknown[]> {
  const all: unknown[] = [];
  for (const table of tables) {
    const { rows: found } = await client.query(
      `SELECT (to_jsonb(t) - 'arrival')::text AS row FROM ${table} t ORDER BY 1`,
    );
    all.push([table, found]);
  }
  return all;
}

const position = async () => {
  const { rows: found } = await client.query<{ next: string }>('SELECT sum(next_offset) AS next FROM stage_position');
  return Number(found[0]!.next);
};

describe('a rebuild', () => {
  it('ends in the rows that there were, of every kind, over all partitions', async () => {
    const keys = Array.from({ length: 12 }, (_, index) => `key-${index}`);
    for (const key of keys) {
      const spec = { key, window: key, startUs: keys.indexOf(key) * 40 * 86_400_000_000 };
      const child = { ...spec, window: `${key} child`, parentWindowId: idOf(key), startUs: spec.startUs + 5 };
      const first = outcome('a@1', Float64Array.of(Number.NaN, -0), { of: key });
      const input = {
        executionId: first.executionId,
        algorithm: 'a@1',
        relation: 'PARENT' as const,
        windowId: idOf(key),
      };
      await collector.send(
        pane({ ...spec, version: 1, metadata: { load: 1 } }),
        outcomes({ ...spec, version: 1, outcomes: [first], runComplete: true }),
        pane(child),
        outcomes({ ...child, outcomes: [outcome('b@1', 1, { of: child.window, inputs: [input] })] }),
        pane({ ...spec, version: 2, revision: 1, timing: 'LATE', metadata: { load: 2 } }),
        outcomes({
          ...spec,
          version: 2,
          revision: 1,
          outcomes: [outcome('a@1', 3n, { of: key, run: 1, knownAtUs: 80 })],
        }),
        outcomes({ ...spec, version: 3, outcomes: [{ ...first, staleInput: true }] }),
        outcomes({
          ...spec,
          version: 4,
          revision: 1,
          withdrawn: [{ ...first, reason: 'RERUN', knownAtUs: 90 }],
          runComplete: true,
        }),
        windowWithdrawn({
          ...spec,
          version: 3,
          outside: { parentWindowId: idOf(key), startUs: spec.startUs, endUs: spec.startUs },
        }),
        finalized({ ...spec, version: 4, revision: 1 }),
        windowWithdrawn({ key, window: `${key} gone`, startUs: -5 }),
      );
    }
    await collector.ask('/v1/annotations', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ source: 'key-1', text: 'stays' }),
    });
    const records = 12 * 11;
    await eventually(async () => (await position()) === records, { describe: position });
    const before = await rows();
    const { nodes } = await collector.get(`/v1/results/${idOf('key-3 child b@1 0')}/lineage`);
    expect(nodes.map((one: Answer) => one.algorithm)).toEqual(['b@1', 'a@1']);
    const stream = await fetch(`${collector.url}/v1/results/stream`);
    const events = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    const { value: opened } = await events.read();

    expect(await collector.ask('/v1/results/rebuild', { method: 'POST' })).toEqual({ status: 202, accepted: true });
    await eventually(async () => (await position()) === records, { describe: position });
    expect(await rows()).toEqual(before);

    let told = opened!;
    while (!told.includes('event: reset')) told += (await events.read()).value!;
    expect(told).toContain('STORE_REBUILT');
    await events.cancel();
    const again = await fetch(`${collector.url}/v1/results/stream`, {
      headers: { 'last-event-id': /^id: (\S+)/.exec(opened!)![1]! },
    });
    const { value } = await again.body!.pipeThrough(new TextDecoderStream()).getReader().read();
    expect(value).toMatch(/^id: .*\nevent: reset\n/);
  });
});
