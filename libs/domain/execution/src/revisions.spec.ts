import { describe, expect, it } from '@jest/globals';
import { dagOf, type AlgorithmSketch } from './testing/dag.ts';
import { idOf, paneOf, type PaneSketch } from './testing/pane.ts';
import { boom, World } from './testing/world.ts';

const pane = (sketch: PaneSketch) => ({
  kind: 'pane' as const,
  pane: paneOf({ isFinal: false, ...sketch }),
  bytes: 100,
});
const at = (n: number, rest: Partial<PaneSketch> = {}) =>
  pane({
    window: `w${n}`,
    startUs: n * 1000,
    endUs: n * 1000 + 1000,
    elements: n,
    previous: { 1: n > 0 ? [`w${n - 1}`] : [], 20: Array.from({ length: n }, (_, k) => `w${k}`).slice(-20) },
    ...rest,
  });
const late = (n: number, elements: number, revision = 1) =>
  at(n, { elements, revision, version: revision + 1, timing: 'LATE' });

/** Answers everything that is asked: `a` is the pane's elements, any other algorithm the sum of its inputs. */
function drain(world: World): void {
  const from = world.outcomes().length;
  for (const task of world.tasks) {
    if (world.state.windowOfTask(task.taskId) === undefined) continue;
    world.answer(task, (_, name, before) =>
      name === 'a@1'
        ? task.pane.elements
        : [...before.values(), ...task.inputs.map((i) => i.result as number)].reduce((s, v) => s + v, 0),
    );
  }
  if (world.outcomes().length > from) drain(world);
}

const followed = (rules: NonNullable<AlgorithmSketch['needs']>[number]) => [
  { name: 'a' },
  { name: 'b', processor: 'q', needs: [rules] },
];
const runsOf = (world: World, algorithm: string) => world.outcomes(algorithm).map((o) => o.run);

describe('a revised input', () => {
  it('reruns the windows that had read it, in order, each once however many inputs were revised', () => {
    const world = new World(dagOf(followed({ of: 'a', over: { previous: 20 } })));
    for (let n = 0; n < 25; n++) world.do(at(n));
    drain(world);
    const before = world.tasks.length;
    world.do(late(3, 100));
    world.do(late(4, 100));
    drain(world);
    const reruns = world.tasks.slice(before).filter((t) => t.processor === 'q' && t.executions[0]!.run > 0);
    const starts = reruns.map((t) => t.pane.startUs / 1000);
    expect(starts.toSorted((x, y) => x - y)).toEqual(Array.from({ length: 22 }, (_, k) => k + 3));
    expect(starts.filter((n) => n > 4)).toEqual(Array.from({ length: 20 }, (_, k) => k + 5));
    for (const t of reruns) expect(t.inputs).toHaveLength(Math.min(20, t.pane.startUs / 1000));
    expect(world.outcomes('b').filter((o) => o.run > 1)).toEqual([]);
  });

  it('that has the same value as before ends the cascade', () => {
    const world = new World(
      dagOf([
        ...followed({ of: 'a', over: { previous: 1 } }),
        { name: 'c', needs: [{ of: 'b', over: { previous: 1 } }] },
      ]),
    );
    for (let n = 0; n < 4; n++) world.do(at(n));
    drain(world);
    const { length } = world.outcomes();
    world.do(late(0, 0));
    drain(world);
    expect(
      world
        .outcomes()
        .slice(length)
        .map((o) => o.algorithm),
    ).toEqual(expect.arrayContaining(['a@1', 'b@1', 'c@1']));
    expect(world.outcomes()).toHaveLength(length + 3);
  });

  it('is kept out where the dependency says so, and the result is told once more as stale', () => {
    const world = new World(dagOf(followed({ of: 'a', over: { previous: 1 }, onRevision: 'keep' })));
    world.do(at(0));
    world.do(at(1));
    drain(world);
    world.do(late(0, 50));
    drain(world);
    const told = world
      .outcomes('b')
      .filter((o) => o.executionId === world.outcomes('b').find((x) => x.staleInput)?.executionId);
    expect(told.map((o) => [o.run, o.result, o.staleInput])).toEqual([
      [0, 0, false],
      [0, 0, true],
    ]);
    expect(told[1]).toEqual({ ...told[0], staleInput: true });
    world.do(late(0, 60, 2));
    drain(world);
    expect(world.outcomes('b').filter((o) => o.staleInput)).toHaveLength(1);
  });

  it('goes down a dependency on itself as far as it is allowed to', () => {
    const world = new World(
      dagOf([
        { name: 'a' },
        {
          name: 'b',
          processor: 'q',
          needs: [{ of: 'a' }, { of: 'b', over: { previous: 1 }, onRevision: { rerunDepth: 2 } }],
        },
      ]),
    );
    for (let n = 0; n < 6; n++) world.do(at(n));
    drain(world);
    expect(runsOf(world, 'b')).toEqual([0, 0, 0, 0, 0, 0]);
    world.do(late(0, 10));
    drain(world);
    const rerun = world.outcomes('b').filter((o) => o.run === 1);
    expect(rerun).toHaveLength(3);
    expect(world.outcomes('b').filter((o) => o.staleInput)).toHaveLength(1);
  });

  it('under way is waited for: nothing runs on what is about to be replaced', () => {
    const world = new World(dagOf(followed({ of: 'a', over: { previous: 1 } })));
    world.do(at(0));
    drain(world);
    world.do(late(0, 9));
    world.do(at(1));
    expect(world.tasks.filter((t) => t.processor === 'q' && t.pane.windowId === idOf('w1'))).toEqual([]);
    drain(world);
    expect(
      world
        .outcomes('b')
        .filter((o) => o.inputs.length === 1)
        .map((o) => o.result),
    ).toEqual([9]);
  });
});

