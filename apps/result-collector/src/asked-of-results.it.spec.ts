import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Outcome, Relation } from '@windlass/contracts';
import { eventually } from '@windlass/testing';
import { tableFromIPC } from 'apache-arrow';
import { parquetReadObjects } from 'hyparquet';
import { startCollector, type Answer, type Collector } from './collector.fixture.ts';
import { idOf, outcome, outcomes, pane, windowWithdrawn, type WindowSpec } from './records.fixture.ts';

let collector: Collector;

beforeAll(async () => {
  collector = await startCollector('asked-of-results');
});

afterAll(() => collector?.stop());

const get: Collector['get'] = (path) => collector.get(path);
const results = (query: string) => get(`/v1/results?${query}`);
const of = (window: string) => `${window} a@1 0`;

describe('results as they were known', () => {
  it('are asked for with asOf, revisions and standing', async () => {
    const spec: WindowSpec = { key: 'then', window: 'then' };
    const run = (number: number, knownAtUs: number) => outcome('a@1', number, { of: 'then', run: number, knownAtUs });
    const first = run(0, 60);
    await collector.send(
      pane(spec),
      outcomes({ ...spec, version: 1, outcomes: [first] }),
      outcomes({ ...spec, version: 2, outcomes: [run(1, 80)] }),
      outcomes({ ...spec, version: 3, withdrawn: [{ ...first, reason: 'RERUN', knownAtUs: 90 }] }),
    );
    await collector.stored('then', 2);
    const runs = async (query: string) => (await results(`source=then&${query}`)).results.map((one: Answer) => one.run);
    await collector.stored('then', 1, 'standing=withdrawn&revisions=all');
    expect(await runs('')).toEqual([1]);
    expect(await runs('asOf=59')).toEqual([]);
    expect(await runs('asOf=79')).toEqual([0]);
    expect(await runs('asOf=1970-01-01T00:00:01Z')).toEqual([1]);
    expect(await runs('asOf=89&revisions=all&standing=withdrawn')).toEqual([]);
    expect(await runs('revisions=all&standing=withdrawn')).toEqual([0]);
    expect(await get(`/v1/windows/${idOf('then')}?asOf=49`)).toMatchObject({ status: 404, code: 'UNKNOWN_WINDOW' });
    const then = await get(`/v1/windows/${idOf('then')}?asOf=65`);
    expect(then.generations[0].outcomes.map((one: Answer) => one.run)).toEqual([0]);
    expect(await results('asOf=soon')).toMatchObject({ status: 400 });
  });
});

