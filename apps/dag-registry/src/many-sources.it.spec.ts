import { afterEach, expect, it, jest } from '@jest/globals';
import { eventually, freshDatabase, namespaceOf, testStack } from '@windlass/testing';
import { RegistryGround, type RegistryClient } from './registry.fixture.ts';

/** The limit of one document is 100,000: WINDLASS_TEST_SOURCES=100000 tries that, and tells how long each part takes. */
const SOURCES = Number(process.env['WINDLASS_TEST_SOURCES'] ?? 3_000);
jest.setTimeout(600_000);

let ground: RegistryGround;
afterEach(() => ground.close());

const nameOf = (i: number): string => `pump-${String(i).padStart(6, '0')}`;

const sources = (line: (i: number) => string) => [
  { name: 'north', kind: 'site' },
  ...Array.from({ length: SOURCES - 1 }, (_, i) => ({
    name: nameOf(i),
    kind: 'pump',
    parent: 'north',
    groups: [line(i)],
    labels: { site: 'north', serial: `sn-${i}` },
    zone: 'Europe/Berlin',
  })),
];

const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  const fromMs = performance.now();
  const answer = await work();
  if (process.env['WINDLASS_TEST_SOURCES'])
    process.stderr.write(
      `${what}: ${Math.round(performance.now() - fromMs)} ms, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB\n`,
    );
  return answer;
};

it('takes a whole fleet at once, and tells all of it page by page and to every service', async () => {
  const prefix = namespaceOf('a whole fleet');
  ground = RegistryGround.make({ prefix, stack: { ...(await testStack()), postgresUrl: await freshDatabase(prefix) } });
  const client = await ground.start();
  const onLine = (i: number): string => `line-${i % 100}`;

  const wrong = sources(onLine).with(-1, {
    name: ' pump',
    kind: 'pump',
    parent: 'north',
    groups: [],
    labels: {},
  } as never);
  const refused = await timed('refused', () => client.put('/v1/sources', { sources: wrong }));
  expect(refused).toMatchObject({ status: 422, body: { problems: [{ path: `sources[${SOURCES - 1}].name` }] } });

  const first = await timed('declared', () => client.put('/v1/sources', { sources: sources(onLine) }));
  expect([first.status, first.body.changes?.length]).toEqual([200, SOURCES]);
  const again = await timed('again, nothing changes', () => client.put('/v1/sources', { sources: sources(onLine) }));
  expect(again.body.changes).toEqual([]);
  const moved = await timed('all moved', () =>
    client.put('/v1/sources', { sources: sources((i) => `line-${(i + 1) % 100}`) }),
  );
  expect(moved.body.changes).toHaveLength(SOURCES - 1);

  const listed = await timed('listed', () => allOf(client, ''));
  expect(listed).toEqual([...Array.from({ length: SOURCES - 1 }, (_, i) => nameOf(i)), 'north'].sort());
  const ofLine = await timed('listed by group', () => allOf(client, '&group=line-7'));
  expect(ofLine).toEqual(Array.from({ length: SOURCES - 1 }, (_, i) => nameOf(i)).filter((_, i) => i % 100 === 6));

  // The answer waits for the topic for some seconds only.
  const view = await timed('on the topic, read by a service', () =>
    eventually(
      async () => {
        const seen = await ground.view();
        return seen.sources.size === SOURCES && seen.sources.get(nameOf(0))?.earlier ? seen : undefined;
      },
      { deadlineMs: 120_000 },
    ),
  );
  expect(view.groups.get('line-7')!.size).toBeGreaterThan(ofLine.length);
});

async function allOf(client: RegistryClient, query: string): Promise<string[]> {
  const names: string[] = [];
  for (let after: string | null = ''; after !== null;) {
    const { body }: { body: any } = await client.get(`/v1/sources?limit=10000&after=${after}${query}`);
    names.push(...body.sources.map(({ name }: { name: string }) => name));
    after = body.next;
  }
  return names;
}
