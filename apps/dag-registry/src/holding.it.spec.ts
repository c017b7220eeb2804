import { afterEach, describe, expect, it } from '@jest/globals';
import { holdOf } from '@windlass/dag';
import { createTokenFile } from '@windlass/service';
import { eventually } from '@windlass/testing';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cycle, life, makeGround, processor, type RegistryGround } from './registry.fixture.ts';

const health = { kind: 'processor', name: 'health' } as const;

describe('holds', () => {
  let ground: RegistryGround;
  afterEach(() => ground.close());

  it('are told on the registry topic, numbered, kept through a restart, and are no DAG revision', async () => {
    ground = await makeGround('holds');
    const client = await ground.start();
    await client.apply({ windowTypes: [life, cycle] });
    await client.register(processor('health'));
    expect(await client.saying('the pump is open').put('/v1/holds/processor/health', { mode: 'PAUSE' })).toMatchObject({
      status: 200,
      body: {
        changed: true,
        hold: { ...health, mode: 'PAUSE', number: 1, owner: 'default', by: 'local', why: 'the pump is open' },
      },
    });
    expect(await client.put('/v1/holds/processor/health', { mode: 'PAUSE', why: 'other' })).toMatchObject({
      body: { changed: false, hold: { number: 1, why: 'the pump is open' } },
    });
    await client.put('/v1/holds/algorithm/health-indicator@1', { mode: 'PAUSE' });
    await eventually(async () => holdOf(await ground.view(), health)?.number === 1);
    await client.stop();
    const again = await ground.start();
    expect((await again.get('/v1/holds')).body.holds).toMatchObject([{ kind: 'algorithm' }, { kind: 'processor' }]);
    expect((await again.get('/v1/processors')).body.processors).toMatchObject([{ hold: { mode: 'PAUSE' } }]);
    expect(await again.put('/v1/holds/processor/health', { mode: 'DRAIN' })).toMatchObject({
      body: { hold: { number: 2 } },
    });
    expect(await again.delete('/v1/holds/processor/health')).toMatchObject({ body: { changed: true, hold: null } });
    expect(await again.delete('/v1/holds/processor/health')).toMatchObject({ body: { changed: false, hold: null } });
    await eventually(async () => holdOf(await ground.view(), health) === undefined);
    expect(holdOf(await ground.view(), { kind: 'algorithm', name: 'health-indicator@1' })?.mode).toBe('PAUSE');
    expect((await again.get('/v1/dag')).body.number).toBe(2);
    expect((await again.get('/v1/policies')).body.policies).toHaveLength(2);
  });

  it('of what does not exist are refused by name; whatever exists can be drained', async () => {
    ground = await makeGround('refused holds');
    const client = await ground.start();
    await client.apply({ windowTypes: [life, cycle] });
    expect(await client.put('/v1/holds/windowType/cylce@1', { mode: 'PAUSE' })).toMatchObject({
      status: 422,
      body: { problems: [{ code: 'UNKNOWN_WINDOW_TYPE', message: expect.stringContaining('cycle@1') }] },
    });
    expect(await client.put('/v1/holds/windowType/cycle@1', { mode: 'DRAIN' })).toMatchObject({
      status: 200,
      body: { hold: { kind: 'windowType', name: 'cycle@1', mode: 'DRAIN' } },
    });
    expect((await client.put('/v1/holds/source/cycle@1', { mode: 'PAUSE' })).status).toBe(400);
    expect((await client.get('/v1/holds')).body.holds).toMatchObject([{ name: 'cycle@1' }]);
  });
});

