import { afterEach, describe, expect, it } from '@jest/globals';
import { topicNames } from '@windlass/contracts';
import { sourceAt, sourceDescriber } from '@windlass/dag';
import { createPublisher } from '@windlass/messaging';
import { eventually } from '@windlass/testing';
import { makeGround, type RegistryGround } from './registry.fixture.ts';

const site = { name: 'north', kind: 'site' };
const line = (name: string) => ({ name, kind: 'line', parent: 'north' });
const pump = (on: string, more: object = {}) => ({
  name: 'pump-1',
  kind: 'pump',
  parent: on,
  groups: [on],
  labels: { site: 'north' },
  ...more,
});
const MOVED = '2026-03-01T00:00:00Z';
const MOVED_US = Date.parse(MOVED) * 1000;

describe('the source registry', () => {
  let ground: RegistryGround;
  afterEach(() => ground.close());

  it('keeps what a source was, tells it of any time, and to every service', async () => {
    ground = await makeGround('source history');
    const client = await ground.start();
    await client.put('/v1/sources', { sources: [site, line('line-a'), line('line-b'), pump('line-a')] });
    expect(await client.put('/v1/sources', { sources: [pump('line-b', { from: MOVED })] })).toMatchObject({
      status: 200,
      body: { changes: [{ kind: 'source', name: 'pump-1', action: 'changed' }] },
    });
    expect(await client.put('/v1/sources', { sources: [pump('line-b', { from: MOVED })] })).toMatchObject({
      body: { changes: [] },
    });

    const before = await client.get('/v1/sources/pump-1?at=2026-02-28T23:59:59Z');
    expect(before.body).toEqual({
      name: 'pump-1',
      kind: 'pump',
      parent: 'line-a',
      groups: ['line-a'],
      labels: { site: 'north' },
      owner: 'default',
      declared: true,
      firstSeenUs: null,
      firstSignal: null,
    });
    expect((await client.get(`/v1/sources/pump-1?at=${MOVED}`)).body).toMatchObject({
      parent: 'line-b',
      fromUs: MOVED_US,
    });
    expect((await client.get('/v1/sources/pump-1/history')).body).toMatchObject({
      versions: [
        { fromUs: null, toUs: MOVED_US, groups: ['line-a'] },
        { fromUs: MOVED_US, toUs: null, groups: ['line-b'] },
      ],
      changes: [
        { number: 2, changedBy: expect.any(String), source: { groups: ['line-b'], fromUs: MOVED_US } },
        { number: 1, source: { groups: ['line-a'] } },
      ],
      next: null,
    });

    const view = await ground.view();
    expect(sourceAt(view.sources.get('pump-1')!, MOVED_US - 1).groups).toEqual(['line-a']);
    expect(sourceDescriber(view, 'pump-1')(MOVED_US)).toEqual({
      kind: 'pump',
      parents: ['line-b', 'north'],
      groups: ['line-b'],
      labels: { site: 'north' },
      zone: null,
    });
    expect([...view.groups].map(([group, of]) => [group, of.size])).toEqual([
      ['line-a', 1],
      ['line-b', 1],
    ]);
  });

  it('refuses a parent that is not declared, one that is part of its own part, and a source in groups that is a group', async () => {
    ground = await makeGround('source parents');
    const client = await ground.start();
    await client.put('/v1/sources', { sources: [site, line('line-a')] });
    expect(await client.put('/v1/sources', { sources: [pump('line-c')] })).toMatchObject({
      status: 422,
      body: { problems: [{ code: 'UNKNOWN_PARENT', path: 'sources[0].parent' }] },
    });
    expect(await client.put('/v1/sources', { sources: [{ ...site, parent: 'line-a' }] })).toMatchObject({
      status: 422,
      body: { problems: [{ code: 'PARENT_CYCLE', chain: ['north', 'line-a', 'north'] }] },
    });
    const deep = Array.from({ length: 9 }, (_, i) => ({
      name: `s-${i}`,
      kind: 'part',
      ...(i > 0 && { parent: `s-${i - 1}` }),
    }));
    expect(await client.put('/v1/sources', { sources: deep })).toMatchObject({
      status: 422,
      body: { problems: [{ code: 'NESTING_TOO_DEEP', path: 'sources[8].parent' }] },
    });
    expect((await client.get('/v1/sources/pump-1')).status).toBe(404);

    const member = (name: string, group: string) => ({ name, kind: 'pump', groups: [group] });
    await client.put('/v1/sources', { sources: [member('pump-2', 'line-x'), member('line-y', 'hall')] });
    expect(await client.put('/v1/sources', { sources: [member('line-x', 'hall')] })).toMatchObject({
      status: 422,
      body: { problems: [{ code: 'SOURCE_IS_GROUP', path: 'sources[0].name', chain: ['line-x', 'hall'] }] },
    });
    expect(await client.put('/v1/sources', { sources: [member('pump-3', 'line-y')] })).toMatchObject({
      status: 422,
      body: { problems: [{ code: 'SOURCE_IS_GROUP', path: 'sources[0].groups', chain: ['line-y', 'hall'] }] },
    });
    expect(await client.put('/v1/sources', { sources: [{ name: 'line-x', kind: 'line' }] })).toMatchObject({
      status: 200,
    });
  });

  it('lists by kind, group, parent and label, and what has sent something undeclared', async () => {
    ground = await makeGround('source list');
    const client = await ground.start();
    await client.put('/v1/sources', { sources: [site, line('line-a'), line('line-b'), pump('line-a')] });
    await seen(ground, ['pump-1', 'stranger', 'stranger']);
    const strangers = await eventually(async () => {
      const { body } = await client.get('/v1/sources?declared=false');
      return body.sources.length > 0 ? body.sources : undefined;
    });
    expect(strangers).toEqual([
      {
        name: 'stranger',
        kind: 'unknown',
        groups: [],
        labels: {},
        declared: false,
        firstSeenUs: 1_001,
        firstSignal: 'sample',
      },
    ]);
    const names = async (query: string) =>
      (await client.get(`/v1/sources?${query}`)).body.sources.map(({ name }: { name: string }) => name);
    expect(await names('kind=line')).toEqual(['line-a', 'line-b']);
    expect(await names('kind=unknown')).toEqual(['stranger']);
    expect(await names('group=line-a')).toEqual(['pump-1']);
    expect(await names('parent=north')).toEqual(['line-a', 'line-b']);
    expect(await names('label=site%3Dnorth')).toEqual(['pump-1']);
    expect(await names('limit=2&after=line-a')).toEqual(['line-b', 'north']);
    expect((await client.get('/v1/sources/pump-1')).body).toMatchObject({ declared: true, firstSeenUs: 1_000 });
    // What the first signal was is no declaration: the first one holds ever.
    await client.put('/v1/sources', { sources: [{ name: 'stranger', kind: 'car' }] });
    expect((await client.get('/v1/sources/stranger?at=1990-01-01T00:00:00Z')).body).toMatchObject({
      kind: 'car',
      firstSeenUs: 1_001,
    });
  });
});

/** As the trigger tells it. */
async function seen({ env, prefix }: RegistryGround, sources: readonly string[]): Promise<void> {
  const publisher = await createPublisher({
    kafka: { brokers: env['WINDLASS_KAFKA_BROKERS']!.split(','), clientId: 'test' },
    registryUrl: env['WINDLASS_SCHEMA_REGISTRY_URL']!,
    hub: { prefix, partitions: 2, teams: ['default'] },
    source: 'test',
    families: ['seen-sources'],
  });
  try {
    await publisher.publish(
      sources.map((source, i) => ({
        topic: topicNames(prefix).seenSources,
        family: 'seen-sources' as const,
        key: source,
        value: { source, signal: 'sample', eventTimeUs: 5, seenAtUs: 1_000 + i },
      })),
    );
  } finally {
    await publisher.close();
  }
}
