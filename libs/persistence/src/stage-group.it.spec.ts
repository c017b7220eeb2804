import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createAdmin } from '@windlass/messaging';
import { eventually, freshDatabase, namespaceOf, testStack } from '@windlass/testing';
import kafkajs from 'kafkajs';
import { startCounting, type CountingPlace, type CountingStage } from './faults/counting-stage.ts';
import { Playground } from './faults/playground.ts';

describe('the members of a stage', () => {
  const closing: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function playground(name: string, place: Partial<CountingPlace> = {}): Promise<Playground> {
    const prefix = namespaceOf(name);
    const { kafkaBrokers, schemaRegistryUrl } = await testStack();
    const ground = await Playground.make({
      brokers: kafkaBrokers,
      registryUrl: schemaRegistryUrl,
      postgresUrl: await freshDatabase(prefix),
      prefix,
      partitions: 8,
      families: ['signals', 'emissions', 'group-signals'],
      ...place,
    });
    closing.push(() => ground.close());
    return ground;
  }

  /** As Kafka has it: each member's partitions by topic, when the group is stable. */
  async function assignments(ground: Playground): Promise<Record<string, number[]>[] | undefined> {
    const admin = createAdmin({ brokers: ground.place.brokers, clientId: 'look' });
    await admin.connect();
    const { groups } = await admin.describeGroups([`${ground.place.prefix}.counting`]);
    await admin.disconnect();
    if (groups[0]?.state !== 'Stable') return undefined;
    return groups[0].members.map(
      ({ memberAssignment }) => kafkajs.AssignerProtocol.MemberAssignment.decode(memberAssignment)!.assignment,
    );
  }

  /** Every partition of all topics with one member, in equal shares. */
  async function shared(ground: Playground, stages: readonly CountingStage[]): Promise<number[][]> {
    const owned = await eventually(async () => {
      const byMember = await assignments(ground);
      if (byMember?.length !== stages.length) return undefined;
      const running = stages.flatMap(({ stage }) =>
        stage.status().partitions.filter(({ state }) => state === 'running'),
      );
      return running.length === ground.place.partitions ? byMember : undefined;
    });
    const topics = ground.place.families.map((family) => ground.topicOf(family));
    for (const byTopic of owned) {
      expect(Object.keys(byTopic).sort()).toEqual([...topics].sort());
      for (const topic of topics) expect(byTopic[topic]).toEqual(byTopic[topics[0]!]);
    }
    const shares = owned.map((byTopic) => byTopic[topics[0]!]!);
    expect(shares.flat().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    return shares;
  }

  it('have partition p of all topics together, through joins and leaves, and end like an undisturbed run', async () => {
    const ground = await playground('three by three');
    let sent = 0;
    const sendSome = async () => {
      await ground.send({ records: 60, keys: 25, from: sent });
      sent += 60;
    };
    const stages: CountingStage[] = [];
    closing.push(async () => void (await Promise.all(stages.map((stage) => stage.stop()))));
    for (let members = 1; members <= 3; members++) {
      await sendSome();
      stages.push(await startCounting(ground.place));
      await sendSome();
      const shares = await shared(ground, stages);
      expect(shares.map(({ length }) => length).sort()).toEqual([[8], [4, 4], [2, 3, 3]][members - 1]);
    }
    const stayed = stages[1]!.stage.status().partitions.map(({ partition }) => partition);
    await sendSome();
    await stages.shift()!.stop();
    await sendSome();
    await shared(ground, stages);
    expect(stages[0]!.stage.status().partitions.map(({ partition }) => partition)).toEqual(
      expect.arrayContaining(stayed),
    );
    await sendSome();
    await stages.shift()!.stop();
    await shared(ground, stages);
    await sendSome();
    await ground.settled();
    expect((await ground.notices()).doubles).toBe(0);
  }, 120_000);

  it('are not waited for when they died, by who starts in their place', async () => {
    // Longer than the test: whoever waits for the end of the dead one's session fails it.
    const ground = await playground('in their place', { at: 'host:1', limits: { sessionTimeoutMs: 600_000 } });
    await ground.send({ records: 60, keys: 25 });
    const victim = ground.fork({ killAt: { point: 'committed', times: 3 } });
    await once(victim, 'exit');
    const heir = await startCounting(ground.place);
    closing.push(() => heir.stop());
    await shared(ground, [heir]);
    await ground.settled();
  }, 120_000);
});
