import { expect, it } from '@jest/globals';
import { partitionOf, slotOf } from '@windlass/contracts';
import { eventually } from '@windlass/testing';
import { expectItems } from '../expectations.ts';
import { PARTITIONS } from '../hub.ts';
import { load, sleeps } from '../task-file.ts';
import { DEADLINE_MS, type SdkUnderTest } from './sdk-under-test.ts';

export function drains(sdk: SdkUnderTest): void {
  it(
    'finishes what runs on SIGTERM, hands the rest back, leaves its group, and exits with 0',
    async () => {
      const { hub } = sdk;
      const [run, wait] = await sdk.send(sleeps('unit-k', 2_500), load('unit-k', 8));
      await hub.begun(run!);
      sdk.processor.signal('SIGTERM');
      await eventually(async () => {
        const ready = await fetch(`http://127.0.0.1:${sdk.processor.healthPort}/readyz`);
        return ready.status === 503 && (await ready.json());
      }).then((told) => expect(told).toEqual({ ok: false, state: 'draining' }));
      expect(await sdk.processor.exited).toEqual({ code: 0, signal: null });
      expectItems(await hub.answerTo(run!), [{ result: { type: 'string', value: 'slept' } }]);
      expect(hub.of(wait!.taskId)).toEqual([]);
      expect(await hub.members()).toEqual([]);
      const partition = partitionOf(slotOf('unit-k'), PARTITIONS);
      const handedBack = (await hub.committed()).find((one) => one.partition === partition);
      expect(JSON.parse(handedBack!.metadata!)).toEqual({ holder: '', deaths: 0, alone: false });
      const { instance } = hub.of(run!.taskId)[0]!.record;
      const states = () =>
        hub.heartbeats.filter(({ record }) => record.instance === instance).map(({ record }) => record.state);
      await eventually(() => states().at(-1) === 'STOPPED', { describe: states });
      expect(states()).toContain('DRAINING');
    },
    DEADLINE_MS,
  );
}
