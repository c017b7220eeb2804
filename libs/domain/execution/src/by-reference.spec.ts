import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ExecutionLimits, Task } from './index.ts';
import { dagOf } from './testing/dag.ts';
import { idOf, paneOf } from './testing/pane.ts';
import { pane } from './testing/sequence.ts';
import { answerOf, World } from './testing/world.ts';

const KIB = 1024;
const dag = dagOf([
  { name: 'z', type: 'child', result: { type: 'array' } },
  { name: 'sum', type: 'parent', processor: 'q', needs: [{ of: 'z', over: 'children' }] },
]);

/** The task of a parent whose children gave results of these sizes. */
function joined(sizes: readonly number[], limits: Partial<ExecutionLimits>): { task: Task | undefined; world: World } {
  const world = new World(dag, limits);
  const children = sizes.map((_, i) => `c${i}`);
  world.do(pane({ window: 'up', windowType: 'parent@1', startUs: 0, endUs: 1e6 }));
  sizes.forEach((doubles, i) => {
    world.do(pane({ window: children[i]!, windowType: 'child@1', parent: 'up', startUs: i, endUs: i + 1 }));
    const { answers, ...result } = answerOf(world.tasks.at(-1)!, () => 1);
    const array = new Float64Array(doubles).fill(i);
    world.do({ kind: 'result', result: { ...result, answers: answers.map((one) => ({ ...one, result: array })) } });
  });
  const closed = { childType: 'child@1', childWindowIds: children.map(idOf) };
  world.do({ kind: 'childrenClosed', record: { ...paneOf({ window: 'up', version: 2 }), ...closed } });
  return { task: world.tasks.find(({ processor }) => processor === 'q'), world };
}

describe('inputs of a task', () => {
  it('are in it as long as they fit together; beyond it the largest travel by reference, and no more of them than need be', () => {
    const size = fc.integer({ min: 0, max: 300 });
    fc.assert(
      fc.property(
        fc.array(size, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 8 * KIB }),
        (sizes, room) => {
          const { inputs } = joined(sizes, { inlineBytes: room }).task!;
          expect(inputs.map(({ startUs }) => startUs)).toEqual(sizes.map((_, i) => i));
          const own = inputs.filter(({ byReference }) => !byReference).map(({ resultBytes }) => resultBytes);
          const away = inputs.filter(({ byReference }) => byReference).map(({ resultBytes }) => resultBytes);
          const total = own.reduce((sum, bytes) => sum + bytes, 0);
          expect(total).toBeLessThanOrEqual(room);
          if (away.length === 0) return;
          expect(Math.min(...away)).toBeGreaterThanOrEqual(Math.max(0, ...own));
          expect(total + Math.min(...away)).toBeGreaterThan(room);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leave no task out that their references fit', () => {
    const { task } = joined([1_000, 10, 1_000], { taskBytes: 4_000, inlineBytes: 1e6 });
    expect(task!.inputs.map(({ byReference }) => byReference)).toEqual([true, false, true]);
  });

  it.each<[string, Partial<ExecutionLimits>, RegExp]>([
    ['what names them is too much for a record', { taskBytes: 1_200 }, /limit recordBytes is 1200/],
    ['they are too much for a processor to hold', { inputBytes: 20_000 }, /limit inputBytes is 20000/],
  ])('end as PAYLOAD_TOO_LARGE where %s', (_, limits, message) => {
    const { task, world } = joined([1_000, 1_000, 1_000], limits);
    expect(task).toBeUndefined();
    expect(world.outcomes('sum')).toMatchObject([
      { state: 'FAILED', reason: { code: 'PAYLOAD_TOO_LARGE', message: expect.stringMatching(message) } },
    ]);
  });

  it('are the same when the task is published again', () => {
    const { world, task } = joined([100, 100, 100], { inlineBytes: 1_000, redispatchAfterUs: 1e6, retentionUs: 1e12 });
    world.nowUs = world.state.timerUs!;
    expect(world.do({ kind: 'timer' }).tasks).toEqual([task]);
  });
});

describe('algorithms of one processor that are too large together', () => {
  it('are sent apart, and a chain one after the other', () => {
    const others = ['b', 'd', 'e', 'f'].map((name) => ({ name }));
    const world = new World(dagOf([{ name: 'a' }, { name: 'c', needs: [{ of: 'a' }] }, ...others]), { taskBytes: 650 });
    world.do(pane({ window: 'w' }));
    const names = () => world.tasks.map(({ executions }) => executions.map(({ algorithm }) => algorithm));
    expect(names()).toEqual([['a@1'], ['b@1'], ['d@1'], ['e@1'], ['f@1']]);
    world.answer(world.tasks[0]!, () => 1);
    expect(names().at(-1)).toEqual(['c@1']);
    expect(world.outcomes('a')).toMatchObject([{ state: 'SUCCEEDED' }]);
  });
});
