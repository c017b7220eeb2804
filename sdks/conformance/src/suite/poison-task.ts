import { expect, it } from '@jest/globals';
import { eventually } from '@windlass/testing';
import { expectItems, expectShape } from '../expectations.ts';
import { load } from '../task-file.ts';
import { DEADLINE_MS, type SdkUnderTest } from './sdk-under-test.ts';

export function findsPoisonTask(sdk: SdkUnderTest): void {
  it(
    'finds a task that kills it, answers it after three deaths, and loses no other',
    async () => {
      const { hub } = sdk;
      const innocent = (i: number) => load(`unit-${i}`, i);
      const [poison, ...others] = await sdk.send(
        { run: ['kills'], window: { key: 'unit-p' } },
        ...[0, 1, 2, 3, 4, 5].map(innocent),
      );
      let deaths = 0;
      for (;;) {
        const one = sdk.start();
        const answered = eventually(() => hub.of(poison!.taskId)[0], { deadlineMs: 60_000 }).then(() => undefined);
        const end = await Promise.race([one.exited, answered]);
        answered.catch(() => {});
        if (!end) break;
        expect({ ...end, deaths, output: one.output }).toMatchObject({ signal: 'SIGKILL' });
        expect(++deaths).toBeLessThanOrEqual(3);
      }
      expect(deaths).toBe(3);
      expectShape(poison!, await hub.answerTo(poison!));
      expectItems(await hub.answerTo(poison!), [
        { error: { code: 'POISONED', class: 'PoisonedTask', retryable: false } },
      ]);
      for (const task of others) expect((await hub.answerTo(task)).record.items).toMatchObject([{ error: null }]);
      await eventually(() => hub.caughtUp(), { deadlineMs: 30_000, describe: async () => hub.committed() });
    },
    2 * DEADLINE_MS,
  );
}
