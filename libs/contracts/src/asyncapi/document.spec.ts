import specs from '@asyncapi/specs';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import avro from 'avsc';
import { families } from '../families.ts';
import { topicDeclarations } from '../topics.ts';
import { asyncApiDocument, type AsyncApiSource } from './document.ts';

const plain: AsyncApiSource = {
  hub: { prefix: 'windlass', partitions: 8, teams: ['default', 'blue'], processors: ['health', 'prognosis'] },
  revision: 12,
  kafka: {
    brokers: ['127.0.0.1:9092'],
    isEncrypted: false,
    schemaRegistryUrl: 'http://127.0.0.1:8081/apis/ccompat/v7',
  },
};
const secured: AsyncApiSource = {
  hub: { prefix: 'plant-2', partitions: 64, teams: ['a'], processors: [], replicationFactor: 3 },
  revision: 0,
  kafka: {
    brokers: ['k1.example:9093', 'k2.example:9093'],
    isEncrypted: true,
    mechanism: 'scram-sha-512',
    schemaRegistryUrl: 'https://user:hunter2@registry.example/api?token=hunter2',
  },
};

type Tree = { readonly [key: string]: any };

const isValid = new Ajv({ strict: false, validateFormats: false, meta: false, validateSchema: false }).compile(
  specs.schemas['3.0.0'],
);

/** Every value of a key, however deep. */
const valuesOf = (tree: unknown, key: string): any[] =>
  typeof tree !== 'object' || tree === null
    ? []
    : Object.entries(tree).flatMap(([name, value]) => [...(name === key ? [value] : []), ...valuesOf(value, key)]);

const resolve = (document: Tree, ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .reduce((tree: Tree | undefined, key) => tree?.[key] as Tree | undefined, document);

describe.each([
  ['without security', plain],
  ['with TLS and SASL', secured],
])('the AsyncAPI document of a hub %s', (_, source) => {
  const document: Tree = asyncApiDocument(source);

  it('is valid AsyncAPI 3.0', () => {
    isValid(document);
    expect(isValid.errors).toBeNull();
  });

  it('refers to nothing that is not in it', () => {
    const refs = valuesOf(document, '$ref') as string[];
    expect(refs.length).toBeGreaterThan(families.length);
    expect(refs.filter((ref) => resolve(document, ref) === undefined)).toEqual([]);
  });

  it('has a channel for every topic, with one who writes and one who reads', () => {
    const topics = topicDeclarations(source.hub).map(({ topic }) => topic);
    expect(Object.values<Tree>(document['channels']).map(({ address }) => address as string)).toEqual(topics);
    const operations = Object.values<Tree>(document['operations']);
    expect(operations.filter(({ action }) => action === 'send')).toHaveLength(topics.length);
    expect(operations.filter(({ action }) => action === 'receive')).toHaveLength(topics.length);
  });

  it('has Avro schemas that Avro takes', () => {
    const payloads = valuesOf(document['components'].messages, 'payload') as Tree[];
    expect(payloads).toHaveLength(families.length - 3);
    for (const { schema } of payloads) avro.Type.forSchema(structuredClone(schema));
  });
});

describe('the AsyncAPI document', () => {
  it('names no secret', () => {
    const text = JSON.stringify(asyncApiDocument(secured));
    expect(text).not.toMatch(/hunter2|user:/);
    expect(asyncApiDocument(secured)).toMatchObject({
      servers: {
        'kafka-2': {
          host: 'k2.example:9093',
          protocol: 'kafka-secure',
          bindings: { kafka: { schemaRegistryUrl: 'https://registry.example/api' } },
        },
      },
      components: { securitySchemes: { sasl: { type: 'scramSha512' } } },
    });
  });

  it('tells the window topic of each processor, its key and its headers', () => {
    expect(asyncApiDocument(plain)).toMatchObject({
      info: { version: '12' },
      channels: {
        'windows.health': {
          address: 'windlass.windows.health.v1',
          bindings: { kafka: { partitions: 8, topicConfiguration: { 'cleanup.policy': ['delete'] } } },
        },
        'results.blue': { address: 'windlass.results.blue.v1' },
        registry: { bindings: { kafka: { partitions: 1, topicConfiguration: { 'cleanup.policy': ['compact'] } } } },
      },
      operations: {
        'windows.health.receive': { action: 'receive', tags: [{ name: 'processor' }] },
        'panes.receive': { tags: [{ name: 'router' }, { name: 'result-collector' }] },
      },
      components: {
        messages: {
          windows: {
            headers: { properties: { 'windlass-home-partition': { type: 'string' } } },
            bindings: { kafka: { key: { type: 'string' }, schemaIdPayloadEncoding: 'confluent' } },
          },
          dlq: {
            contentType: 'application/octet-stream',
            headers: { required: expect.arrayContaining(['windlass-error-code']) },
          },
        },
      },
    });
  });

  it('is the same for the same hub', () => {
    expect(JSON.stringify(asyncApiDocument(plain))).toBe(JSON.stringify(asyncApiDocument(structuredClone(plain))));
  });
});
