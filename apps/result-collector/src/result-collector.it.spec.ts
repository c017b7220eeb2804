import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { encodeValue, errorHeaderNames, type OutcomeEvent, type ResultValue, toValue } from '@windlass/contracts';
import { eventually, openApiProblems } from '@windlass/testing';
import { startCollector, type Collector } from './collector.fixture.ts';
import { finalized, idOf, outcome, outcomes, pane, windowWithdrawn, type WindowSpec } from './records.fixture.ts';

let collector: Collector;

beforeAll(async () => {
  collector = await startCollector('result-collector');
});

afterAll(() => collector?.stop());

const get: Collector['get'] = (path) => collector.get(path);
const send: Collector['send'] = (...values) => collector.send(...values);
const stored: Collector['stored'] = (...asked) => collector.stored(...asked);
const results = (query: string) => get(`/v1/results?${query}`);

describe('the result-collector', () => {
  it('stores a window’s panes and outcomes and answers by source, algorithm and time', async () => {
    const spec: WindowSpec = { key: 'plain', window: 'plain', startUs: 5_000_000 };
    const input = {
      executionId: idOf('plain indicator@1 0'),
      algorithm: 'indicator@1',
      relation: 'SAME' as const,
      windowId: idOf('plain'),
    };
    await send(
      pane({ ...spec, version: 1, gapUs: 300_000, watermarkUs: 8_000_000 }),
      outcomes({ ...spec, version: 10, outcomes: [outcome('indicator@1', 1.5, { of: 'plain', unit: 'MB' })] }),
      outcomes({
        ...spec,
        version: 11,
        outcomes: [outcome('rul@1', 60, { of: 'plain', inputs: [input] })],
        runComplete: true,
      }),
      finalized({ ...spec, version: 2 }),
    );
    await stored('plain', 2);
    const one = await eventually(async () => {
      const answer = await results('source=plain&algorithm=indicator@1&from=1970-01-01T00:00:05Z&to=5000001');
      return answer.results[0]?.isFinal && answer;
    });
    expect(one.results).toEqual([
      expect.objectContaining({
        key: 'plain',
        algorithm: 'indicator@1',
        result: { type: 'double', value: 1.5 },
        unit: 'MB',
        state: 'SUCCEEDED',
        withdrawn: null,
      }),
    ]);
    expect((await results('source=plain&from=5000001')).results).toEqual([]);
    const window = await get(`/v1/windows/${idOf('plain')}`);
    expect(window.generations).toEqual([
      expect.objectContaining({
        state: 'FINAL',
        completeRevision: 0,
        metadata: { load: 12.5 },
        panes: [
          expect.objectContaining({
            revision: 0,
            timing: 'ON_TIME',
            elements: 20,
            gapUs: 300_000,
            watermarkUs: 8_000_000,
          }),
        ],
        outcomes: [
          expect.objectContaining({ algorithm: 'indicator@1' }),
          expect.objectContaining({ algorithm: 'rul@1', inputs: [input] }),
        ],
      }),
    ]);
  });

  it('keeps every kind of result, NaN, infinities and 64-bit integers exactly', async () => {
    const values: [ResultValue, object][] = [
      [Number.NaN, { type: 'double', value: 'NaN' }],
      [Number.NEGATIVE_INFINITY, { type: 'double', value: '-Infinity' }],
      [2n ** 63n - 1n, { type: 'long', value: '9223372036854775807' }],
      [Float64Array.of(1, Number.NaN), { type: 'array', value: [1, 'NaN'] }],
      [
        { a: [true, 'x\u0000y', null] },
        {
          type: 'struct',
          value: {
            a: {
              type: 'list',
              value: [{ type: 'boolean', value: true }, { type: 'string', value: 'x\u0000y' }, { type: 'null' }],
            },
          },
        },
      ],
      [Uint8Array.of(0, 255), { type: 'bytes', value: 'AP8=' }],
    ];
    const told = values.map(([value], index) => outcome(`kind${index}@1`, value, { of: 'kinds' }));
    const failed = outcome('kind9@1', null, {
      of: 'kinds',
      state: 'FAILED',
      result: null,
      reason: { code: 'THREW', message: 'a\u0000b', stack: null, because: null },
    });
    await send(outcomes({ key: 'kinds', window: 'kinds', outcomes: [...told, failed] }));
    const found = await stored('kinds', values.length + 1);
    const byAlgorithm = Object.fromEntries(found.map((one: any) => [one.algorithm, one]));
    for (const [index, [, json]] of values.entries()) expect(byAlgorithm[`kind${index}@1`].result).toEqual(json);
    expect(byAlgorithm['kind9@1']).toMatchObject({ result: null, reason: { code: 'THREW', message: 'a\uFFFDb' } });

    const path = (one: any) => `/v1/results/${one.executionId}/value?window=${idOf('kinds')}`;
    for (const [index, [value]] of values.entries()) {
      const bytes = encodeValue(toValue(value));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const served = await fetch(`${collector.url}${path(told[index])}&sha256=${sha256}`);
      expect(served.headers.get('content-type')).toBe('application/octet-stream');
      expect(Buffer.compare(Buffer.from(await served.arrayBuffer()), bytes)).toBe(0);
    }
    const refusals: [string, number, string][] = [
      [path(failed), 404, 'UNKNOWN_RESULT'],
      [path({ executionId: idOf('nobody') }), 404, 'UNKNOWN_RESULT'],
      [path(told[0]).replace(idOf('kinds'), idOf('plain')), 404, 'UNKNOWN_RESULT'],
      [`${path(told[0])}&sha256=${'0'.repeat(64)}`, 409, 'RESULT_DIFFERS'],
      [`${path(told[0])}&sha256=no`, 400, 'INVALID_REQUEST'],
    ];
    for (const [asked, status, code] of refusals) expect(await get(asked)).toMatchObject({ status, code });
  });

  it('adds nothing for records that come twice, and marks what became stale', async () => {
    const spec: WindowSpec = { key: 'twice', window: 'twice' };
    const first = outcomes({ ...spec, version: 10, outcomes: [outcome('a@1', 1, { of: 'twice' })] });
    await send(pane(spec), first, pane(spec), first);
    await send(
      first,
      outcomes({ ...spec, version: 12, outcomes: [outcome('a@1', 1, { of: 'twice', staleInput: true })] }),
      first,
    );
    await send(outcomes({ ...spec, version: 13, outcomes: [outcome('z@1', 1, { of: 'twice' })] }));
    const found = await stored('twice', 2);
    expect(found.map(({ algorithm, staleInput }: any) => [algorithm, staleInput]).sort()).toEqual([
      ['a@1', true],
      ['z@1', false],
    ]);
    expect((await get(`/v1/windows/${idOf('twice')}`)).generations[0].panes).toHaveLength(1);
  });

  it('shows as latest the newest run of the highest generation, unless withdrawn', async () => {
    const spec: WindowSpec = { key: 'latest', window: 'latest' };
    const run = (algorithm: string, number: number, generation = 0) =>
      outcome(algorithm, number, { of: `latest ${generation}`, run: number });
    const old = run('gone@1', 0);
    await send(
      outcomes({ ...spec, version: 1, outcomes: [run('rerun@1', 0), old, run('replayed@1', 5)] }),
      outcomes({
        ...spec,
        version: 2,
        outcomes: [run('rerun@1', 1)],
        withdrawn: [{ ...old, reason: 'INPUT_WITHDRAWN', knownAtUs: 70 }],
      }),
      outcomes({ ...spec, version: 1, generation: 1, lane: 'REPLAY', outcomes: [run('replayed@1', 0, 1)] }),
      outcomes({ ...spec, version: 1, generation: 2, lane: 'TRY', outcomes: [run('rerun@1', 0, 2)] }),
    );
    const all = await stored('latest', 6);
    expect(all.find(({ algorithm }: any) => algorithm === 'gone@1').withdrawn).toEqual({
      reason: 'INPUT_WITHDRAWN',
      knownAtUs: 70,
    });
    const { results: latest } = await results('source=latest');
    expect(
      latest.map(({ algorithm, run: number, generation }: any) => `${algorithm} ${generation} ${number}`).sort(),
    ).toEqual(['replayed@1 1 0', 'rerun@1 0 1']);
  });

  it('withdraws windows, and children that lie outside of their parent, and lets them hold again', async () => {
    const parent = idOf('parent');
    const child = (name: string, startUs: number) => ({ key: 'nested', window: name, startUs, parentWindowId: parent });
    await send(
      pane(child('inside', 0)),
      pane(child('beyond', 8_000_000)),
      pane({ key: 'nested', window: 'merged', version: 1 }),
      outcomes({ key: 'nested', window: 'merged', outcomes: [outcome('a@1', 1, { of: 'merged' })] }),
      outcomes({ ...child('beyond', 8_000_000), outcomes: [outcome('a@1', 1, { of: 'beyond' })] }),
    );
    await stored('nested', 2, '');
    await send(
      windowWithdrawn({
        key: 'nested',
        window: 'parent',
        outside: { parentWindowId: parent, startUs: 0, endUs: 5_000_000 },
      }),
      windowWithdrawn({ key: 'nested', window: 'merged', version: 2 }),
    );
    await eventually(async () => (await results('source=nested')).results.length === 0);
    const state = async (name: string) => (await get(`/v1/windows/${idOf(name)}`)).generations[0];
    expect(await state('beyond')).toMatchObject({ state: 'WITHDRAWN', stateReason: 'MERGED' });
    expect(await state('merged')).toMatchObject({ state: 'WITHDRAWN', replacedBy: [idOf('other')] });
    expect((await state('inside')).state).toBe('OPEN');
    await send(pane({ key: 'nested', window: 'merged', version: 3, revision: 1 }));
    await eventually(async () => (await results('source=nested')).results.length === 1);
    expect(await state('merged')).toMatchObject({ state: 'OPEN', stateReason: null, replacedBy: [] });
  });

  it('pages through all results without losing or repeating one', async () => {
    const windows = Array.from({ length: 25 }, (_, index) => ({
      key: 'paged',
      window: `paged${index}`,
      startUs: (index % 5) * 1_000_000,
    }));
    await send(...windows.map((spec) => outcomes({ ...spec, outcomes: [outcome('a@1', 1, { of: spec.window })] })));
    await stored('paged', 25, 'limit=1000');
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: any = await results(`source=paged&limit=7${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.results.map(({ startUs, executionId }: any) => `${startUs} ${executionId}`));
      cursor = page.nextCursor;
    }
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
    expect(seen.map((one) => Number(one.split(' ')[0]))).toEqual(
      [...windows].map(({ startUs }) => startUs).sort((a, b) => a - b),
    );
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['from=yesterday', 'from'],
    ['cursor=AAAA', 'cursor'],
    ['revisions=some', 'revisions'],
    ['sauce=pump', ''],
    [`source=${'x'.repeat(101)}`, 'source'],
    ['source=a&source=b', 'source'],
  ])('refuses ?%s', async (query, path) => {
    const { status, problems } = await results(query);
    expect(status).toBe(400);
    expect(problems[0].path).toBe(path);
  });

  it('knows nothing of a window nobody told of, and refuses an id that is none', async () => {
    expect(await get(`/v1/windows/${idOf('nobody')}`)).toMatchObject({ status: 404, code: 'UNKNOWN_WINDOW' });
    expect(await get('/v1/windows/42')).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  });

  it('sums up by algorithm and window type', async () => {
    await send(
      outcomes({
        key: 'sum',
        window: 'sum',
        startUs: 9_000_000_000,
        runComplete: true,
        outcomes: [outcome('a@1', 1, { of: 'sum' })],
      }),
      pane({ key: 'sum', window: 'sum', startUs: 9_000_000_000 }),
    );
    const { algorithms, windows } = await eventually(async () => {
      const summary = await get('/v1/summary?from=9000000000');
      return summary.windows[0]?.state === 'OPEN' && summary.algorithms.length > 0 && summary;
    });
    expect(algorithms).toEqual([{ algorithm: 'a@1', state: 'SUCCEEDED', count: 1, withdrawn: 0 }]);
    expect(windows).toEqual([{ windowType: 'cycle@1', state: 'OPEN', count: 1, complete: 1 }]);
  });

  it('adds up the work on windows of a type, and what of it was done again', async () => {
    const told = (spec: Parameters<typeof outcomes>[0]): OutcomeEvent => ({
      ...outcomes({ key: 'work', ...spec }),
      windowType: 'busy@1',
    });
    const done = (window: string, run: number, more: Parameters<typeof outcome>[2] = {}) =>
      outcome('a@1', run, { of: window, run, cpuMs: 10, knownAtUs: 5_000 + run, ...more });
    const unmeasured = outcome('b@1', 1, { of: 'work-1', cpuMs: null });
    await send(
      told({ window: 'work-1', outcomes: [done('work-1', 0), unmeasured] }),
      told({ window: 'work-1', revision: 1, version: 2, outcomes: [done('work-1', 1, { cpuMs: 2.5 })] }),
      told({ window: 'work-2', outcomes: [done('work-2', 0, { state: 'SKIPPED', startedAtUs: null })] }),
      told({ window: 'work-3', lane: 'REPLAY', outcomes: [done('work-3', 0)] }),
      told({ window: 'work-4', outcomes: [done('work-4', 0, { knownAtUs: 9_000 })] }),
    );
    const work = await eventually(async () => {
      const found = await get('/v1/work?windowType=busy@1');
      return found.algorithms[0]?.executions === 3 && found;
    });
    const none = { executions: 0, cpuMs: 0, unmeasured: 0 };
    expect(work).toEqual({
      status: 200,
      windowType: 'busy@1',
      algorithms: [
        { algorithm: 'a@1', executions: 3, cpuMs: 22.5, unmeasured: 0, again: { ...none, executions: 1, cpuMs: 2.5 } },
        { algorithm: 'b@1', executions: 1, cpuMs: 0, unmeasured: 1, again: none },
      ],
    });
    expect((await get('/v1/work?windowType=busy@1&from=5001&to=9000')).algorithms).toMatchObject([{ executions: 1 }]);
  });

  it('sends what it cannot read or store to the dead letters, and goes on', async () => {
    const { kafka, topics, prefix } = collector;
    const producer = kafka.producer();
    await producer.connect();
    const unknownSchema = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3]);
    await producer.send({
      topic: topics.outcomes,
      messages: [
        { key: 'bad', value: unknownSchema },
        { key: 'bad', value: 'not Avro' },
      ],
    });
    await producer.disconnect();
    await send(
      pane({ key: 'bad', window: 'bad', parentWindowId: 'none' }),
      outcomes({ key: 'bad', window: 'bad', outcomes: [outcome('a@1', 1, { of: 'bad' })] }),
    );
    await stored('bad', 1);
    const codes = new Set<string>();
    const consumer = kafka.consumer({ groupId: `${prefix}.reads-dlq` });
    await consumer.connect();
    await consumer.subscribe({ topic: topics.dlq, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => void codes.add(String(message.headers?.[errorHeaderNames.code])),
    });
    await eventually(() => codes.size === 3, { describe: () => [...codes] });
    await consumer.disconnect();
    expect([...codes].sort()).toEqual(['BAD_ID', 'BAD_WIRE_FORMAT', 'UNKNOWN_SCHEMA_ID']);
  });

  it('is ready, and describes itself', async () => {
    expect(await get('/readyz')).toMatchObject({
      status: 200,
      checks: { postgres: { ok: true }, stage: { ok: true } },
    });
    const { status: _, ...document } = await get('/openapi.json');
    const { paths } = document;
    expect(await openApiProblems(document)).toEqual([]);
    expect(Object.keys(paths).filter((path) => path.startsWith('/v1/'))).toEqual(
      expect.arrayContaining(['/v1/results', '/v1/summary', '/v1/windows/{id}', '/v1/work']),
    );
    expect(paths['/v1/results'].get.parameters.map(({ name }: any) => name)).toContain('revisions');
    const metrics = await (await fetch(`${collector.url}/metrics`)).text();
    expect(metrics).toMatch(/windlass_stage_records_total\{.*\} \d+/);
    expect(metrics).toMatch(/windlass_result_collector_partitions\{.*\} [3-9]/);
  });
});
