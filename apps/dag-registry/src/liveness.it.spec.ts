import { afterEach, describe, expect, it } from '@jest/globals';
import { createPublisher } from '@windlass/messaging';
import { eventually } from '@windlass/testing';
import { cycle, life, makeGround, processor, type RegistryGround } from './registry.fixture.ts';

describe('dag-registry', () => {
  let ground: RegistryGround;
  afterEach(() => ground.close());

  it('tells which processors are alive', async () => {
    ground = await makeGround('liveness');
    const client = await ground.start();
    await client.apply({ windowTypes: [life, cycle] });
    await client.register(processor('health'));
    await client.register(processor('silent'));
    const publisher = await createPublisher({
      kafka: { brokers: ground.env['WINDLASS_KAFKA_BROKERS']!.split(','), clientId: 'test' },
      registryUrl: ground.env['WINDLASS_SCHEMA_REGISTRY_URL']!,
      hub: { prefix: ground.prefix, partitions: 2, teams: ['default', 'blue'] },
      source: 'test',
      families: ['heartbeats'],
    });
    const atUs = Date.now() * 1000;
    const beat = {
      processor: 'health',
      processorVersion: '1.0.0',
      instance: 'i1',
      host: 'h',
      sdk: 'typescript 0.1.0',
      state: 'RUNNING',
      algorithms: ['health-indicator@1'],
      inFlight: 3,
      lagRecords: null,
      startedAtUs: atUs,
      atUs,
    };
    const message = (value: object) => ({
      topic: `${ground.prefix}.heartbeats.v1`,
      family: 'heartbeats',
      key: 'health',
      value,
    });
    await publisher.publish([message(beat), message({ ...beat, atUs: atUs - 1_000_000, inFlight: 9 })]);
    const processors = await eventually(async () => {
      const { body } = await client.get('/v1/processors');
      return body.processors[0].state === 'ALIVE' && body.processors;
    });
    expect(processors).toMatchObject([
      {
        name: 'health',
        state: 'ALIVE',
        heardAtUs: expect.any(Number),
        algorithms: ['health-indicator@1'],
        instances: [{ instance: 'i1', inFlight: 3 }],
      },
      { name: 'silent', state: 'SILENT', heardAtUs: null, instances: [] },
    ]);
    const file = {
      processors: ['health', 'silent', 'nobody'].map((name) => ({ name, algorithms: [`${name}-later@1`] })),
    };
    expect((await client.post('/v1/definitions/plan', file)).body.warnings).toMatchObject([
      { code: 'PROCESSOR_SILENT', path: 'processors[silent]', owners: ['default'] },
      { code: 'PROCESSOR_SILENT', path: 'processors[nobody]', message: expect.stringContaining('never registered') },
    ]);
    const { body: planned } = await client.post('/v1/retirements?plan=true', { processors: ['health'], force: true });
    expect(planned.warnings).toMatchObject([{ code: 'WORK_UNKNOWN' }, { code: 'PROCESSOR_ALIVE' }]);
    const metrics = await (await fetch(`${client.url}/metrics`)).text();
    expect(metrics).toMatch(/windlass_processor_alive\{processor="silent",service="dag-registry"\} 0/);
    expect(metrics).toMatch(/windlass_dag_revision\{service="dag-registry"\} 3/);
    expect((await client.get('/readyz')).status).toBe(200);
    expect(Object.keys((await client.get('/openapi.json')).body.paths)).toEqual(
      expect.arrayContaining(['/v1/processors', '/v1/definitions/plan', '/v1/dag/rollback']),
    );
    await publisher.close();
  });
});
