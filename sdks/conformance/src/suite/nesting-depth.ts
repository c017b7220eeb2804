import { expect, it } from '@jest/globals';
import { expectItems } from '../expectations.ts';
import { nestedLists } from '../hub.ts';
import { taskOf } from '../task-file.ts';
import { DEADLINE_MS, type SdkUnderTest } from './sdk-under-test.ts';

export function limitsNestingDepth(sdk: SdkUnderTest): void {
  it(
    'answers what nests deeper than a value may, given or returned, and lives',
    async () => {
      const { hub } = sdk;
      const unreadable = { code: 'BAD_TASK', class: 'UnreadableTask', retryable: false, message: 'resultDepth' };
      for (const levels of [34, 400, 200_000]) {
        const task = taskOf({ run: ['echo-list'], inputs: [{ result: { type: 'list', value: [] } }] });
        await hub.sendNested(task, levels);
        const { error } = (await hub.answerTo(task)).record.items[0]!;
        const { message, ...exact } = unreadable;
        expect({ levels, ...error }).toMatchObject({ levels, ...exact });
        if (levels === 34) expect(error!.message).toContain(message);
      }
      const deepest = taskOf({ run: ['echo-list'], inputs: [{ result: { type: 'list', value: [] } }] });
      await hub.sendNested(deepest, 33);
      expect((await hub.answerTo(deepest)).record.items).toMatchObject([{ error: null }]);
      const reference = '/v1/results/deep/value?window=w';
      hub.keep(reference, nestedLists(200_000));
      const [fetched] = await sdk.send({
        run: ['echo-list'],
        inputs: [{ result: null, reference }],
        executions: [{ timeoutMs: 1_000 }],
      });
      expectItems(await hub.answerTo(fetched!), [{ error: { code: 'INPUT_UNAVAILABLE' } }]);
      const levels = (run: string, many: number) => ({ run: [run], window: { metadata: { levels: many } } });
      const [fits, nodes, ...deep] = await sdk.send(
        levels('deep', 32),
        levels('deep-avro', 3),
        ...[34, 400, 200_000].flatMap((many) => [levels('deep', many), levels('deep-avro', many)]),
      );
      expect((await hub.answerTo(fits!)).record.items).toMatchObject([{ error: null }]);
      const next = (inner: object) => ({ type: 'struct', value: [{ name: 'next', value: inner }] });
      expectItems(await hub.answerTo(nodes!), [{ result: next(next(next({ type: 'null' }))) }]);
      for (const task of deep)
        expectItems(await hub.answerTo(task), [
          { error: { code: 'BAD_RESULT', retryable: false, message: 'resultDepth' } },
        ]);
    },
    DEADLINE_MS,
  );
}
