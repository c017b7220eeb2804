import { describe, expect, it } from '@jest/globals';
import { dagOf } from './testing/dag.ts';
import { at, drain, pane } from './testing/sequence.ts';
import { idOf, paneOf } from './testing/pane.ts';
import { World, boom } from './testing/world.ts';

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

  it('and is kept is not looked at again, though what it was made from is gone', () => {
    const world = new World(
      dagOf([{ name: 'a' }, { name: 'b', needs: [{ of: 'a', over: { previous: 1 } }] }, { name: 'c', processor: 'q' }]),
    );
    for (let n = 0; n < 4; n++) world.do(at(n, { isFinal: true }));
    const slow = world.tasks.find((t) => t.processor === 'q')!;
    for (const task of world.tasks) if (task !== slow) world.answer(task, () => 1);
    world.do({ kind: 'timer' });
    expect([...world.state.all()].map((w) => w.pane.elements)).toEqual([0, 1, 3]);
    const { length } = world.tasks;
    world.answer(slow, () => 1);
    expect(world.tasks).toHaveLength(length);
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
