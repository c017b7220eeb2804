import { describe, expect, it } from '@jest/globals';
import { dagOf } from './testing/dag.ts';
import { chain, one, pane } from './testing/final-windows.ts';
import { World, boom } from './testing/world.ts';

describe('an answer', () => {
  it('counts once, for the task and the attempt it was asked for', () => {
    const world = new World(dagOf([{ name: 'a' }]));
    world.do(pane({ window: 'w' }));
    const [task] = world.tasks;
    expect(world.answer({ ...task!, taskId: 'guessed' }, one).ignored).toBe('STALE_RESULT');
    const old = { ...task!, executions: task!.executions.map((x) => ({ ...x, attempt: 7 })) };
    expect(world.answer(old, one)).toMatchObject({ ignored: 'STALE_RESULT', outcomes: [] });
    expect(world.answer(task!, one).outcomes).toHaveLength(1);
    expect(world.answer(task!, () => 2)).toMatchObject({ ignored: 'STALE_RESULT', outcomes: [], tasks: [] });
  });

  it('of another type, too large, or with windows it may not emit, is a failure that is not tried again', () => {
    const emission = { windowType: 'x@1', key: 'pump-1', startUs: 0, endUs: 1, emissionKey: null, metadata: {} };
    const cases = [
      { result: 'text' as const, emissions: [], code: 'BAD_RESULT', message: 'result: expected double, got string' },
      { result: null, emissions: [], code: 'BAD_RESULT', message: 'result: expected double, got nothing' },
      {
        result: 1,
        emissions: [emission],
        code: 'BAD_RESULT',
        message: 'emits x@1, which its registration does not name in emits',
      },
      {
        result: 1,
        emissions: [{ ...emission, windowType: 'y@1', endUs: 0 }],
        code: 'BAD_RESULT',
        message: 'emits y@1 ending at 0, not after its start',
      },
      {
        result: 'x'.repeat(64),
        emissions: [],
        code: 'PAYLOAD_TOO_LARGE',
        message: 'a result of 67 bytes, limit maxResultBytes is 50',
      },
    ];
    for (const { result, emissions, code, message } of cases) {
      const world = new World(
        dagOf([
          {
            name: 'a',
            emits: ['y@1'],
            maxResultBytes: 50,
            retry: { attempts: 5, backoffMs: 1, backoffFactor: 1, maxBackoffMs: 1, nonRetryable: [] },
          },
        ]),
      );
      world.do(pane({ window: 'w' }));
      const { taskId, executions } = world.tasks[0]!;
      const answer = {
        executionId: executions[0]!.executionId,
        attempt: 1,
        result,
        error: null,
        emissions,
        startedAtUs: 0,
        endedAtUs: 1,
        cpuMs: null,
      };
      world.do({ kind: 'result', result: { taskId, answers: [answer], processorVersion: '1', instance: 'i' } });
      expect(world.outcomes()).toMatchObject([{ state: 'FAILED', attempt: 1, reason: { code, message } }]);
    }
  });

  it('NOT_HERE is offered again after a pause, and no attempt is counted', () => {
    const world = new World(dagOf([{ name: 'a' }]));
    world.do(pane({ window: 'w' }));
    world.answer(world.tasks[0]!, () => boom(true, 'NOT_HERE'));
    expect(world.tasks).toHaveLength(1);
    world.nowUs = world.state.timerUs!;
    world.do({ kind: 'timer' });
    expect(world.tasks[1]!.executions[0]!.attempt).toBe(1);
    expect(world.tasks[1]!.taskId).not.toBe(world.tasks[0]!.taskId);
  });

  it('that never comes has its task published again, as it was', () => {
    const world = new World(chain(['p', 'p', 'q']), { redispatchAfterUs: 1e9, retentionUs: 1e12 });
    world.do(pane({ window: 'w' }));
    world.nowUs = world.state.timerUs!;
    const again = world.do({ kind: 'timer' });
    expect(again.tasks).toEqual([world.tasks[0]]);
    world.nowUs += 5e8;
    world.do({ kind: 'progress', taskId: world.tasks[0]!.taskId });
    world.nowUs += 6e8;
    expect(world.do({ kind: 'timer' }).tasks).toEqual([]);
    expect(world.answer(world.tasks[0]!, one).tasks).toHaveLength(1);
  });

  it('a task beyond the limit of a record is never sent', () => {
    const world = new World(chain(['p', 'p', 'q']), { taskBytes: 150 });
    world.do(pane({ window: 'w' }));
    expect(world.tasks).toEqual([]);
    expect(world.outcomes('a')[0]).toMatchObject({
      state: 'FAILED',
      attempt: 0,
      reason: { code: 'PAYLOAD_TOO_LARGE' },
    });
    expect(world.events.at(-1)!.runComplete).toBe(true);
  });
});
