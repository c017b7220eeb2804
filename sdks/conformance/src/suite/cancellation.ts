import { it } from '@jest/globals';
import { expectItems } from '../expectations.ts';
import { load, sleeps, taskOf } from '../task-file.ts';
import { DEADLINE_MS, type SdkUnderTest } from './sdk-under-test.ts';

export function cancels(sdk: SdkUnderTest): void {
  it(
    'cancels what runs, what waits, and what has not come; of a chain only what is concerned',
    async () => {
      const { hub } = sdk;
      const [run, wait, chain] = await sdk.send(sleeps('unit-c'), load('unit-c', 1), {
        run: ['sleeps', 'load', 'load'],
        window: { key: 'unit-d', metadata: { sleepMs: 1_500, load: 4 } },
      });
      const later = taskOf(load('unit-e', 1));
      await hub.begun(run!);
      await hub.begun(chain!);
      await hub.cancelRaw(Buffer.from('no control record'));
      await hub.cancel(later.taskId, [], 'another');
      await hub.cancel(later.taskId);
      await hub.cancel(wait!.taskId);
      await hub.cancel(chain!.taskId, [chain!.executions[1]!.executionId]);
      await hub.cancel(run!.taskId);
      const cancelled = { error: { code: 'CANCELLED', class: 'Cancelled', retryable: false, message: 'withdrawn' } };
      expectItems(await hub.answerTo(run!), [cancelled]);
      expectItems(await hub.answerTo(wait!), [cancelled]);
      expectItems(await hub.answerTo(chain!), [{ result: { type: 'string', value: 'slept' } }, cancelled]);
      await hub.send([later]);
      expectItems(await hub.answerTo(later), [cancelled]);
    },
    DEADLINE_MS,
  );
}