describe('lineage', () => {
  const input = (window: string, relation: Relation, algorithm = 'a@1'): Outcome['inputs'][number] => ({
    executionId: idOf(`${window} ${algorithm} 0`),
    algorithm,
    relation,
    windowId: idOf(window),
  });
  const executions = ({ nodes }: Answer) => nodes.map((one: Answer) => one.executionId);
  const lineage = (id: string, query = '') => get(`/v1/results/${idOf(id)}/lineage?${query}`);

  beforeAll(async () => {
    const day = 86_400_000_000;
    const spec = (window: string, startUs: number, key = 'line-1'): WindowSpec => ({ key, window, startUs });
    const told = (window: string, algorithm: string, inputs: Outcome['inputs'], knownAtUs = 60) =>
      outcome(algorithm, 1, { of: window, inputs, knownAtUs });
    await collector.send(
      pane(spec('l1', 0)),
      outcomes({ ...spec('l1', 0), outcomes: [told('l1', 'a@1', [])] }),
      pane(spec('l2', 400 * day)),
      outcomes({
        ...spec('l2', 400 * day),
        outcomes: [told('l2', 'a@1', [input('l1', 'PREVIOUS'), input('l0', 'PREVIOUS')])],
      }),
      outcomes({ ...spec('l2', 400 * day), version: 2, outcomes: [told('l2', 'b@1', [input('l2', 'SAME')], 70)] }),
      pane({
        ...spec('l3', 401 * day, 'line-2'),
        openedBy: { windowId: idOf('l2'), algorithm: 'b@1', executionId: idOf('l2 b@1 0') },
      }),
      outcomes({ ...spec('l3', 401 * day, 'line-2'), outcomes: [told('l3', 'a@1', [], 90)] }),
      outcomes({ ...spec('g', 400 * day, 'group'), outcomes: [told('g', 'c@1', [input('l2', 'MEMBERS', 'b@1')], 95)] }),
    );
    await collector.stored('line-1', 3);
    await collector.stored('line-2', 1);
    await collector.stored('group', 1);
  });

  it('goes up over windows, keys and what opened them, with runs, versions and revisions', async () => {
    const up = await lineage(of('l3'));
    expect(executions(up)).toEqual([of('l3'), 'l2 b@1 0', of('l2'), of('l1')].map(idOf));
    expect(up.unknown).toEqual([{ executionId: idOf(of('l0')), windowId: idOf('l0'), algorithm: 'a@1' }]);
    expect(up.edges.map(({ use }: Answer) => use)).toEqual(['OPENED', 'SAME', 'PREVIOUS', 'PREVIOUS']);
    expect(up.nodes[0]).toMatchObject({
      dagRevision: 1,
      policyRevision: 1,
      processor: 'health',
      processorVersion: '1.0.0',
    });
    expect(executions(await lineage(of('l3'), 'depth=1'))).toHaveLength(2);
  });

  it('goes down to all that was made of it, as it was known', async () => {
    const down = await lineage(of('l1'), 'direction=down');
    expect(executions(down).toSorted()).toEqual(
      [of('l1'), of('l2'), 'l2 b@1 0', of('l3'), 'g c@1 0'].map(idOf).toSorted(),
    );
    expect(executions(await lineage(of('l1'), 'direction=down&asOf=65'))).toEqual([of('l1'), of('l2')].map(idOf));
  });

  it('is not known of what nobody told', async () => {
    expect(await lineage('nobody')).toMatchObject({ status: 404, code: 'UNKNOWN_EXECUTION' });
    expect(await lineage(of('l1'), 'depth=51')).toMatchObject({ status: 400 });
  });
});

