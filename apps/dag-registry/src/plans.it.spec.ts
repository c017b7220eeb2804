import { afterEach, describe, expect, it } from '@jest/globals';
import { liveRevision } from '@windlass/dag';
import { algorithm, cycle, life, makeGround, processor, type RegistryGround } from './registry.fixture.ts';

describe('dag-registry', () => {
  let ground: RegistryGround;
  afterEach(() => ground.close());

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
});