describe('the audit', () => {
  let ground: RegistryGround;
  afterEach(() => ground.close());

  it('tells of every change who, when, what and why, a page at a time, and nothing of what changed nothing', async () => {
    ground = await makeGround('audit');
    const client = await ground.start();
    await client.saying('wie abgemacht: früh').apply({ windowTypes: [life, cycle] });
    await client.register(processor('health'));
    await client.register(processor('health'));
    await client.patch('/v1/policies/cycle@1', { allowedLateness: '20s' });
    await client.put('/v1/sources', { sources: [{ name: 'unit/1', kind: 'unit' }] });
    await client.put('/v1/holds/processor/health', { mode: 'DRAIN', why: '50% more load' });
    await client.post('/v1/retirements', { processors: ['health'], force: true, why: 'pump 3 is gone' });
    await client.post('/v1/dag/rollback', { to: 2, force: true });
    await client.register({ name: 'nonsense' });
    const { entries, nextCursor } = (await client.get('/v1/audit')).body;
    expect(nextCursor).toBeNull();
    expect(
      entries.map((one: any) => [one.kind, one.revision.from, one.revision.to, one.who, one.team, one.why]),
    ).toEqual([
      ['ROLLBACK', 3, 4, 'local', 'default', null],
      ['RETIREMENT', 2, 3, 'local', 'default', 'pump 3 is gone'],
      ['HOLD', 2, 2, 'local', 'default', '50% more load'],
      ['SOURCES', 2, 2, 'local', 'default', null],
      ['POLICY', 2, 2, 'local', 'default', null],
      ['REGISTRATION', 1, 2, 'local', 'default', null],
      ['DEFINITIONS', 0, 1, 'local', 'default', 'wie abgemacht: früh'],
    ]);
    expect(entries[4]).toMatchObject({
      subjects: ['policy/cycle@1'],
      summary: 'changed policy cycle@1 (allowedLatenessUs, number)',
      changes: [{ numbers: { from: 1, to: 2 } }],
    });
    expect(entries[2].changes).toEqual([
      { kind: 'processor', name: 'health', action: 'draining', numbers: { from: 0, to: 1 } },
    ]);
    const kinds = async (query: string) =>
      (await client.get(`/v1/audit?${query}`)).body.entries.map((one: any) => one.kind);
    expect(await kinds('subject=health')).toEqual(['ROLLBACK', 'RETIREMENT', 'HOLD', 'REGISTRATION']);
    expect(await kinds('subject=policy/cycle@1')).toEqual(['POLICY', 'DEFINITIONS']);
    expect(await kinds('subject=unit/1')).toEqual(['SOURCES']);
    expect(await kinds('kind=HOLD&who=local')).toEqual(['HOLD']);
    expect(await kinds('who=nobody')).toEqual([]);
    expect(await kinds(`from=${entries[3].atUs}&to=${entries[1].atUs}`)).toEqual(['HOLD', 'SOURCES']);
    const first = (await client.get('/v1/audit?limit=3')).body;
    expect((await client.get(`/v1/audit?limit=3&cursor=${first.nextCursor}`)).body.entries).toEqual(
      entries.slice(3, 6),
    );
    expect((await client.get('/v1/dag/revisions')).body.revisions).toMatchObject([
      { number: 4, why: null },
      { number: 3, why: 'pump 3 is gone' },
      { number: 2 },
      { number: 1, why: 'wie abgemacht: früh' },
    ]);
    expect(await client.saying('x'.repeat(1_001)).apply({ windowTypes: [life] })).toMatchObject({ status: 400 });
  });

  it('is written with the change or not at all', async () => {
    ground = await makeGround('audit and change');
    const client = await ground.start();
    await client.apply({ windowTypes: [life, cycle] });
    await ground.sql('ALTER TABLE dag_registry.audit ADD CONSTRAINT broken CHECK (id < 0) NOT VALID');
    expect((await client.register(processor('health'))).status).toBeGreaterThanOrEqual(500);
    expect((await client.put('/v1/holds/windowType/cycle@1', { mode: 'PAUSE' })).status).toBeGreaterThanOrEqual(500);
    expect((await client.get('/v1/dag')).body.number).toBe(1);
    expect((await client.get('/v1/holds')).body.holds).toEqual([]);
    await ground.sql('ALTER TABLE dag_registry.audit DROP CONSTRAINT broken');
    expect(await client.register(processor('health'))).toMatchObject({ status: 200, body: { revision: 2 } });
  });
});

