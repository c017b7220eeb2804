import { expect, it } from '@jest/globals';
import { eventually } from '@windlass/testing';
import { newId, taskOf } from '../task-file.ts';
import { DEADLINE_MS, type SdkUnderTest } from './sdk-under-test.ts';

export function answersRedelivery(sdk: SdkUnderTest): void {
  it(
    'answers a task that comes twice twice alike, and an old attempt as that attempt',
    async () => {
      const { hub } = sdk;
      const executionId = newId();
      const attempt = (number: number) => taskOf({ run: ['window'], executions: [{ executionId, attempt: number }] });
      const [newer, older] = [attempt(2), attempt(1)];
      await hub.send([newer, older, newer]);
      const answers = await eventually(() => (hub.of(newer.taskId).length === 2 ? hub.of(newer.taskId) : undefined), {
        deadlineMs: 30_000,
      });
      expect(answers[0]!.record.items[0]!.result).toEqual(answers[1]!.record.items[0]!.result);
      expect((await hub.answerTo(older)).record.items[0]!.attempt).toBe(1);
    },
    DEADLINE_MS,
  );
}
