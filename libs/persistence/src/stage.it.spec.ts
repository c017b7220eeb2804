import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually, freshDatabase, namespaceOf, testStack } from '@windlass/testing';
import { startCounting, type CountingPlace, type CountingStage } from './faults/counting-stage.ts';
import { Playground } from './faults/playground.ts';

describe('a stage', () => {
  const closing: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function playground(name: string, extra: Partial<CountingPlace> = {}): Promise<Playground> {
    const prefix = namespaceOf(name);
    const { kafkaBrokers, schemaRegistryUrl } = await testStack();
    const ground = await Playground.make({
      brokers: kafkaBrokers,
      registryUrl: schemaRegistryUrl,
      postgresUrl: await freshDatabase(prefix),
      prefix,
      partitions: 4,
      families: ['signals', 'emissions'],
      ...extra,
    });
    closing.push(() => ground.close());
    return ground;
  }

  async function start(ground: Playground, extra: Parameters<typeof startCounting>[1] = {}): Promise<CountingStage> {
    const counting = await startCounting(ground.place, extra);
    closing.push(() => counting.stop());
    return counting;
  }

  /** The state and the messages of an undisturbed run. */
  async function settled(ground: Playground): Promise<void> {
    await eventually(async () => {
      expect(await ground.tallies()).toEqual(ground.expected());
      expect((await ground.notices()).byId).toEqual(ground.expectedNotices());
      return true;
    });
  }

  it('applies every record once, in order per key, publishes what follows and fires each timer once', async () => {
    const ground = await playground('applies every record once');
    await ground.send({ records: 300, keys: 20 });
    await start(ground);
    await ground.send({ records: 300, keys: 20, from: 300 });
    await settled(ground);
    expect((await ground.notices()).doubles).toBe(0);
  });
});