describe('a dependency', () => {
  const parentOf = (rules: object) =>
    dagOf([
      { name: 'a', type: 'parent', on: ['EARLY', 'ON_TIME', 'LATE'] },
      { name: 'k', type: 'child', needs: [{ of: 'a', over: 'parent', ...rules }] },
    ]);
  const up = (rest: Partial<PaneSketch> = {}) => pane({ window: 'up', windowType: 'parent@1', endUs: 100, ...rest });
  const kid = pane({ window: 'k', windowType: 'child@1', parent: 'up', endUs: 10 });
  const kidTasks = (world: World) => world.tasks.filter((t) => t.pane.windowType === 'child@1');

  it('on a parent waits until the parent has fired, and takes its latest result', () => {
    const world = new World(parentOf({}));
    world.do(kid);
    expect(world.tasks).toEqual([]);
    world.do(up({ timing: 'EARLY', elements: 4 }));
    drain(world);
    expect(kidTasks(world)[0]!.inputs).toMatchObject([{ relation: 'PARENT', result: 4, isFinal: false }]);
    world.do(up({ revision: 1, version: 2, elements: 6 }));
    drain(world);
    expect(kidTasks(world).at(-1)!.inputs).toMatchObject([{ result: 6 }]);
  });

  it('that wants final results waits for them', () => {
    const world = new World(parentOf({ onProvisional: 'wait' }));
    world.do(kid);
    world.do(up({ elements: 4 }));
    drain(world);
    expect(kidTasks(world)).toEqual([]);
    world.do({
      kind: 'finalized',
      record: { ...paneOf({ window: 'up', windowType: 'parent@1', endUs: 100 }), version: 2, revision: 0 },
    });
    expect(kidTasks(world)[0]!.inputs).toMatchObject([{ result: 4, isFinal: true }]);
  });

  it.each([
    ['wait', 'SKIPPED'],
    ['skip', 'SKIPPED'],
    ['fail', 'FAILED'],
    ['runWithout', 'SUCCEEDED'],
  ] as const)('with a limit waits that long, then does what %s says', (onMissing, state) => {
    const world = new World(parentOf({ onMissing, waitMs: 500 }));
    world.do(kid);
    expect(world.state.timerUs).toBe(world.nowUs + 500_000);
    world.nowUs += 500_000;
    world.do({ kind: 'timer' });
    drain(world);
    expect(world.outcomes('k')).toMatchObject([
      { state, ...(state === 'SUCCEEDED' ? {} : { reason: { code: 'INPUT_TIMEOUT' } }) },
    ]);
    world.do(up({ elements: 3 }));
    drain(world);
    expect(world.outcomes('k').at(-1)).toMatchObject({ run: 1, state: 'SUCCEEDED', inputs: [{ relation: 'PARENT' }] });
  });

  it('on children joins all of them once they are known, without those that have no result', () => {
    const world = new World(
      dagOf([
        { name: 'k', type: 'child' },
        {
          name: 'sum',
          type: 'parent',
          needs: [{ of: 'k', over: 'children', onMissing: 'runWithout', onFailed: 'runWithout' }],
        },
      ]),
    );
    const child = (n: number) =>
      pane({ window: `k${n}`, windowType: 'child@1', parent: 'up', startUs: n, endUs: n + 1 });
    for (const n of [2, 0, 1]) world.do(child(n));
    world.do(up());
    world.answer(world.tasks[0]!, () => 20);
    world.answer(world.tasks[1]!, () => boom());
    world.do({
      kind: 'childrenClosed',
      record: {
        ...paneOf({ window: 'up', windowType: 'parent@1' }),
        version: 2,
        childType: 'child@1',
        childWindowIds: ['k0', 'k1', 'k2', 'gone'].map(idOf),
      },
    });
    expect(world.tasks).toHaveLength(3);
    world.answer(world.tasks[2]!, () => 10);
    expect(world.tasks[3]!.inputs.map((i) => [i.relation, i.startUs, i.result])).toEqual([
      ['CHILDREN', 1, 10],
      ['CHILDREN', 2, 20],
    ]);
  });

  it('on an algorithm that the revision lacks counts as missing and is never waited for', () => {
    const world = new World(dagOf([{ name: 'b', needs: [{ of: 'nobody', waitMs: 1e9 }] }]));
    world.do(pane({ window: 'w' }));
    expect(world.outcomes()).toMatchObject([{ state: 'SKIPPED', reason: { code: 'INPUT_MISSING' } }]);
  });
});

