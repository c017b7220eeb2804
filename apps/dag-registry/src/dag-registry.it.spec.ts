import { afterEach, describe, expect, it } from '@jest/globals';
import { liveRevision, policyOf, sourceOf } from '@windlass/dag';
import { awaitLeaders, createAdmin, createPublisher } from '@windlass/messaging';
import { createTokenFile } from '@windlass/service';
import { eventually, freshDatabase, namespaceOf, testStack } from '@windlass/testing';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { PostgresOutbox } from './postgres/postgres-outbox.ts';
import { algorithm, cycle, life, processor, RegistryGround } from './registry.fixture.ts';

describe('dag-registry', () => {
  let ground: RegistryGround;
  afterEach(() => ground.close());

  it('registers a processor: its topics are there, the topic tells every service, and again changes nothing', async () => {
    ground = await makeGround('registers a processor');
    const client = await ground.start();
    expect(
      await client.apply({ windowTypes: [life, cycle], sources: [{ name: 'unit-1', kind: 'unit' }] }),
    ).toMatchObject({ status: 200, body: { revision: 1 } });
    const answer = await client.register(processor('health'));
    expect(answer).toMatchObject({
      status: 200,
      body: {
        revision: 2,
        windowTopic: `${ground.prefix}.windows.health.v1`,
        resultTopic: `${ground.prefix}.results.default.v1`,
        partitions: 2,
        kafkaPrefix: ground.prefix,
        resultCollectorUrl: 'http://127.0.0.1:4103',
        changes: [
          { kind: 'processor', name: 'health', action: 'added' },
          { kind: 'algorithm', name: 'health-indicator@1', action: 'added' },
        ],
      },
    });
    expect(await topicsOf(ground)).toEqual(expect.arrayContaining([answer.body.windowTopic, answer.body.resultTopic]));
    expect(await client.register(processor('health'))).toMatchObject({
      status: 200,
      body: { revision: 2, changes: [] },
    });

    const view = await ground.view();
    expect(liveRevision(view)).toEqual((await client.get('/v1/dag')).body);
    expect(policyOf(view, 'cycle@1')).toMatchObject({ number: 1, allowedLatenessUs: 10_000_000 });
    expect(sourceOf(view, 'unit-1').kind).toBe('unit');
    expect((await client.get('/v1/dag/revisions/1')).body.algorithms).toEqual([]);
    expect(await client.get('/v1/dag/revisions/7')).toMatchObject({ status: 404, body: { code: 'UNKNOWN_REVISION' } });
  });

  it('names ten mistakes of a registration in one answer, and changes nothing', async () => {
    ground = await makeGround('ten mistakes');
    const client = await ground.start();
    await client.apply({ windowTypes: [life, cycle] });
    await client.register(processor('other', [algorithm('taken')]));
    const before = (await client.get('/v1/dag')).body;
    const answer = await client.register({
      ...processor('health', [
        algorithm('loop', { dependencies: [{ algorithm: 'loop@1' }] }),
        algorithm('lost', { dependencies: [{ algorithm: 'nowhere@1' }] }),
        algorithm('homeless', { windows: ['cycel@1'] }),
        algorithm('taken'),
        algorithm('wide', { windows: ['life@1'] }),
        algorithm('narrow', { dependencies: [{ algorithm: 'wide@1' }] }),
        algorithm('deaf', { windows: [{ windowType: 'cycle@1', on: ['EARLY'] }] }),
        algorithm('reader', { dependencies: [{ algorithm: 'deaf@1', reads: 'string' }] }),
        algorithm('first', {
          dependencies: [{ algorithm: 'first@1', relation: { previous: 1 }, onMissing: 'wait', onFailed: 'skip' }],
        }),
        algorithm('twice'),
        algorithm('twice'),
      ]),
      team: 'green',
    });
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'REFUSED', detail: '10 problems; nothing was changed' },
    });
    expect(answer.body.problems.map(({ code }: { code: string }) => code)).toEqual([
      'BINDING_NEVER_FIRES',
      'CYCLE',
      'DUPLICATE',
      'DUPLICATE_OWNER',
      'RESULT_MISMATCH',
      'STARVED',
      'UNKNOWN_ALGORITHM',
      'UNKNOWN_TEAM',
      'UNKNOWN_WINDOW_TYPE',
      'UNSATISFIABLE_DEPENDENCY',
    ]);
    expect(answer.body.problems[8]).toMatchObject({
      path: 'algorithms[2].windows[0]',
      message: expect.stringContaining('Did you mean "cycle@1"?'),
    });
    expect((await client.get('/v1/dag')).body).toEqual(before);
    expect(await topicsOf(ground)).not.toContain(`${ground.prefix}.windows.health.v1`);
    expect(await client.register('{')).toMatchObject({ status: expect.any(Number) });
  });

  it('settles ranges of versions, tells what they stand for, and that a newer version fits', async () => {
    ground = await makeGround('settles ranges');
    const client = await ground.start();
    await client.apply({ windowTypes: [life, cycle] });
    const indicator = (version: string) => algorithm('indicator', { version });
    await client.register(processor('health', [indicator('1.2.0'), indicator('1.4.0'), indicator('2.0.0')]));
    const path = 'algorithms[rul@1].dependencies[0]';
    const rul = processor('prognosis', [algorithm('rul', { dependencies: [{ algorithm: 'indicator@^1.2' }] })]);
    expect((await client.register(rul)).body).toMatchObject({
      revision: 3,
      resolved: [{ path, asked: 'indicator@^1.2', ref: 'indicator@1.4.0' }],
      hints: [],
    });
    expect((await client.register(processor('health', [indicator('1.5.0')]))).body).toMatchObject({
      resolved: [],
      hints: [{ code: 'NEWER_VERSION', path, names: ['rul@1', 'indicator@1.5.0'] }],
    });
    const dependency = () =>
      ground.view().then((view) => liveRevision(view).algorithms.find(({ name }) => name === 'rul')!.dependencies[0]);
    expect(await dependency()).toMatchObject({ algorithm: 'indicator@1.4.0', asked: 'indicator@^1.2' });
    expect((await client.register(rul)).body).toMatchObject({ revision: 5, hints: [] });
    expect(await dependency()).toMatchObject({ algorithm: 'indicator@1.5.0', asked: 'indicator@^1.2' });
    const other = algorithm('rul', { dependencies: [{ algorithm: 'indicator@^3' }] });
    expect(await client.register(processor('prognosis', [other]))).toMatchObject({
      status: 422,
      body: { problems: [{ code: 'UNKNOWN_ALGORITHM', message: expect.stringContaining('indicator@2.0.0') }] },
    });
  });

  it('serialises registrations of two instances: each is applied to what the one before left', async () => {
    ground = await makeGround('concurrent registrations');
    const clients = [await ground.start(), await ground.start()];
    await clients[0]!.apply({ windowTypes: [life, cycle] });
    const names = Array.from({ length: 16 }, (_, i) => `p${String(i).padStart(2, '0')}`);
    const answers = await Promise.all(names.map((name, i) => clients[i % 2]!.register(processor(name))));
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    expect(answers.map(({ body }) => body.revision).sort((a, b) => a - b)).toEqual(names.map((_, i) => i + 2));
    const live = (await clients[1]!.get('/v1/dag')).body;
    expect(live.processors.map(({ name }: { name: string }) => name)).toEqual(names);
    const view = await eventually(async () => {
      const seen = await ground.view();
      return seen.live === 17 ? seen : undefined;
    });
    expect(liveRevision(view)).toEqual(live);
    expect([...view.revisions.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 17 }, (_, i) => i + 1));
  });

  it('changes some fields of a policy and leaves the rest, whoever asks at the same time', async () => {
    ground = await makeGround('tunes policies');
    const client = await ground.start();
    await client.apply({ windowTypes: [life, { ...cycle, policy: { outOfOrderness: '5s', early: { count: 3 } } }] });
    const answers = await Promise.all([
      client.patch('/v1/policies/cycle@1', { allowedLateness: '20s' }),
      client.patch('/v1/policies/cycle@1.0.0', { early: null }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await client.get('/v1/policies/cycle@1')).body).toMatchObject({
      number: 3,
      outOfOrdernessUs: 5_000_000,
      allowedLatenessUs: 20_000_000,
      early: null,
    });
    expect(await client.patch('/v1/policies/cycle@1', { alowedLateness: '1s' })).toMatchObject({
      status: 422,
      body: { problems: [{ code: 'UNKNOWN_FIELD' }] },
    });
    expect(policyOf(await ground.view(), 'cycle@1').number).toBe(3);
  });

  it('keeps all numbers through a restart, and numbers policies apart', async () => {
    ground = await makeGround('keeps numbers');
    const first = await ground.start();
    await first.apply({ windowTypes: [life, cycle] });
    expect(await first.put('/v1/policies/cycle@1', { allowedLateness: '20s' })).toMatchObject({
      status: 200,
      body: { revision: 1, changes: [{ kind: 'policy' }] },
    });
    expect(await first.put('/v1/policies/cylce@1', {})).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('cycle@1') },
    });
    expect(await first.put('/v1/policies/cycle@1', { coalesceLate: '1s' })).toMatchObject({
      status: 422,
      body: { problems: [{ code: 'POLICY_CONTRADICTION' }] },
    });
    await first.stop();
    const second = await ground.start();
    expect(await second.apply({ windowTypes: [life, { ...cycle, policy: { allowedLateness: '20s' } }] })).toMatchObject(
      { body: { revision: 1, changes: [] } },
    );
    expect((await second.get('/v1/policies/cycle@1')).body).toMatchObject({ number: 2, allowedLatenessUs: 20_000_000 });
    expect(await second.register(processor('health'))).toMatchObject({ body: { revision: 2 } });
    expect(policyOf(await ground.view(), 'cycle@1').number).toBe(2);
  });

  it('plans without changing, refuses to apply when the revision moved, and rolls back to a new number', async () => {
    ground = await makeGround('plans');
    const client = await ground.start();
    const file = { windowTypes: [life, cycle] };
    expect(await client.post('/v1/definitions/plan', file)).toMatchObject({
      status: 200,
      body: {
        base: 0,
        revision: 1,
        problems: [],
        changes: [{ name: 'cycle@1' }, { name: 'life@1' }, { kind: 'policy' }],
      },
    });
    expect((await client.get('/v1/dag')).body.number).toBe(0);
    const said = (await client.post('/v1/definitions/plan', file)).body;
    const done = (await client.apply(file, '?ifRevision=0')).body;
    expect([done.revision, done.changes]).toEqual([said.revision, said.changes]);
    expect(await client.apply({ windowTypes: [life] }, '?ifRevision=0')).toMatchObject({
      status: 409,
      body: { code: 'REVISION_MOVED' },
    });
    expect(await client.patch('/v1/policies/cycle@1', { allowedLateness: '7m' })).toMatchObject({ status: 200 });
    const planned = `?ifRevision=1&ifPolicies=${said.basePolicies}`;
    expect(await client.apply({ windowTypes: [life] }, planned)).toMatchObject({
      status: 409,
      body: { code: 'POLICIES_MOVED' },
    });
    const { basePolicies } = (await client.post('/v1/definitions/plan', { windowTypes: [life] })).body;
    const now = `?ifRevision=1&ifPolicies=${basePolicies}`;
    expect(await client.apply({ windowTypes: [life] }, now)).toMatchObject({ status: 200, body: { changes: [] } });
    await client.register(processor('health'));
    expect(await client.post('/v1/dag/rollback?plan=true', { to: 1 })).toMatchObject({
      status: 200,
      body: { base: 2, revision: 2, problems: [{ code: 'WORK_UNKNOWN' }] },
    });
    expect(await client.post('/v1/dag/rollback', { to: 1 })).toMatchObject({ status: 422 });
    expect(await client.post('/v1/dag/rollback?ifRevision=1', { to: 1, force: true })).toMatchObject({ status: 409 });
    expect(await client.post('/v1/dag/rollback?ifRevision=2', { to: 1, force: true })).toMatchObject({
      status: 200,
      body: { revision: 3, changes: [{ action: 'removed' }, { action: 'removed' }] },
    });
    expect((await client.get('/v1/dag')).body.processors).toEqual([]);
    expect(
      (await client.get('/v1/dag/revisions')).body.revisions.map(({ number }: { number: number }) => number),
    ).toEqual([3, 2, 1]);
  });

  it('retires what nobody needs, refuses what starves others, and takes them along when forced', async () => {
    ground = await makeGround('retires');
    const client = await ground.start();
    await client.apply({ windowTypes: [life, cycle] });
    await client.register(processor('health', [algorithm('level')]));
    await client.register(processor('prognosis', [algorithm('rul', { dependencies: [{ algorithm: 'level@1' }] })]));
    const starved = [
      { code: 'STARVED', chain: ['rul@1 on cycle@1', 'level@1 on cycle@1'] },
      { code: 'WORK_UNKNOWN', message: expect.stringMatching(/^tasks under way are not known: router did not answer/) },
    ];
    expect(await client.post('/v1/retirements', { processors: ['health'] })).toMatchObject({
      status: 422,
      body: { code: 'REFUSED', problems: starved },
    });
    expect(await client.post('/v1/retirements?plan=true', { processors: ['health'] })).toMatchObject({
      status: 200,
      body: { base: 3, revision: 3, problems: starved },
    });
    const forced = { processors: ['health'], force: true, why: 'pump 3 is gone' };
    const planned = await client.post('/v1/retirements?plan=true', forced);
    expect(planned.body).toMatchObject({
      base: 3,
      revision: 4,
      problems: [],
      warnings: [{ code: 'WORK_UNKNOWN', path: '.' }],
    });
    expect((await client.get('/v1/dag')).body.number).toBe(3);
    expect(await client.post('/v1/retirements?ifRevision=2', forced)).toMatchObject({
      status: 409,
      body: { code: 'REVISION_MOVED' },
    });
    expect(await client.post('/v1/retirements?ifRevision=3', forced)).toMatchObject({
      status: 200,
      body: { revision: 4, changes: planned.body.changes },
    });
    expect((await client.get('/v1/dag')).body).toMatchObject({ number: 4, processors: [], algorithms: [] });
    expect((await client.get('/v1/dag/revisions')).body.revisions[0]).toMatchObject({ why: 'pump 3 is gone' });
    expect(liveRevision(await ground.view())).toMatchObject({ number: 4, algorithms: [] });
  });

  it('prunes what a file does not have any more, and asks nobody when that is nothing', async () => {
    ground = await makeGround('prunes');
    const client = await ground.start();
    const other = { ...cycle, name: 'other' };
    await client.apply({ windowTypes: [life, cycle, other] });
    const file = { windowTypes: [life, cycle] };
    expect((await client.post('/v1/definitions/plan', file)).body.changes).toEqual([]);
    expect((await client.post('/v1/definitions/plan?prune=true', file)).body).toMatchObject({
      problems: [{ code: 'WORK_UNKNOWN', message: expect.stringContaining('open windows are not known') }],
    });
    expect((await client.post('/v1/definitions/plan?prune=true', { windowTypes: [life, cycle, other] })).body).toEqual({
      base: 1,
      basePolicies: expect.any(Number),
      revision: 1,
      changes: [],
      warnings: [],
      effects: [],
      resolved: [],
      hints: [],
      problems: [],
    });
    expect(await client.apply(file, '?prune=true&force=true&ifRevision=1')).toMatchObject({
      status: 200,
      body: { revision: 2, changes: [{ action: 'removed', kind: 'windowType', name: 'other@1' }] },
    });
  });

  it('writes again what holds when a publish ended in doubt: the topic keeps what was written last', async () => {
    ground = await makeGround('publish in doubt');
    const client = await ground.start();
    await client.apply({ windowTypes: [life, cycle] });
    const dataSource = await connect(ground);
    const slow = new PostgresOutbox(dataSource);
    await dataSource.query("UPDATE dag_registry.registry_entry SET published = false WHERE kind = 'POLICY'");
    // The old entry reaches the topic after its newer one, from an instance that hung in between.
    await expect(slow.publishNext(10, async () => Promise.reject(new Error('hung')))).rejects.toThrow('hung');
    await client.put('/v1/policies/cycle@1', { allowedLateness: '20s' });
    await eventually(async () => (await slow.countUnpublished()) === 0);
    const handed: string[] = [];
    const hand = (limit: number) =>
      slow.publishNext(
        limit,
        async (entries) => void handed.push(...entries.map(({ kind, name, number }) => `${kind} ${name} ${number}`)),
      );
    expect(await hand(10)).toBe(false);
    expect(handed).toEqual(['POLICY cycle@1 2']);
    expect(await slow.countUnpublished()).toBe(0);
    await dataSource.query('UPDATE dag_registry.registry_entry SET published = false');
    const rest = await slow.countUnpublished();
    expect(await hand(rest)).toBe(true);
    expect(await hand(1)).toBe(false);
    expect(handed).toHaveLength(1 + rest);
    await dataSource.destroy();
  });

  it('declares sources in bulk and tells them a page at a time', async () => {
    ground = await makeGround('declares sources');
    const client = await ground.start();
    const sources = Array.from({ length: 2_500 }, (_, i) => ({
      name: `unit-${String(i).padStart(4, '0')}`,
      kind: i % 2 ? 'pump' : 'unit',
    }));
    expect((await client.put('/v1/sources', { sources })).body.changes).toHaveLength(2_500);
    expect(
      (await client.put('/v1/sources', { sources: [...sources.slice(1), { name: 'unit-0000', kind: 'car' }] })).body
        .changes,
    ).toMatchObject([{ name: 'unit-0000', action: 'changed' }]);
    const page = (await client.get('/v1/sources?kind=pump&limit=1000&after=unit-0999')).body;
    expect([page.sources.length, page.sources[0].name, page.next]).toEqual([750, 'unit-1001', null]);
    expect((await client.get('/v1/sources/unit-1001')).body).toMatchObject({ name: 'unit-1001', kind: 'pump' });
    expect(await client.get('/v1/sources/unit-9')).toMatchObject({ status: 404, body: { code: 'UNKNOWN_SOURCE' } });
    expect((await client.get('/v1/sources?limit=1')).body).toMatchObject({
      sources: [{ kind: 'car' }],
      next: 'unit-0000',
    });
    expect(sourceOf(await ground.view(), 'unit-0000').kind).toBe('car');
  });

  it("lets authors change only what is their team's", async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'windlass-tokens-')), 'tokens');
    const [blue, operator] = createTokenFile(file, [
      { name: 'blanche', team: 'blue', role: 'author' },
      { name: 'olga', team: 'default', role: 'operator' },
    ]);
    ground = await makeGround('owners', { WINDLASS_TOKENS_FILE: file });
    const client = await ground.start();
    expect(await client.put('/v1/definitions', { windowTypes: [life, cycle] }, blue!.token)).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN', problems: expect.arrayContaining([expect.objectContaining({ code: 'NOT_OWNER' })]) },
    });
    expect(await client.put('/v1/definitions', { windowTypes: [life, cycle] }, operator!.token)).toMatchObject({
      status: 200,
    });
    expect(await client.register({ ...processor('health'), team: 'blue' }, blue!.token)).toMatchObject({ status: 200 });
    const later = { policies: [{ windowType: 'cycle@1', allowedLateness: '1m' }] };
    expect(await client.put('/v1/definitions', later, operator!.token)).toMatchObject({
      status: 200,
      body: { effects: [{ owner: 'blue', cause: 'policy cycle@1' }] },
    });
    expect(await client.register(processor('other'), blue!.token)).toMatchObject({ status: 403 });
    expect(await client.register(processor('other'))).toMatchObject({ status: 401 });
    expect(await client.post('/v1/dag/rollback', { to: 1 }, blue!.token)).toMatchObject({ status: 403 });

    // Whose it is hides nothing, and nothing hides whose it is: not even what cannot be read.
    const moved = { ...life, reads: ['other'] };
    const silent = { name: 'silent', version: 1, open: { fixed: { size: '1m' } } };
    const wrong = { owner: 'blue', windowTypes: [moved, silent, { ...cycle, open: { fixed: { size: '2 s' } } }] };
    const places = [
      ['MALFORMED', 'windowTypes[2].open.fixed.size'],
      ['NOT_OWNER', 'windowType[life@1]'],
      ['NO_SIGNALS', 'windowTypes[1].reads'],
    ];
    const told = ({ body }: { body: { problems: { code: string; path: string }[] } }) =>
      body.problems.map(({ code, path }) => [code, path]);
    const refused = await client.put('/v1/definitions', wrong, blue!.token);
    expect(refused).toMatchObject({ status: 422, body: { code: 'REFUSED' } });
    expect(told(refused)).toEqual(places);
    expect(told(await client.post('/v1/definitions/plan', wrong, blue!.token))).toEqual(places);
    expect(told(await client.put('/v1/definitions', wrong, operator!.token))).toEqual([places[0], places[2]]);
  });

  it('tells which processors are alive', async () => {
    ground = await makeGround('liveness');
    const client = await ground.start();
    await client.apply({ windowTypes: [life, cycle] });
    await client.register(processor('health'));
    await client.register(processor('silent'));
    const publisher = await createPublisher({
      kafka: { brokers: ground.env['WINDLASS_KAFKA_BROKERS']!.split(','), clientId: 'test' },
      registryUrl: ground.env['WINDLASS_SCHEMA_REGISTRY_URL']!,
      hub: { prefix: ground.prefix, partitions: 2, teams: ['default', 'blue'] },
      source: 'test',
      families: ['heartbeats'],
    });
    const atUs = Date.now() * 1000;
    const beat = {
      processor: 'health',
      processorVersion: '1.0.0',
      instance: 'i1',
      host: 'h',
      sdk: 'typescript 0.1.0',
      state: 'RUNNING',
      algorithms: ['health-indicator@1'],
      inFlight: 3,
      lagRecords: null,
      startedAtUs: atUs,
      atUs,
    };
    const message = (value: object) => ({
      topic: `${ground.prefix}.heartbeats.v1`,
      family: 'heartbeats',
      key: 'health',
      value,
    });
    await publisher.publish([message(beat), message({ ...beat, atUs: atUs - 1_000_000, inFlight: 9 })]);
    const processors = await eventually(async () => {
      const { body } = await client.get('/v1/processors');
      return body.processors[0].state === 'ALIVE' && body.processors;
    });
    expect(processors).toMatchObject([
      {
        name: 'health',
        state: 'ALIVE',
        heardAtUs: expect.any(Number),
        algorithms: ['health-indicator@1'],
        instances: [{ instance: 'i1', inFlight: 3 }],
      },
      { name: 'silent', state: 'SILENT', heardAtUs: null, instances: [] },
    ]);
    const file = {
      processors: ['health', 'silent', 'nobody'].map((name) => ({ name, algorithms: [`${name}-later@1`] })),
    };
    expect((await client.post('/v1/definitions/plan', file)).body.warnings).toMatchObject([
      { code: 'PROCESSOR_SILENT', path: 'processors[silent]', owners: ['default'] },
      { code: 'PROCESSOR_SILENT', path: 'processors[nobody]', message: expect.stringContaining('never registered') },
    ]);
    const { body: planned } = await client.post('/v1/retirements?plan=true', { processors: ['health'], force: true });
    expect(planned.warnings).toMatchObject([{ code: 'WORK_UNKNOWN' }, { code: 'PROCESSOR_ALIVE' }]);
    const metrics = await (await fetch(`${client.url}/metrics`)).text();
    expect(metrics).toMatch(/windlass_processor_alive\{processor="silent",service="dag-registry"\} 0/);
    expect(metrics).toMatch(/windlass_dag_revision\{service="dag-registry"\} 3/);
    expect((await client.get('/readyz')).status).toBe(200);
    expect(Object.keys((await client.get('/openapi.json')).body.paths)).toEqual(
      expect.arrayContaining(['/v1/processors', '/v1/definitions/plan', '/v1/dag/rollback']),
    );
    await publisher.close();
  });

  it('refuses a processor whose window topic Kafka would take for another, and goes on', async () => {
    ground = await makeGround('refuses a topic');
    const client = await ground.start();
    await client.apply({ windowTypes: [life, cycle] });
    const admin = createAdmin({ brokers: ground.env['WINDLASS_KAFKA_BROKERS']!.split(','), clientId: 'test' });
    await admin.connect();
    const foreign = `${ground.prefix}_windows_health.v1`;
    // kafkajs's own waiting fails when the broker has not heard of the topic yet.
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic: foreign, numPartitions: 1 }] });
    await awaitLeaders(admin, [foreign]);
    await admin.disconnect();
    expect(await client.register(processor('health'))).toMatchObject({
      status: 422,
      body: {
        code: 'REFUSED',
        problems: [{ code: 'TOPIC_COLLISION', path: 'name', message: expect.stringContaining(foreign) }],
      },
    });
    expect(await client.register(processor('wealth'))).toMatchObject({ status: 200 });
    expect(await client.get('/v1/dag')).toMatchObject({ body: { processors: [{ name: 'wealth' }] } });
  });
});

const connect = ({ env }: RegistryGround): Promise<DataSource> =>
  new DataSource({
    type: 'postgres',
    url: env['WINDLASS_POSTGRES_URL']!,
    extra: { options: '-c search_path=dag_registry' },
  }).initialize();

async function topicsOf(ground: RegistryGround): Promise<string[]> {
  const admin = createAdmin({ brokers: ground.env['WINDLASS_KAFKA_BROKERS']!.split(','), clientId: 'test' });
  await admin.connect();
  try {
    return await admin.listTopics();
  } finally {
    await admin.disconnect();
  }
}

async function makeGround(test: string, env: Readonly<Record<string, string>> = {}): Promise<RegistryGround> {
  const prefix = namespaceOf(test);
  const stack = { ...(await testStack()), postgresUrl: await freshDatabase(prefix) };
  return RegistryGround.make({ prefix, stack, env });
}
