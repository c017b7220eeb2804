import { expect, it } from '@jest/globals';
import { fromValue } from '@windlass/contracts';
import { expectShape } from '../expectations.ts';
import { PARTITIONS } from '../hub.ts';
import { load } from '../task-file.ts';
import { DEADLINE_MS, type SdkUnderTest } from './sdk-under-test.ts';

export function keepsSourceOrder(sdk: SdkUnderTest): void {
  it(
    'keeps the order of each source, and runs sources beside each other',
    async () => {
      const { hub } = sdk;
      const tasks = await sdk.send(
        ...Array.from({ length: 200 }, (_, i) => ({
          ...load(`unit-${i % 10}`, i),
          homePartition: (i % 10) % PARTITIONS,
        })),
      );
      for (const [i, task] of tasks.entries()) {
        const answer = await hub.answerTo(task);
        expectShape(task, answer);
        expect(fromValue(answer.record.items[0]!.result!)).toBe(i);
      }
      for (let unit = 0; unit < 10; unit++) {
        const own = tasks
          .filter(({ pane }) => pane.key === `unit-${unit}`)
          .map(({ taskId }) => hub.of(taskId)[0]!.record.items[0]!);
        for (const [i, item] of own.slice(1).entries())
          expect(item.startedAtUs).toBeGreaterThanOrEqual(own[i]!.endedAtUs);
        const partition = unit % PARTITIONS;
        const order = hub.answers.filter(({ key, partition: at }) => key === `unit-${unit}` && at === partition);
        expect(
          order.map(({ record }) => record.taskId).filter((id) => tasks.some(({ taskId }) => taskId === id)),
        ).toEqual(tasks.filter(({ pane }) => pane.key === `unit-${unit}`).map(({ taskId }) => taskId));
      }
    },
    DEADLINE_MS,
  );
}