describe('annotations', () => {
  const say = (body: object) =>
    collector.ask('/v1/annotations', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('are said of windows, results and sources in a span, shown with results, and withdrawn but not lost', async () => {
    const spec: WindowSpec = { key: 'noted', window: 'noted', startUs: 1_000 };
    await collector.send(outcomes({ ...spec, outcomes: [outcome('a@1', 1, { of: 'noted' })] }));
    await collector.stored('noted', 1);
    const window = await say({ window: idOf('noted'), text: 'sensor was loose', labels: ['bad', 'bad'] });
    expect(window).toMatchObject({ status: 201, author: 'local', labels: ['bad'], withdrawn: null });
    await say({ result: idOf(of('noted')), text: 'checked' });
    await say({ source: 'noted', from: 500, to: '1970-01-01T00:00:00.002Z', text: 'workshop' });
    await say({ source: 'noted', from: 10_000_000, text: 'later' });
    const said = async (query = '') =>
      (await results(`source=noted&annotations=true${query}`)).results[0].annotations.map((one: Answer) => one.text);
    expect(await said()).toEqual(['sensor was loose', 'checked', 'workshop']);
    expect((await results('source=noted')).results[0].annotations).toBeUndefined();
    const gone = await collector.ask(`/v1/annotations/${window.id}`, { method: 'DELETE' });
    expect(gone).toMatchObject({ status: 200, withdrawn: { by: 'local' } });
    expect(await said()).toEqual(['checked', 'workshop']);
    expect(await said(`&asOf=${gone.withdrawn.atUs - 1}`)).toContain('sensor was loose');
    expect((await get(`/v1/annotations?window=${idOf('noted')}`)).annotations).toEqual([]);
    const all = await get(`/v1/annotations?window=${idOf('noted')}&withdrawn=true&label=bad`);
    expect(all.annotations).toMatchObject([{ text: 'sensor was loose', withdrawn: { by: 'local' } }]);
    expect(await collector.ask(`/v1/annotations/${window.id}`, { method: 'DELETE' })).toMatchObject({
      status: 409,
      code: 'ALREADY_WITHDRAWN',
    });
    const page = await get('/v1/annotations?source=noted&limit=1');
    expect(page.annotations[0].text).toBe('workshop');
    const rest = await get(`/v1/annotations?source=noted&limit=1&cursor=${page.nextCursor}`);
    expect([rest.annotations[0].text, rest.nextCursor]).toEqual(['later', null]);
  });

  it.each([
    [{ text: 'of nothing' }, 'must name one'],
    [{ window: idOf('w'), source: 's', text: 'of two' }, 'must name one'],
    [{ window: idOf('w'), from: 1, text: 'a span of a window' }, 'only a source has a span'],
    [{ source: 's', from: 2, to: 2, text: 'an empty span' }, 'before to'],
    [{ source: 's', text: ' ' }, 'text'],
  ])('are refused: %j', async (body, why) => {
    expect(await say(body)).toMatchObject({ status: 400, detail: expect.stringContaining(why) });
  });
});

it('a withdrawn window takes its results with it, and standing=withdrawn shows them', async () => {
  const spec: WindowSpec = { key: 'merged', window: 'merged' };
  await collector.send(pane(spec), outcomes({ ...spec, outcomes: [outcome('a@1', 1, { of: 'merged' })] }));
  await collector.stored('merged', 1);
  await collector.send(windowWithdrawn({ ...spec, version: 2 }));
  const gone = await collector.stored('merged', 1, 'standing=withdrawn');
  expect(gone[0]).toMatchObject({ algorithm: 'a@1', withdrawn: null });
  expect((await results('source=merged')).results).toEqual([]);
});

describe('exports', () => {
  const spec: WindowSpec = { key: 'exported', window: 'exported', startUs: 7_000 };
  const big = Float64Array.from({ length: 100_000 }, (_, index) => index / 3);

  beforeAll(async () => {
    const told = [
      outcome('a@1', 1.5, { of: 'exported', unit: 'MB' }),
      outcome('s@1', { spectrum: big, peak: { at: Number.NaN, deep: { far: [1n, 'x'] } } }, { of: 'exported' }),
      outcome('z@1', big, { of: 'exported' }),
    ];
    await collector.send(...told.map((one, index) => outcomes({ ...spec, version: index + 1, outcomes: [one] })));
    await collector.stored('exported', 3);
  });

  const download = async (format: string, query = '') => {
    const answer = await fetch(`${collector.url}/v1/results/export?format=${format}&source=exported${query}`);
    return { type: answer.headers.get('content-type'), bytes: Buffer.from(await answer.arrayBuffer()) };
  };

  it('hold arrays of 100,000 values and nested structs, whole', async () => {
    const parquet = await download('parquet', '&algorithm=z@1');
    expect(parquet.type).toBe('application/vnd.apache.parquet');
    const [row] = await parquetReadObjects({ file: new Uint8Array(parquet.bytes).buffer });
    expect(row!['result_list']).toEqual(Array.from(big));
    const arrow = tableFromIPC((await download('arrow')).bytes);
    expect(arrow.numRows).toBe(3);
    const struct = arrow.toArray().find((one) => one['algorithm'] === 's@1')!['result_struct'];
    expect(struct.spectrum.length).toBe(100_000);
    expect([struct.peak.at, struct.peak.deep.far.length]).toEqual([Number.NaN, 2]);
  });

  it('are of what is meant', async () => {
    const { bytes } = await download('csv', '&algorithm=a@1');
    const lines = String(bytes).trimEnd().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/,MB,double,1\.5$/);
    expect(
      String((await download('csv', '&asOf=59')).bytes)
        .trimEnd()
        .split('\r\n'),
    ).toHaveLength(1);
    expect(await get('/v1/results/export?format=xlsx')).toMatchObject({ status: 400 });
  });

  it('come whole on a page too, in answers of bounded size', async () => {
    const windows = Array.from({ length: 14 }, (_, index) => ({
      key: 'large',
      window: `large${index}`,
      startUs: index,
    }));
    for (const one of windows)
      await collector.send(outcomes({ ...one, outcomes: [outcome('a@1', big, { of: one.window })] }));
    const { results: all } = await eventually(async () => {
      const page = await results('source=large&limit=20');
      return page.nextCursor !== null && page;
    });
    expect(all).toHaveLength(10);
    expect(all[0].result.value).toEqual(Array.from(big));
    const read = await eventually(async () => {
      const starts: number[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: Answer = await results(`source=large&limit=20${cursor && `&cursor=${cursor}`}`);
        starts.push(...page.results.map((one: Answer) => one.startUs));
        cursor = page.nextCursor;
      }
      return starts.length >= 14 && starts;
    });
    expect(read).toEqual(windows.map(({ startUs }) => startUs));
  });
});

