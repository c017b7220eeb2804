import { expect, it } from '@jest/globals';
import { eventually } from '@windlass/testing';
import { expectItems } from '../expectations.ts';
import { load, sleeps } from '../task-file.ts';
import { DEADLINE_MS, type SdkUnderTest } from './sdk-under-test.ts';

export function takesOver(sdk: SdkUnderTest): void {
  it(
    'shares its work with a second instance, which takes over what the first had when it is killed',
    async () => {
      const { hub } = sdk;
      const second = await sdk.running();
      await eventually(async () => (await hub.members()).length === 2, { deadlineMs: 30_000 });
      const keys = Array.from({ length: 8 }, (_, i) => `unit-${i}`);
      const held = await sdk.send(...keys.map((key) => sleeps(key, 1_000)));
      const rest = await sdk.send(...keys.map((key, i) => load(key, i)));
      await hub.begun(held[0]!);
      sdk.processor.signal('SIGKILL');
      expect(await sdk.processor.exited).toEqual({ code: null, signal: 'SIGKILL' });
      for (const [i, task] of rest.entries()) {
        expectItems(await hub.answerTo(held[i]!, 60_000), [{ result: { type: 'string', value: 'slept' } }]);
        expectItems(await hub.answerTo(task, 60_000), [{ result: { type: 'double', value: i } }]);
      }
      await eventually(() => hub.caughtUp(), { deadlineMs: 30_000, describe: async () => hub.committed() });
      sdk.processor = second;
    },
    DEADLINE_MS,
  );
}
