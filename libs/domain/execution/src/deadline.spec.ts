import { describe, expect, it } from '@jest/globals';
import { dagOf } from './testing/dag.ts';
import { pane } from './testing/sequence.ts';
import { boom, World } from './testing/world.ts';

const retry = { attempts: 5, backoffMs: 400, backoffFactor: 1, maxBackoffMs: 400, jitter: 0, nonRetryable: [] };
const limited = { name: 'a', scheduleToCloseMs: 1_000, retry };
const later = (world: World, ms: number) => {
  world.nowUs += ms * 1_000;
  return world.do({ kind: 'timer' });
};
const late = { state: 'FAILED', reason: { code: 'DEADLINE_EXCEEDED' } };

describe('a run with a limit from schedule to close', () => {
  it('fails when its task is not answered in time, and tells the processor that nobody waits any more', () => {
    const world = new World(dagOf([limited, { name: 'b' }]));
    world.do(pane({ window: 'w' }));
    const [task] = world.tasks;
    expect(world.state.timerUs).toBe(world.nowUs + 1_000_000);
    expect(later(world, 999).outcomes).toEqual([]);
    const { cancels } = later(world, 1);
    expect(world.outcomes('a')).toMatchObject([late]);
    expect(cancels).toMatchObject([{ taskId: task!.taskId, executionIds: [task!.executions[0]!.executionId] }]);
    world.answer(task!, () => 1);
    expect(world.outcomes('a')).toHaveLength(1);
    expect(world.outcomes('b')).toMatchObject([{ state: 'SUCCEEDED' }]);
  });

  it('takes those of its task with it that need its result: nothing is made from what has expired', () => {
    const needs = [{ of: 'a', onFailed: 'runWithout' as const }];
    const world = new World(dagOf([limited, { name: 'b', needs }, { name: 'c', needs: [{ of: 'b' }] }, { name: 'd' }]));
    world.do(pane({ window: 'w' }));
    const [task] = world.tasks;
    const ids = task!.executions.flatMap(({ algorithm, executionId }) => (algorithm === 'd@1' ? [] : [executionId]));
    const { cancels } = later(world, 1_000);
    expect(cancels).toMatchObject([{ taskId: task!.taskId, executionIds: ids }]);
    expect(world.tasks.at(-1)!.executions).toMatchObject([
      { algorithm: 'b@1', attempt: 1, after: [] },
      { algorithm: 'c@1', attempt: 1, after: [ids[1]] },
    ]);
    world.answer(task!, () => 1);
    expect(['b', 'c'].flatMap((name) => world.outcomes(name))).toEqual([]);
    world.answer(world.tasks.at(-1)!, () => 2);
    expect(world.outcomes('a')).toMatchObject([late]);
    expect(world.outcomes('b')).toMatchObject([{ state: 'SUCCEEDED', result: 2, inputs: [] }]);
    expect(world.outcomes('c')).toMatchObject([{ state: 'SUCCEEDED', result: 2, inputs: [{ algorithm: 'b@1' }] }]);
    expect(world.outcomes('d')).toMatchObject([{ state: 'SUCCEEDED', result: 1 }]);
  });

  it('fails when its attempts take too long together', () => {
    const world = new World(dagOf([limited]));
    world.do(pane({ window: 'w' }));
    for (const at of [0, 1, 2]) {
      world.answer(world.tasks[at]!, () => boom(true));
      later(world, 400);
    }
    expect(world.tasks).toHaveLength(3);
    expect(world.outcomes('a')).toMatchObject([{ ...late, attempt: 3 }]);
  });

  it.each(['an input', 'credit'])(
    'fails when it waits too long for %s, and its dependants do what they say',
    (what) => {
      const slow = { name: 'z', type: 'parent' };
      const needs = what === 'an input' ? [{ of: 'z', over: 'parent' as const }] : [];
      const world = new World(
        dagOf([
          slow,
          { ...limited, type: 'child', needs },
          { name: 'b', type: 'child', processor: 'q', needs: [{ of: 'a', onFailed: 'fail' }] },
        ]),
      );
      if (what === 'credit') world.credit = 0;
      world.do(pane({ window: 'w', windowType: 'child@1', parent: 'up' }));
      const { queue } = later(world, 1_000);
      expect(world.outcomes('a')).toMatchObject([{ ...late, attempt: 0 }]);
      expect(world.outcomes('b')).toMatchObject([{ state: 'FAILED', reason: { code: 'INPUT_FAILED' } }]);
      expect(queue.map(({ kind }) => kind)).toEqual(what === 'credit' ? ['unqueued'] : []);
    },
  );

  it('has all its time again when the window fires again', () => {
    const world = new World(dagOf([limited]));
    world.do(pane({ window: 'w' }));
    later(world, 1_000);
    world.do(pane({ window: 'w', revision: 1, version: 2, timing: 'LATE' }));
    later(world, 999);
    world.answer(world.tasks[1]!, () => 7);
    expect(world.outcomes('a')).toMatchObject([late, { state: 'SUCCEEDED', run: 1, result: 7 }]);
  });
});
