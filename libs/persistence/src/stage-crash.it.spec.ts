import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { StagePoint } from '@windlass/messaging';
import { eventually, freshDatabase, namespaceOf, testStack } from '@windlass/testing';
import { startCounting } from './faults/counting-stage.ts';
import { Playground } from './faults/playground.ts';

/** For a busy machine, on which several cases go on at once. */
const SETTLED_MS = 120_000;
const DEADLINE_MS = 600_000;

describe('a stage that is killed', () => {
  /** Each case has its own topics and database, and mostly waits for the session of the dead to end: they run side by side. */
  async function onPlayground(name: string, play: (ground: Playground) => Promise<void>): Promise<void> {
    const prefix = namespaceOf(name);
    const { kafkaBrokers, schemaRegistryUrl } = await testStack();
    const ground = await Playground.make({
      brokers: kafkaBrokers,
      registryUrl: schemaRegistryUrl,
      postgresUrl: await freshDatabase(prefix),
      prefix,
      partitions: 2,
      families: ['signals', 'emissions'],
      limits: { batchRecords: 20, batchAsideRecords: 10 },
    });
    try {
      await play(ground);
    } finally {
      await ground.close();
    }
  }

  const places: readonly { readonly point: StagePoint; readonly times: number; readonly where: string }[] = [
    { point: 'taken', times: 1, where: 'between raising the epoch and publishing what was pending' },
    { point: 'handled', times: 4, where: 'between the handler and its writes' },
    { point: 'before-commit', times: 4, where: 'between the writes and the commit' },
    { point: 'committing', times: 4, where: 'while the commit is on its way' },
    { point: 'committed', times: 1, where: 'between the first commit and its publish' },
    { point: 'committed', times: 5, where: 'between a commit and its publish' },
    { point: 'published', times: 3, where: 'between a publish and the next commit' },
  ];

  it.concurrent.each(places)(
    'ends like an undisturbed run when killed $where ($point, $times)',
    ({ point, times }) =>
      onPlayground(`killed at ${point} ${times}`, async (ground) => {
        await ground.send({ records: 150, keys: 12 });
        const victim = ground.fork({ killAt: { point, times } });
        const [, signal] = (await once(victim, 'exit')) as [number, string];
        expect(signal).toBe('SIGKILL');
        ground.fork();
        await ground.settled(SETTLED_MS);
      }),
    DEADLINE_MS,
  );

  async function sendMixed(ground: Playground): Promise<void> {
    for (let round = 0; round < 8; round++) {
      await ground.send({ records: 15, keys: 12, from: round * 15 });
      await ground.sendDiverted({ records: 25, keys: 5, from: round * 25 });
    }
  }

  /** Nothing is missing, bytes and headers are as they were, and a record came after those that were diverted before it. */
  async function allDiverted(ground: Playground): Promise<{ readonly doubles: number }> {
    const { sent, firsts, all } = await ground.diverted();
    const { value, headers } = firsts[0]!;
    expect([headers['windlass-error-code'], value?.length]).toEqual(['NOT_NOW', sent[0]!.value?.length]);
    const said = (one: (typeof sent)[0], offset: string | undefined) => ({
      place: `${one.partition}/${offset}`,
      key: one.key,
      value: one.value?.toString('hex'),
      ids: [one.headers['ce_id'], one.headers['traceparent']],
    });
    expect(firsts.map((one) => said(one, one.headers['windlass-error-offset']))).toEqual(
      sent.map((one) => said(one, one.offset)),
    );
    return { doubles: all.length - firsts.length };
  }

  it.concurrent.each(
    (['diverted', 'handled', 'before-commit', 'committed', 'published'] as const).flatMap((point) =>
      [1, 3].map((times) => ({ point, times })),
    ),
  )(
    'loses nothing that it diverts, and keeps its order, when killed ($point, $times)',
    ({ point, times }) =>
      onPlayground(`diverting, killed at ${point} ${times}`, async (ground) => {
        await sendMixed(ground);
        await once(ground.fork({ killAt: { point, times } }), 'exit');
        ground.fork();
        await ground.settled(SETTLED_MS);
        const { doubles } = await eventually(() => allDiverted(ground), { deadlineMs: SETTLED_MS });
        if (point === 'diverted') expect(doubles).toBeGreaterThan(0);
      }),
    DEADLINE_MS,
  );

  it.concurrent(
    'ends like an undisturbed run when killed again and again',
    async () =>
      onPlayground('killed again and again', async (ground) => {
        await ground.send({ records: 200, keys: 12 });
        const points: StagePoint[] = ['committed', 'before-commit', 'published', 'committing'];
        for (const point of points) await once(ground.fork({ killAt: { point, times: 2 } }), 'exit');
        ground.fork();
        await ground.settled(SETTLED_MS);
      }),
    DEADLINE_MS,
  );

  it.concurrent(
    'diverts nothing ahead of others as a zombie',
    async () =>
      onPlayground('diverting zombie', async (ground) => {
        await sendMixed(ground);
        const zombie = ground.fork({ tellAt: { point: 'handled', times: 2 } });
        await new Promise<void>((resolve) => {
          zombie.on('message', (message) => {
            if (message !== 'handled') return;
            zombie.kill('SIGSTOP');
            resolve();
          });
        });
        const heir = await startCounting(ground.place);
        ground.closing.push(() => heir.stop());
        await ground.settled(SETTLED_MS);
        zombie.kill('SIGCONT');
        await ground.sendDiverted({ records: 30, keys: 5, from: 200 });
        await eventually(() => allDiverted(ground), { deadlineMs: SETTLED_MS });
      }),
    DEADLINE_MS,
  );

  it.concurrent(
    'cannot write once another has taken over: the zombie changes nothing, and gives the partition up',
    async () =>
      onPlayground('zombie', async (ground) => {
        await ground.send({ records: 150, keys: 12 });
        const zombie = ground.fork({ tellAt: { point: 'handled', times: 3 } });
        await new Promise<void>((resolve) => {
          zombie.on('message', (message) => {
            if (message !== 'handled') return;
            zombie.kill('SIGSTOP');
            resolve();
          });
        });
        const heir = await startCounting(ground.place);
        ground.closing.push(() => heir.stop());
        await ground.settled(SETTLED_MS);
        await ground.send({ records: 20, keys: 12, from: 150 });
        zombie.kill('SIGCONT');
        await ground.settled(SETTLED_MS);
        await eventually(
          async () => {
            const { rows } = await ground.sql.query('SELECT DISTINCT owner FROM stage_partition');
            const owners = (rows as { owner: string }[]).map(({ owner }) => owner.split(':')[1]);
            return owners.length === 2;
          },
          { deadlineMs: SETTLED_MS, describe: 'the partitions shared by both again' },
        );
        await ground.send({ records: 20, keys: 12, from: 170 });
        await ground.settled(SETTLED_MS);
      }),
    DEADLINE_MS,
  );
});
