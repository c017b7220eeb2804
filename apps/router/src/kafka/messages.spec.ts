import { describe, expect, it } from '@jest/globals';
import {
  decodeValue,
  encodeRecord,
  encodeValue,
  fromValue,
  type ResultValue,
  type Task,
  topicNames,
  toValue,
} from '@windlass/contracts';
import { type ExecutionLimits, KeyState, Plans, sizeOf, step } from '@windlass/execution';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { algorithm, dagOf, idOf, paneOf, same } from '../testing/fixture.ts';
import { messagesOf } from './messages.ts';

const value = fc.letrec<{ value: ResultValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<ResultValue>(null, true, 0, -0, Number.NaN, ''),
    fc.double(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.constantFrom(-65n, -64n, 63n, 64n, 2n ** 53n, -(2n ** 55n), 2n ** 55n, 2n ** 62n, -(2n ** 63n)),
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.constantFrom('\ud800', 'a\udc00\ud800', 'x'.repeat(8_192)),
    fc.float64Array({ maxLength: 70 }),
    fc.uint8Array({ maxLength: 70 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 5 }), tie('value'), { maxKeys: 3 }),
  ),
})).value;

const limits: ExecutionLimits = {
  redispatchAfterUs: 1e12,
  notHereDelayUs: 1e6,
  retentionUs: 1e9,
  doneWindows: 100,
  failedRetentionUs: 0,
  taskBytes: 1e6,
  inlineBytes: 1e6,
  inputBytes: 1e9,
  emissions: 10,
};
const type = { type: 'string' } as const;
const dag = dagOf(1, [
  algorithm('a', 'p', [], { result: type }),
  algorithm('b', 'p', [], { result: type }),
  algorithm('c', 'q', [same('a'), same('b')]),
  algorithm('d', 'q', [same('c'), same('b')]),
]);

/** Tasks as they travel, after both results came. */
function sent(
  results: readonly string[],
  pane: Parameters<typeof paneOf>[1],
  limited: Partial<ExecutionLimits>,
): Buffer[] {
  const state = new KeyState('pump-1');
  const context = {
    nowUs: 1,
    plans: new Plans({ revisionOf: () => dag, live: () => dag }),
    newTaskId: () => '4f9d2c1a-7b3e-4c58-9a6f-0d1e2f3a4b5c',
    admit: () => true,
    limits: { ...limits, ...limited },
  };
  const opened = paneOf('w', pane);
  const bytes = encodeRecord('panes', 1, { event: { 'io.windlass.v1.Pane': opened } }).length;
  const first = step(state, { kind: 'pane', pane: opened, bytes }, context);
  state.apply(first);
  const task = first.tasks[0];
  if (!task) return [];
  const answers = task.executions.map(({ executionId, attempt }, i) => ({
    ...{ executionId, attempt, result: results[i]!, error: null, emissions: [] },
    ...{ startedAtUs: 1, endedAtUs: 2, cpuMs: null },
  }));
  const result = { taskId: task.taskId, answers, processorVersion: '1', instance: 'i' };
  const second = step(state, { kind: 'result', result }, context);
  const to = { topics: topicNames('t'), homePartition: 1023, nowUs: 1 };
  return [first, second].flatMap((taken) =>
    messagesOf({ slot: 1, key: 'pump-1', step: taken }, to)
      .filter(({ family }) => family === 'windows')
      .map((message) => encodeRecord('windows', 1, message.value as Task)),
  );
}

describe('a task', () => {
  it('is never larger than the limit under which it was made', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 300 });
    const metadata = fc.dictionary(fc.string({ maxLength: 9 }), fc.oneof(text, fc.double(), fc.boolean()), {
      maxKeys: 4,
    });
    fc.assert(
      fc.property(text, text, metadata, fc.integer({ min: 300, max: 3_000 }), (a, b, own, taskBytes) => {
        for (const bytes of sent([a, b], { metadata: own }, { taskBytes }))
          expect(bytes.length).toBeLessThanOrEqual(taskBytes);
      }),
    );
  });

  it('names a result that travels by reference by its window, execution and bytes', () => {
    const long = 'ä'.repeat(1_000);
    const [, bytes] = sent([long, 'b'], {}, { inlineBytes: 100 });
    const text = bytes!.toString('latin1');
    const sha256 = createHash('sha256')
      .update(encodeValue(toValue(long)))
      .digest('hex');
    expect(text).toMatch(new RegExp(`/v1/results/[0-9a-f]{32}/value\\?window=${idOf('w')}&sha256=${sha256}`));
    expect(bytes!.length).toBeLessThan(1_500);
  });
});

describe('the size of a value', () => {
  it('is that of its bytes', () => {
    fc.assert(
      fc.property(value, (v) => {
        const bytes = encodeValue(toValue(v));
        expect(sizeOf(v)).toBe(bytes.length);
        const again = fromValue(decodeValue(bytes));
        expect(sizeOf(again)).toBe(encodeValue(toValue(again)).length);
      }),
      { numRuns: 500 },
    );
  });
});
