// Signals sent, samples run and results read by the Python SDK on the real hub: sdks/python/tests/test_hub.py, with a hub.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type RunningHub, startHub } from '@windlass/embedded';
import { freshDatabase, namespaceOf, testStack } from '@windlass/testing';
import { pythonSdk } from './python-sdk.ts';

const DEADLINE_MS = 600_000;
const prefix = namespaceOf('python sdk');
const dataDir = mkdtempSync(join(tmpdir(), 'windlass-python-'));
let hub: RunningHub | undefined;

pythonSdk.describe('the Python SDK on a hub', () => {
  beforeAll(async () => {
    expect(pythonSdk.setUp()).toBe('');
    const { kafkaBrokers, schemaRegistryUrl } = await testStack();
    hub = await startHub({
      env: {
        WINDLASS_KAFKA_BROKERS: kafkaBrokers.join(','),
        WINDLASS_SCHEMA_REGISTRY_URL: schemaRegistryUrl,
        WINDLASS_POSTGRES_URL: await freshDatabase(prefix),
      },
      dataDir,
      settings: { WINDLASS_PREFIX: prefix, WINDLASS_PARTITIONS: '4' },
    });
    await define(hub, {
      windowTypes: [
        {
          ...{ name: 'cycle', version: 1, for: { kind: 'pump' }, reads: ['sample'], open: { fixed: { size: '1s' } } },
          keepSignals: { count: 100 },
          metadata: { load: { type: 'double', unit: '1' } },
          policy: { outOfOrderness: '0s', allowedLateness: '0s', idleTimeout: 'never' },
        },
      ],
      sources: ['pump-1', 'pump-2', 'pump-3'].map((name) => ({ name, kind: 'pump' })),
    });
  }, DEADLINE_MS);

  afterAll(async () => {
    await hub?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, DEADLINE_MS);

  it(
    'sends signals, computes, and reads what is known',
    async () => {
      const env = { ...process.env, ...hub!.env, WINDLASS_WORKERS: '1', NODE_OPTIONS: '' };
      const told = await pythonSdk.run(['-m', 'pytest', '-q', 'tests/test_hub.py'], env);
      expect(told).toMatch(/^\d+ passed in /m);
      expect(told).not.toContain('skipped');
    },
    DEADLINE_MS,
  );
});

async function define({ urls }: RunningHub, definitions: object): Promise<void> {
  const response = await fetch(`${urls['dag-registry']}/v1/definitions`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(definitions),
  });
  if (!response.ok) throw new Error(await response.text());
}
