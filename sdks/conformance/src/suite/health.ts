/** How it tells that it lives: over HTTP, and to the hub. */
import { expect, it } from '@jest/globals';
import { eventually } from '@windlass/testing';
import { DEADLINE_MS, type SdkUnderTest } from './sdk-under-test.ts';

export function servesHealth(sdk: SdkUnderTest): void {
  it('tells that it lives and is ready', async () => {
    const answer = async (path: string) => fetch(`http://127.0.0.1:${sdk.processor.healthPort}${path}`);
    const [health, ready] = [await answer('/healthz'), await answer('/readyz')];
    expect([health.status, ready.status]).toEqual([200, 200]);
    expect(await ready.json()).toEqual({ ok: true, state: 'running' });
  });
}

export function sendsHeartbeats(sdk: SdkUnderTest): void {
  it(
    'tells every 5 s that it lives',
    async () => {
      const { hub } = sdk;
      const beats = await eventually(() => (hub.heartbeats.length >= 2 ? hub.heartbeats : undefined));
      const { record, key, headers, schemaId } = beats.at(-1)!;
      const { instance } = hub.answers.at(-1)!.record;
      expect(key).toBe('conformance');
      expect(record).toMatchObject({ processor: 'conformance', processorVersion: '7', instance, state: 'RUNNING' });
      expect(record.algorithms).toEqual(expect.arrayContaining(['load@1', 'inputs@1', 'echo-avro@1']));
      expect(record.sdk).toMatch(/^[a-z]+ \d/);
      expect(record.atUs - beats[0]!.record.startedAtUs).toBeGreaterThan(0);
      expect(headers).toMatchObject({ ce_type: 'io.windlass.heartbeats.v1', 'content-type': 'application/avro' });
      expect(schemaId).toBe((await hub.registry.registered('heartbeats')).id);
    },
    DEADLINE_MS,
  );
}
