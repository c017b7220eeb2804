import { describe, expect, it } from '@jest/globals';
import { dagOf } from './testing/dag.ts';
import { chain, one, pane, states } from './testing/final-windows.ts';
import { World, boom } from './testing/world.ts';

describe('a chain', () => {
  it('in one processor is one task, each execution after the one it needs', () => {
    const world = new World(chain(['p', 'p', 'p']));
    world.do(pane({ window: 'w' }));
    expect(world.tasks).toHaveLength(1);
    const [a, b, c] = world.tasks[0]!.executions;
    expect([a!.after, b!.after, c!.after]).toEqual([[], [a!.executionId], [b!.executionId]]);
    const { outcomes } = world.answer(world.tasks[0]!, one);
    expect(outcomes).toHaveLength(1);
    expect(outcomes[0]).toMatchObject({ runComplete: true, isFinal: true });
    expect(outcomes[0]!.outcomes.map((o) => o.inputs.map((i) => i.executionId))).toEqual([
      [],
      [a!.executionId],
      [b!.executionId],
    ]);
  });

  it('over three processors is one task after the other, each with the result it needs', () => {
    const world = new World(chain(['p', 'q', 'r']));
    world.do(pane({ window: 'w' }));
    for (let i = 0; i < 3; i++) world.answer(world.tasks[i]!, () => i + 0.5);
    expect(world.tasks.map((t) => [t.processor, t.inputs.map((i) => [i.algorithm, i.relation, i.result])])).toEqual([
      ['p', []],
      ['q', [['a@1', 'SAME', 0.5]]],
      ['r', [['b@1', 'SAME', 1.5]]],
    ]);
    expect(world.events.map((e) => e.runComplete)).toEqual([false, false, true]);
  });

  it('that leaves a processor and comes back is split where it must be', () => {
    const world = new World(chain(['p', 'q', 'p']));
    world.do(pane({ window: 'w' }));
    expect(world.tasks[0]!.executions.map((x) => x.algorithm)).toEqual(['a@1']);
  });

  it('skips what depends on a failure and names the cause, and does not harm siblings', () => {
    const world = new World(
      dagOf([
        { name: 'a' },
        { name: 'b', needs: [{ of: 'a' }] },
        { name: 'c', processor: 'q', needs: [{ of: 'b' }] },
        { name: 'd', needs: [{ of: 'a', onFailed: 'runWithout' }] },
        { name: 'e' },
      ]),
    );
    world.do(pane({ window: 'w' }));
    const failed = world.tasks[0]!.executions[0]!.executionId;
    world.answer(world.tasks[0]!, (_, name) => (name === 'a@1' ? boom() : 1));
    expect(states(world)).toEqual({ a: 'FAILED', b: 'SKIPPED', c: 'SKIPPED', e: 'SUCCEEDED' });
    expect(world.outcomes('a')[0]!.reason).toEqual({
      code: 'ALGORITHM_ERROR',
      message: 'Error: boom',
      stack: 'at boom',
      because: null,
    });
    // What it began with, and not all that followed from it: over previous windows that would grow without end.
    expect(world.outcomes('c')[0]!.reason).toMatchObject({
      code: 'INPUT_FAILED',
      message: 'b@1 over same SKIPPED: ALGORITHM_ERROR Error: boom',
      because: failed,
    });
    expect(world.tasks[1]!.executions.map((x) => [x.algorithm, x.attempt])).toEqual([['d@1', 1]]);
    expect(world.answer(world.tasks[1]!, one).outcomes[0]).toMatchObject({ runComplete: true });
  });

  it('continues after a failure in its middle with the results it had', () => {
    const retry = { attempts: 3, backoffMs: 100, backoffFactor: 2, maxBackoffMs: 1000, nonRetryable: ['Fatal'] };
    const world = new World(
      dagOf([{ name: 'a' }, { name: 'b', needs: [{ of: 'a' }], retry }, { name: 'c', needs: [{ of: 'b' }] }]),
    );
    world.do(pane({ window: 'w' }));
    world.answer(world.tasks[0]!, (_, name) => (name === 'b@1' ? boom(true) : 7));
    expect(states(world)).toEqual({ a: 'SUCCEEDED' });
    const dueUs = world.state.timerUs!;
    expect(dueUs - world.nowUs).toBeGreaterThanOrEqual(50_000);
    expect(dueUs - world.nowUs).toBeLessThanOrEqual(100_000);
    world.nowUs = dueUs;
    world.do({ kind: 'timer' });
    expect(world.tasks[1]!.executions.map((x) => [x.algorithm, x.attempt])).toEqual([
      ['b@1', 2],
      ['c@1', 1],
    ]);
    expect(world.tasks[1]!.inputs.map((i) => i.result)).toEqual([7]);
    world.answer(world.tasks[1]!, one);
    expect(world.outcomes('b')).toMatchObject([{ run: 0, attempt: 2, state: 'SUCCEEDED' }]);
  });

  it('ends FAILED when attempts are used up, or the error says that trying again is useless', () => {
    const retry = { attempts: 2, backoffMs: 1, backoffFactor: 1, maxBackoffMs: 1, nonRetryable: ['Fatal'] };
    for (const [error, attempts] of [
      [boom(true), 2],
      [boom(false), 1],
      [{ ...boom(true), class: 'Fatal' }, 1],
    ] as const) {
      const world = new World(dagOf([{ name: 'a', retry }]));
      world.do(pane({ window: 'w' }));
      for (let i = 0; i < world.tasks.length; i++) {
        world.answer(world.tasks[i]!, () => error);
        world.nowUs += 10_000;
        world.do({ kind: 'timer' });
      }
      expect(world.outcomes()).toMatchObject([{ state: 'FAILED', attempt: attempts }]);
    }
  });
});
