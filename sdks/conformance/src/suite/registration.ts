import { expect, it } from '@jest/globals';
import { registration } from '@windlass/dag';
import { TOKEN } from '../hub.ts';
import type { SdkUnderTest } from './sdk-under-test.ts';

export function registers(sdk: SdkUnderTest): void {
  it('registers until the hub is up, with what the registry takes', () => {
    const { hub } = sdk;
    expect(hub.registrations).toHaveLength(2);
    for (const { method, path, headers, body } of hub.registrations) {
      expect({ method, path }).toEqual({ method: 'POST', path: '/v1/processors' });
      expect(headers).toMatchObject({ authorization: `Bearer ${TOKEN}` });
      expect(headers['content-type']).toContain('application/json');
      const { success, error, data } = registration.safeParse(body);
      expect({ success, error }).toMatchObject({ success: true });
      expect(data).toMatchObject({ name: 'conformance', version: '7', team: 'default' });
    }
  });

  it('registers its algorithms as they are declared', () => {
    const { hub } = sdk;
    const { algorithms } = registration.parse(hub.registrations[0]!.body);
    const of = (wanted: string) => algorithms.find((one) => one.name === wanted);
    expect(of('load')).toMatchObject({
      version: '1',
      windows: [{ windowType: 'conformance@1', on: ['ON_TIME', 'LATE'] }],
      result: { type: 'double', unit: '%' },
    });
    expect(of('window')).toMatchObject({
      windows: [{ windowType: 'conformance@1', on: ['EARLY', 'ON_TIME', 'LATE', 'FINAL'], minCompleteness: 0.5 }],
    });
    const given = (relation: object, rules: object = {}) => ({ algorithm: 'given@1', relation, ...rules });
    const runWithout = { onMissing: 'runWithout' };
    expect(of('inputs')!.dependencies).toMatchObject([
      given({ kind: 'same' }, runWithout),
      given({ kind: 'parent' }, runWithout),
      given({ kind: 'children' }),
      given({ kind: 'previous', count: 3 }),
      given({ kind: 'previous', durationUs: 3_600_000_000 }),
      { algorithm: 'ranged@^1.0', relation: { kind: 'same' }, ...runWithout },
      given({ kind: 'members' }),
    ]);
    expect(of('refuses')).toMatchObject({
      timeout: 30_000,
      scheduleToClose: 120_000,
      retry: {
        attempts: 3,
        backoff: 100,
        backoffFactor: 2,
        maxBackoff: 1_000,
        jitter: 0,
        nonRetryable: ['TIMEOUT'],
      },
    });
    expect(of('emits')).toMatchObject({ emits: ['found@1'], result: { type: 'none' } });
    expect(of('small')).toMatchObject({ maxResultBytes: 100 });
    expect(of('echo-avro')).toMatchObject({ result: { avro: { type: 'record', name: 'Level' } } });
    expect(of('reads-avro')!.dependencies).toMatchObject([{ reads: { avro: { name: 'Level' } } }]);
    expect(of('echo-struct')).toMatchObject({
      result: { type: 'struct', fields: { level: { type: 'double', unit: 'bar' }, maybe: { optional: true } } },
    });
  });

  it('registers its schemas, and says how they may change', async () => {
    const { hub } = sdk;
    expect(await hub.registry.registered('results')).toMatchObject({ compatibility: 'BACKWARD_TRANSITIVE' });
    expect(await hub.registry.registered('heartbeats')).toMatchObject({ compatibility: 'BACKWARD_TRANSITIVE' });
  });
}
