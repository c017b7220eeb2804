import { describe, expect, it } from '@jest/globals';
import { dagOf } from './testing/dag.ts';
import { one, pane, states } from './testing/final-windows.ts';
import { idOf, paneOf } from './testing/pane.ts';
import { World } from './testing/world.ts';

describe('a withdrawn window', () => {
  it('takes back its results, cancels what runs, and reruns what had read it', () => {
    const world = new World(
      dagOf([{ name: 'a' }, { name: 'b', processor: 'q', needs: [{ of: 'a', over: { previous: 1 } }] }]),
    );
    const w0 = { window: 'w0', isFinal: false };
    world.do(pane(w0));
    world.answer(world.tasks[0]!, () => 5);
    world.do(pane({ window: 'w1', startUs: 1000, endUs: 2000, previous: { 1: ['w0'] }, isFinal: false }));
    const [, , , bTask] = world.tasks;
    expect(bTask!.inputs.map((i) => i.result)).toEqual([5]);
    world.answer(bTask!, one);
    const running = world.tasks.find((t) => t.processor === 'q' && t.pane.windowId === idOf('w0'))!;
    const withdrawn = world.do({
      kind: 'withdrawn',
      record: { ...paneOf(w0), version: 2, reason: 'merged', outside: null },
    });
    expect(withdrawn.cancels).toMatchObject([{ processor: 'q', taskId: running.taskId, reason: 'merged' }]);
    expect(withdrawn.outcomes[0]).toMatchObject({
      withdrawn: [{ algorithm: 'a@1', run: 0 }],
      outcomes: [{ algorithm: 'b@1', state: 'CANCELLED' }],
      runComplete: true,
    });
    expect(withdrawn.tasks).toMatchObject([{ processor: 'q', pane: { windowId: idOf('w1') }, inputs: [] }]);
    expect(withdrawn.tasks[0]!.executions[0]!.run).toBe(1);
  });

  it('takes down what stands on it, window after window: what cannot do without is withdrawn, what can is made anew', () => {
    const before = { over: { previous: 1 }, onMissing: 'skip', onFailed: 'skip' } as const;
    const world = new World(
      dagOf([
        { name: 'a' },
        { name: 'b', on: ['LATE'], needs: [{ of: 'a', ...before }] },
        { name: 'c', on: ['FINAL'], needs: [{ of: 'b', ...before }] },
        { name: 'd', on: ['FINAL'], needs: [{ of: 'b', ...before, onFailed: 'runWithout' }] },
      ]),
    );
    const at = (n: number, rest: object) =>
      pane({
        window: `w${n}`,
        startUs: n * 1000,
        endUs: n * 1000 + 1000,
        previous: { 1: n > 0 ? [`w${n - 1}`] : [] },
        isFinal: false,
        ...rest,
      });
    const answerAll = () => {
      for (const task of world.tasks) if (world.state.windowOfTask(task.taskId)) world.answer(task, one);
    };
    world.do(at(0, {}));
    world.do(at(1, { timing: 'LATE' }));
    world.do(at(2, { timing: 'EARLY', isFinal: true }));
    for (let i = 0; i < 4; i++) answerAll();
    expect(states(world)).toEqual({ a: 'SUCCEEDED', b: 'SUCCEEDED', c: 'SUCCEEDED', d: 'SUCCEEDED' });
    const done = new Map(
      world
        .outcomes()
        .toReversed()
        .map((o) => [o.algorithm, o.executionId]),
    );
    const from = world.events.length;
    const record = { ...paneOf({ window: 'w0', endUs: 1000 }), version: 2, reason: 'merged', outside: null };
    world.do({ kind: 'withdrawn', record });
    answerAll();
    const gone = world.events.slice(from).flatMap((e) => e.withdrawn.map((one) => one.executionId));
    expect(new Set(gone)).toEqual(new Set(['a@1', 'b@1', 'c@1'].map((name) => done.get(name))));
    expect(states(world)).toMatchObject({ b: 'SKIPPED', c: 'SKIPPED', d: 'SUCCEEDED' });
    expect(world.outcomes('b').at(-1)).toMatchObject({ run: 1, reason: { code: 'INPUT_MISSING' } });
    expect(world.outcomes('d').at(-1)).toMatchObject({ run: 1, inputs: [] });
  });

  it('may come back: its runs go on counting', () => {
    const world = new World(dagOf([{ name: 'a' }]));
    world.do(pane({ window: 'w', isFinal: false }));
    world.answer(world.tasks[0]!, one);
    world.do({
      kind: 'withdrawn',
      record: { ...paneOf({ window: 'w' }), version: 2, reason: 'merged', outside: null },
    });
    world.do(pane({ window: 'w', version: 3 }));
    world.answer(world.tasks[1]!, one);
    expect(world.outcomes('a').map((o) => o.run)).toEqual([0, 1]);
  });

  it('children outside of a parent that became smaller are withdrawn with it', () => {
    const world = new World(dagOf([{ name: 'k', type: 'child' }]));
    const child = (window: string, startUs: number) =>
      pane({ window, windowType: 'child@1', parent: 'up', startUs, endUs: startUs + 10, isFinal: false });
    world.do(pane({ window: 'up', windowType: 'parent@1', endUs: 100, isFinal: false }));
    world.do(child('in', 10));
    world.do(child('out', 60));
    for (const task of [...world.tasks]) world.answer(task, one);
    const record = {
      ...paneOf({ window: 'up', windowType: 'parent@1' }),
      version: 2,
      reason: 'shrunk',
      outside: { parentWindowId: idOf('up'), startUs: 0, endUs: 50 },
    };
    expect(world.do({ kind: 'withdrawn', record }).outcomes).toMatchObject([
      { windowId: idOf('out'), withdrawn: [{ algorithm: 'k@1' }] },
    ]);
    expect(world.do({ kind: 'withdrawn', record }).ignored).toBe('DUPLICATE');
  });
});
