import { describe, expect, it } from '@jest/globals';
import { encodeRecord, fromValue, schemaOf, type Task } from '@windlass/contracts';
import { AnswerCodec } from '../execution/answer.ts';
import { doubled, load, waits } from '../fixtures/algorithms.ts';
import { taskFor } from '../local/task-for.ts';
import { silentLogger } from '../log.ts';
import { InlineExecutor } from './inline-executor.ts';

const identity = { processor: 'fixtures', processorVersion: '1', instance: 'test' };
const codec = new AnswerCodec(identity, 2);

function executor() {
  const algorithms = new Map([load, doubled, waits].map((one) => [`${one.name}@1`, one]));
  const inline = new InlineExecutor({
    algorithms,
    identity,
    resultSchemaId: 2,
    resultCollector: { url: undefined, token: undefined },
    log: silentLogger,
    onProgress: () => {},
  });
  inline.addSchema(1, JSON.stringify(schemaOf('windows')));
  let id = 0;
  return {
    inline,
    run: async (task: Task) => {
      const outcome = await inline.run({ id: ++id, value: encodeRecord('windows', 1, task) });
      if (outcome.kind !== 'answered') throw new Error(outcome.message);
      return codec.decode(outcome.record).items;
    },
  };
}

describe('InlineExecutor', () => {
  it('runs a chain on this thread', async () => {
    const task = taskFor([load, doubled], { window: { metadata: { load: 4 } } });
    const items = await executor().run(task);
    expect(items.map(({ result }) => fromValue(result!))).toEqual([4, 8]);
  });

  it('answers async work at its limit, with what the chain had done', async () => {
    const task = taskFor([load, waits]);
    const executions = task.executions.map((one) => ({ ...one, timeoutMs: 50 }));
    const [first, second] = await executor().run({ ...task, executions });
    expect(first!.error).toBeNull();
    expect(second!.error).toMatchObject({ code: 'TIMEOUT', retryable: true });
  });

  it('cancels work that listens', async () => {
    const { inline, run } = executor();
    const running = run(taskFor(waits));
    inline.cancel(1, { executionIds: [], reason: 'withdrawn' });
    expect((await running)[0]!.error).toMatchObject({ code: 'CANCELLED', message: 'withdrawn' });
  });
});
