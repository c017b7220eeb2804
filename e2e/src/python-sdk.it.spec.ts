// Signals sent, samples run and results read by the Python SDK on the real hub: sdks/python/tests/test_hub.py, with a hub.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TestHub } from './hub.fixture.ts';
import { pythonSdk } from './python-sdk.ts';

const DEADLINE_MS = 600_000;
const ground = new TestHub('python sdk');

pythonSdk.describe('the Python SDK on a hub', () => {
  beforeAll(async () => {
    expect(pythonSdk.setUp()).toBe('');
    await ground.start({ partitions: 4 });
    await ground.ask('dag-registry', 'PUT', '/v1/definitions', {
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

  afterAll(() => ground.stop(), DEADLINE_MS);

  it(
    'sends signals, computes, and reads what is known',
    async () => {
      const env = { ...process.env, ...ground.hub.env, WINDLASS_WORKERS: '1', NODE_OPTIONS: '' };
      const told = await pythonSdk.run(['-m', 'pytest', '-q', 'tests/test_hub.py'], env);
      expect(told).toMatch(/^\d+ passed in /m);
      expect(told).not.toContain('skipped');
    },
    DEADLINE_MS,
  );
});
