import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freshDatabase, namespaceOf, openApiProblems, testStack } from '@windlass/testing';
import { parse } from 'yaml';
import * as known from './http/known-answers.ts';
import { cycle, life, processor, RegistryGround, type RegistryClient } from './registry.fixture.ts';

const ANSWERS = {
  '/v1/dag': known.revision,
  '/v1/dag/revisions': known.revisions,
  '/v1/dag/revisions/1': known.revision,
  '/v1/policies': known.policies,
  '/v1/policies/cycle@1': known.policy,
  '/v1/sources': known.sourcePage,
  '/v1/sources/unit-1': known.source,
  '/v1/processors': known.processors,
  '/v1/processors/schema': known.jsonSchema,
  '/v1/definitions/schema': known.jsonSchema,
  '/v1/asyncapi': known.asyncApi,
};

describe('what dag-registry tells of itself and of the topics', () => {
  let ground: RegistryGround;
  let client: RegistryClient;
  beforeEach(async () => {
    const stack = await testStack();
    const prefix = namespaceOf('openapi of the registry');
    ground = RegistryGround.make({ prefix, stack: { ...stack, postgresUrl: await freshDatabase(prefix) } });
    client = await ground.start();
  });
  afterEach(() => ground.close());

  it('is a valid and complete OpenAPI document, and an AsyncAPI document of the live revision', async () => {
    expect(await openApiProblems((await client.get('/openapi.json')).body)).toEqual([]);

    await client.apply({ windowTypes: [life, cycle] });
    await client.register(processor('health'));
    const { body: document } = await client.get('/v1/asyncapi');
    expect(document).toMatchObject({
      asyncapi: '3.0.0',
      info: { version: '2' },
      channels: {
        'windows.health': { address: `${ground.prefix}.windows.health.v1`, bindings: { kafka: { partitions: 2 } } },
        'results.blue': { address: `${ground.prefix}.results.blue.v1` },
      },
      servers: { 'kafka-1': { protocol: 'kafka', host: ground.env['WINDLASS_KAFKA_BROKERS'] } },
    });
    const yaml = await fetch(`${client.url}/v1/asyncapi.yaml`);
    expect(yaml.headers.get('content-type')).toMatch(/^application\/yaml/);
    expect(parse(await yaml.text())).toEqual(document);

    await client.put('/v1/sources', { sources: [{ name: 'unit-1', kind: 'unit' }] });
    for (const [path, answer] of Object.entries(ANSWERS))
      expect({ path, ...answer.safeParse((await client.get(path)).body) }).toMatchObject({ path, success: true });
  });
});
