import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  StageConsumer,
  StageStrategy,
  type StageBatch,
  type StageEffects,
  type StageHandler,
} from '@windlass/messaging';
import { eventually, freshDatabase, namespaceOf, testStack } from '@windlass/testing';
import { createDatabase } from './database.ts';
import { Playground } from './faults/playground.ts';
import { stageMigrations } from './stage-migration.ts';

const seen: string[] = [];

@Controller()
@StageConsumer({ stage: 'nested', families: ['signals'] })
class SeeingController implements StageHandler {
  async acquire(): Promise<void> {}

  release(): void {}

  async handle(batch: StageBatch): Promise<StageEffects> {
    for (const input of batch.inputs) seen.push(input.key);
    return { messages: [], timers: [], rejected: [] };
  }
}

@Module({ controllers: [SeeingController] })
class SeeingModule {}

describe('the stage as a transport of Nest', () => {
  const closing: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  it('feeds the declared controller, and stops with the application', async () => {
    const prefix = namespaceOf('a transport of Nest');
    const { kafkaBrokers, schemaRegistryUrl } = await testStack();
    const postgresUrl = await freshDatabase(prefix);
    const ground = await Playground.make({
      brokers: kafkaBrokers,
      registryUrl: schemaRegistryUrl,
      postgresUrl,
      prefix,
      partitions: 2,
      families: ['signals'],
    });
    closing.push(() => ground.close());
    const database = await createDatabase({ url: postgresUrl, schema: 'nested', migrations: stageMigrations });
    closing.push(() => database.close());
    const app = await NestFactory.create(SeeingModule, new FastifyAdapter(), { logger: false });
    const strategy = new StageStrategy(app.get(SeeingController), {
      kafka: { brokers: kafkaBrokers, clientId: 'nested' },
      registryUrl: schemaRegistryUrl,
      hub: { prefix, partitions: 2, teams: ['default'] },
      store: database.stageStore,
    });
    app.connectMicroservice({ strategy });
    await app.startAllMicroservices();
    await ground.send({ records: 3, keys: 3 });
    await eventually(() => seen.length === 3);
    expect([...seen].sort()).toEqual(['key-0', 'key-1', 'key-2']);
    expect(strategy.stage.status()).toMatchObject({
      joined: true,
      partitions: [{ state: 'running' }, { state: 'running' }],
    });
    await app.close();
    expect(strategy.stage.status().joined).toBe(false);
  });
});