describe('cost', () => {
  it('is told by day, algorithm, team and policy, with attempts, bytes and late reruns', async () => {
    const spec: WindowSpec = { key: 'cost', window: 'cost' };
    const knownAtUs = Date.UTC(2026, 2, 1) * 1000;
    const run = (number: number, more: Partial<Outcome> = {}) =>
      outcome('a@1', 1, { of: 'cost', run: number, cpuMs: 10, knownAtUs, ...more });
    await collector.publisher.publish([
      {
        topic: collector.topics.registry,
        family: 'registry',
        key: 'REVISION/1',
        partition: 0,
        value: {
          kind: 'REVISION',
          name: '1',
          number: 1,
          body: JSON.stringify({ processors: [{ name: 'health', team: 'blue' }] }),
          changedBy: 'test',
          changedAtUs: 1,
        },
      },
    ]);
    await collector.send(
      pane(spec),
      pane({ ...spec, version: 2, revision: 1, timing: 'LATE' }),
      outcomes({ ...spec, outcomes: [run(0, { attempt: 3 })] }),
      outcomes({ ...spec, version: 2, revision: 1, outcomes: [run(1, { cpuMs: null })] }),
      outcomes({
        ...spec,
        version: 3,
        revision: 0,
        policyRevision: 2,
        outcomes: [run(2, { knownAtUs: knownAtUs + 86_400_000_000 })],
      }),
      outcomes({ ...spec, version: 4, outcomes: [run(3, { state: 'SKIPPED', startedAtUs: null, result: null })] }),
    );
    await collector.stored('cost', 4);
    const cost = (query: string) => get(`/v1/cost?from=2026-03-01T00:00:00Z&to=2026-03-08T00:00:00Z&${query}`);
    const daily = await eventually(async () => {
      const answer = await cost('by=team,policy');
      return answer.cost[0]?.team === 'blue' && answer;
    });
    expect(daily.cost).toEqual([
      {
        ...{ day: '2026-03-01', team: 'blue', windowType: 'cycle@1', policyRevision: 1, executions: 2, attempts: 4 },
        ...{ cpuMs: 10, unmeasured: 1, resultBytes: 18, reruns: 1, lateReruns: 1 },
      },
      {
        ...{ day: '2026-03-02', team: 'blue', windowType: 'cycle@1', policyRevision: 2, executions: 1, attempts: 1 },
        ...{ cpuMs: 10, unmeasured: 0, resultBytes: 9, reruns: 1, lateReruns: 0 },
      },
    ]);
    expect((await cost('per=total')).cost).toMatchObject([
      { algorithm: 'a@1', executions: 3, attempts: 5, lateReruns: 1 },
    ]);
    expect(await get('/v1/cost?by=colour')).toMatchObject({ status: 400 });
    expect(await get('/v1/cost?from=2020-01-01T00:00:00Z')).toMatchObject({ status: 400, code: 'SPAN_TOO_LONG' });
  });
});
