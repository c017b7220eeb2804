import { afterEach, describe, expect, it } from '@jest/globals';
import { liveRevision, policyOf, sourceOf } from '@windlass/dag';
import { awaitLeaders, createAdmin } from '@windlass/messaging';
import { eventually } from '@windlass/testing';
import { algorithm, cycle, life, makeGround, processor, type RegistryGround } from './registry.fixture.ts';

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

async function topicsOf(ground: RegistryGround): Promise<string[]> {
  const admin = createAdmin({ brokers: ground.env['WINDLASS_KAFKA_BROKERS']!.split(','), clientId: 'test' });
  await admin.connect();
  try {
    return await admin.listTopics();
  } finally {
    await admin.disconnect();
  }
}
