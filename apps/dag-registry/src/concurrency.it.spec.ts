import { afterEach, expect, it } from '@jest/globals';
import { type DagRevision, liveRevision, policyOf, proposeRollback, revisionOf, sourceOf } from '@windlass/dag';
import { eventually } from '@windlass/testing';
import { DataSource } from 'typeorm';
import {
  algorithm,
  cycle,
  life,
  makeGround,
  processor,
  type RegistryClient,
  type RegistryGround,
} from './registry.fixture.ts';

let ground: RegistryGround;
afterEach(() => ground.close());

const CHANGES = 100;
const noWork = { openWindows: { known: true, value: new Map() }, tasks: { known: true, value: [] } } as const;

/** One of a hundred changes that all arrive at once: most are good, some contradict each other, some are wrong. */
function change(client: RegistryClient, i: number): Promise<{ readonly status: number; readonly body: any }> {
  const name = `p${String(i).padStart(3, '0')}`;
  switch (i % 10) {
    case 0:
      // Of all who claim this algorithm the first has it.
      return client.register(processor(name, [algorithm('claimed')]));
    case 1:
      return client.register(
        processor(name, [algorithm(`${name}-lost`, { dependencies: [{ algorithm: 'nobody@1' }] })]),
      );
    case 2:
      return client.apply({
        windowTypes: [{ ...cycle, name: `type-${i}` }],
        sources: [{ name: `unit-${i % 30}`, kind: name }],
      });
    case 3:
      return client.patch('/v1/policies/cycle@1', { allowedLateness: `${i + 10}s` });
    case 4:
      return client.apply({ sources: [{ name: 'unit-0', kind: name }] });
    default:
      return client.register(processor(name));
  }
}

it('ends a hundred changes at once, of two instances, as if one came after the other', async () => {
  ground = await makeGround('a hundred at once');
  const clients = [await ground.start(), await ground.start()];
  await clients[0]!.apply({ windowTypes: [life, cycle] });
  const answers = await Promise.all(Array.from({ length: CHANGES }, (_, i) => change(clients[i % 2]!, i)));

  const of = (kind: number) => answers.filter((_, i) => i % 10 === kind);
  expect(
    of(0)
      .map(({ status }) => status)
      .sort(),
  ).toEqual([200, ...Array<number>(9).fill(422)]);
  expect(of(0).find(({ status }) => status === 422)!.body.problems).toMatchObject([{ code: 'DUPLICATE_OWNER' }]);
  expect(of(1).map(({ status }) => status)).toEqual(Array<number>(10).fill(422));
  for (const kind of [2, 3, 4, 5, 6, 7, 8, 9])
    expect(of(kind).map(({ status }) => status)).toEqual(Array<number>(10).fill(200));

  // Each revision is one accepted change of the DAG, and nobody's was lost.
  const registered = [0, 2, 5, 6, 7, 8, 9].flatMap((kind) => of(kind).filter(({ status }) => status === 200));
  const numbers = registered.map(({ body }) => body.revision as number).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: registered.length }, (_, i) => i + 2));
  const live = (await clients[1]!.get('/v1/dag')).body as DagRevision;
  expect(live.number).toBe(registered.length + 1);
  expect(live.algorithms.filter(({ name }) => name.endsWith('-indicator'))).toHaveLength(50);
  expect(live.windowTypes).toHaveLength(12);
  const policy = (await clients[0]!.get('/v1/policies/cycle@1')).body;
  expect(policy.number).toBe(11);

  await expectTopicEqualsStore(ground, clients[0]!);
});

it('lets two instances that know an old state change only what is there now', async () => {
  ground = await makeGround('no lost update');
  const [one, other] = [await ground.start(), await ground.start()];
  await one.apply({ windowTypes: [life, cycle] });
  await other.get('/v1/dag');
  for (let i = 0; i < 5; i++) {
    await one.register(processor('mine', [algorithm(`mine-${i}`)]));
    await other.register(
      processor('theirs', [algorithm(`theirs-${i}`, { dependencies: [{ algorithm: `mine-${i}@1` }] })]),
    );
  }
  const answers = await Promise.all([
    one.apply({ windowTypes: [{ ...cycle, reads: ['one'] }] }, '?ifRevision=11'),
    other.apply({ windowTypes: [{ ...cycle, reads: ['other'] }] }, '?ifRevision=11'),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect((await one.get('/v1/dag')).body).toEqual((await other.get('/v1/dag')).body);
  expect((await one.get('/v1/dag')).body.algorithms).toHaveLength(10);
  await expectTopicEqualsStore(ground, one);
});

/** The topic says what the store says, of every revision, policy and source; and each revision was proven. */
async function expectTopicEqualsStore(at: RegistryGround, client: RegistryClient): Promise<void> {
  const dataSource = await new DataSource({
    type: 'postgres',
    url: at.env['WINDLASS_POSTGRES_URL']!,
    schema: 'dag_registry',
  }).initialize();
  try {
    await eventually(async () => {
      const rows: { count: string }[] = await dataSource.query(
        'SELECT count(*) FROM dag_registry.registry_entry WHERE NOT published',
      );
      return rows[0]!.count === '0';
    });
    const view = await at.view();
    const { number } = (await client.get('/v1/dag')).body as DagRevision;
    expect([view.live, view.waiting.size]).toEqual([number, 0]);
    expect([...view.revisions.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: number }, (_, i) => i + 1));
    const nothing = { revision: revisionOf(view, 0)!, policies: view.policies, sources: new Map() };
    for (const [n, revision] of view.revisions) {
      expect(revision).toEqual((await client.get(`/v1/dag/revisions/${n}`)).body);
      expect(proposeRollback(nothing, revision, { work: noWork, force: true })).toMatchObject({ ok: true });
    }
    const latest: { kind: string; name: string; number: number; body: any }[] = await dataSource.query(
      `SELECT DISTINCT ON (kind, name) kind, name, number, body FROM dag_registry.registry_entry WHERE kind IN ('POLICY', 'SOURCE') ORDER BY kind, name, number DESC`,
    );
    for (const { kind, name, number: highest, body } of latest) {
      expect(kind === 'POLICY' ? policyOf(view, name) : sourceOf(view, name)).toEqual(body);
      expect(view.numbers.get(`${kind}/${name}`)).toBe(highest);
    }
    expect(liveRevision(view)).toEqual((await client.get('/v1/dag')).body);
  } finally {
    await dataSource.destroy();
  }
}
