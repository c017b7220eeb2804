import { afterEach, describe, expect, it } from '@jest/globals';
import { policyOf, sourceOf } from '@windlass/dag';
import { createTokenFile } from '@windlass/service';
import { eventually } from '@windlass/testing';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { PostgresOutbox } from './postgres/postgres-outbox.ts';
import { cycle, life, makeGround, processor, type RegistryGround } from './registry.fixture.ts';

describe('dag-registry', () => {
  let ground: RegistryGround;
  afterEach(() => ground.close());

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
});

const connect = ({ env }: RegistryGround): Promise<DataSource> =>
  new DataSource({
    type: 'postgres',
    url: env['WINDLASS_POSTGRES_URL']!,
    extra: { options: '-c search_path=dag_registry' },
  }).initialize();