describe('what cannot change any more', () => {
  it('is let go of, but for what later windows and relatives still read', () => {
    const world = new World(dagOf([{ name: 'a' }, { name: 'b', needs: [{ of: 'a', over: { previous: 20 } }] }]), {
      retentionUs: 1e6,
    });
    for (let n = 0; n < 300; n++) {
      world.do(at(n, { isFinal: true }));
      drain(world);
      expect(world.tasks.at(-1)!.inputs).toHaveLength(Math.min(n, 20));
    }
    expect(world.state.openWindows).toBeLessThanOrEqual(64);
    world.nowUs += 2e6;
    world.do({ kind: 'timer' });
    expect(world.state.openWindows).toBe(20);
    world.nowUs += 2e6;
    world.do({ kind: 'timer' });
    expect(world.state.doneCount).toBe(0);
    expect(world.state.timerUs).toBe(world.nowUs + 1e6);
  });

  it('is recognised for a while, and at most so many', () => {
    const world = new World(dagOf([{ name: 'a' }]), { doneWindows: 10 });
    for (let n = 0; n < 100; n++) {
      world.do(at(n, { isFinal: true }));
      drain(world);
    }
    expect(world.state.openWindows).toBe(0);
    expect(world.state.doneCount).toBeLessThanOrEqual(13);
    expect(world.do(at(99, { isFinal: true })).ignored).toBe('DUPLICATE');
  });

  it('is kept while a window that is behind still reads it', () => {
    const retry = { attempts: 9, backoffMs: 1e6, backoffFactor: 1, maxBackoffMs: 1e6, nonRetryable: [] };
    const world = new World(
      dagOf([{ name: 'a' }, { name: 'b', processor: 'q', retry, needs: [{ of: 'a', over: { previous: 1 } }] }]),
    );
    world.do(at(0, { isFinal: true }));
    drain(world);
    world.do(at(1, { isFinal: true, elements: 7 }));
    world.answer(
      world.tasks.find((t) => t.processor === 'q' && t.pane.windowId === idOf('w1'))!,
      () => boom(true),
    );
    for (let n = 2; n < 9; n++) world.do(at(n, { isFinal: true }));
    drain(world);
    world.do({ kind: 'timer' });
    world.nowUs += 1e9;
    expect(world.do({ kind: 'timer' }).tasks[0]).toMatchObject({
      pane: { elements: 7 },
      inputs: [{ windowId: idOf('w0') }],
    });
  });

  it('is kept by children until their parent has joined them, by a parent until its children are known', () => {
    const child = (n: number) =>
      pane({ window: `k${n}`, windowType: 'child@1', parent: 'up', startUs: n, endUs: n + 1, isFinal: true });
    const up = paneOf({ window: 'up', windowType: 'parent@1', endUs: 100 });
    const ids = [0, 1, 2].map((n) => idOf(`k${n}`));
    const closed = {
      kind: 'childrenClosed',
      record: { ...up, version: 2, childType: 'child@1', childWindowIds: ids },
    } as const;
    const settle = (world: World) => {
      drain(world);
      world.do({ kind: 'timer' });
    };
    const joining = new World(
      dagOf([
        { name: 'k', type: 'child' },
        { name: 'sum', type: 'parent', needs: [{ of: 'k', over: 'children' }] },
      ]),
    );
    for (const n of [0, 1, 2]) joining.do(child(n));
    settle(joining);
    joining.do({ kind: 'pane', pane: up, bytes: 1 });
    joining.do(closed);
    expect(joining.tasks.at(-1)!.inputs).toHaveLength(3);
    settle(joining);
    expect(joining.state.openWindows).toBe(0);

    const reading = new World(
      dagOf([
        { name: 'a', type: 'parent' },
        { name: 'k', type: 'child', needs: [{ of: 'a', over: 'parent' }] },
      ]),
    );
    reading.do({ kind: 'pane', pane: up, bytes: 1 });
    settle(reading);
    reading.do(child(0));
    expect(reading.tasks.at(-1)!.inputs).toMatchObject([{ relation: 'PARENT' }]);
    settle(reading);
    expect(reading.state.openWindows).toBe(1);
    reading.do(closed);
    settle(reading);
    expect(reading.state.openWindows).toBe(0);
  });

  it('a parent and its children wait for each other, then go together', () => {
    const world = new World(
      dagOf([
        { name: 'a', type: 'parent' },
        { name: 'k', type: 'child', needs: [{ of: 'a', over: 'parent' }] },
        { name: 'sum', type: 'parent', needs: [{ of: 'k', over: 'children' }] },
      ]),
    );
    const up = paneOf({ window: 'up', windowType: 'parent@1', endUs: 100 });
    for (let n = 0; n < 5; n++)
      world.do(pane({ window: `k${n}`, windowType: 'child@1', parent: 'up', startUs: n, endUs: n + 1, isFinal: true }));
    world.do({ kind: 'timer' });
    expect(world.state.openWindows).toBe(5);
    world.do({ kind: 'pane', pane: up, bytes: 1 });
    drain(world);
    world.do({ kind: 'timer' });
    expect(world.state.openWindows).toBe(6);
    world.do({
      kind: 'childrenClosed',
      record: { ...up, version: 2, childType: 'child@1', childWindowIds: [0, 1, 2, 3, 4].map((n) => idOf(`k${n}`)) },
    });
    drain(world);
    world.do({ kind: 'timer' });
    expect(world.state.openWindows).toBe(0);
    expect(world.outcomes('sum')).toHaveLength(1);
  });
});