describe('an author', () => {
  let ground: RegistryGround;
  afterEach(() => ground.close());

  it("changes what is their team's on every route, and is told whose anything else is; an operator changes all", async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'windlass-tokens-')), 'tokens');
    const [blue, operator, viewer] = createTokenFile(file, [
      { name: 'blanche', team: 'blue', role: 'author' },
      { name: 'olga', team: 'default', role: 'operator' },
      { name: 'vera', team: 'blue', role: 'viewer' },
    ]);
    ground = await makeGround('owners on every route', { WINDLASS_TOKENS_FILE: file });
    const client = await ground.start();
    const bluesType = { ...cycle, name: 'turn', owner: 'blue' };
    const sources = [
      { name: 'pump-1', kind: 'pump' },
      { name: 'pump-2', kind: 'pump', owner: 'blue' },
    ];
    await client.put('/v1/definitions', { windowTypes: [life, cycle, bluesType], sources }, operator!.token);
    await client.register(processor('health'), operator!.token);
    await client.register({ ...processor('own'), team: 'blue' }, operator!.token);

    const foreign = {
      status: 403,
      body: {
        code: 'FORBIDDEN',
        problems: [{ code: 'NOT_OWNER', message: expect.stringContaining("default's; you are blue") }],
      },
    };
    const renamed = { ...processor('health'), version: '2' };
    expect(await client.register(renamed, blue!.token)).toMatchObject({ ...foreign, body: { code: 'FORBIDDEN' } });
    // To write as a team is as much that team's as to be owned by it.
    expect(await client.register({ ...processor('spy'), owner: 'blue' }, blue!.token)).toMatchObject({ status: 403 });
    expect(
      await client.put('/v1/definitions', { windowTypes: [{ ...life, reads: ['x'] }] }, blue!.token),
    ).toMatchObject(foreign);
    expect(await client.patch('/v1/policies/cycle@1', { allowedLateness: '1s' }, blue!.token)).toMatchObject(foreign);
    expect(await client.put('/v1/policies/cycle@1', { allowedLateness: '1s' }, blue!.token)).toMatchObject(foreign);
    expect(
      await client.put('/v1/sources', { owner: 'blue', sources: [{ name: 'pump-1', kind: 'pump' }] }, blue!.token),
    ).toMatchObject({ status: 403 });
    for (const subject of ['processor/health', 'algorithm/health-indicator@1', 'windowType/cycle@1'])
      expect(await client.put(`/v1/holds/${subject}`, { mode: 'PAUSE' }, blue!.token)).toMatchObject(foreign);
    await client.put('/v1/holds/processor/health', { mode: 'PAUSE' }, operator!.token);
    expect(await client.delete('/v1/holds/processor/health').then(({ status }) => status)).toBe(401);
    expect((await client.delete('/v1/holds/processor/health', blue!.token)).status).toBe(403);
    expect((await client.post('/v1/retirements', { processors: ['own'] }, blue!.token)).status).toBe(403);

    const allowed = [
      await client.register({ ...processor('own'), version: '2', team: 'blue' }, blue!.token),
      await client.patch('/v1/policies/turn@1', { allowedLateness: '1s' }, blue!.token),
      await client.put('/v1/sources', { owner: 'blue', sources: [{ name: 'pump-2', kind: 'valve' }] }, blue!.token),
      await client.put('/v1/holds/processor/own', { mode: 'DRAIN' }, blue!.token),
      await client.put('/v1/holds/windowType/turn@1', { mode: 'PAUSE' }, blue!.token),
      await client.delete('/v1/holds/processor/health', operator!.token),
    ];
    expect(allowed.map(({ status }) => status)).toEqual(allowed.map(() => 200));
    for (const path of ['/v1/holds/processor/own', '/v1/policies/turn@1'])
      expect((await client.put(path, { mode: 'PAUSE' }, viewer!.token)).status).toBe(403);
    const { entries } = (await client.send('GET', '/v1/audit?who=blanche', undefined, viewer!.token)).body;
    expect(entries.map((one: any) => [one.kind, one.team])).toEqual([
      ['HOLD', 'blue'],
      ['HOLD', 'blue'],
      ['SOURCES', 'blue'],
      ['POLICY', 'blue'],
      ['REGISTRATION', 'blue'],
    ]);
  });
});
