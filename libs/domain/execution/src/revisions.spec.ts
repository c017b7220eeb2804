import { describe, expect, it } from '@jest/globals';
import { dagOf } from './testing/dag.ts';
import { at, drain, followed, late, pane, runsOf } from './testing/sequence.ts';
import { idOf, paneOf } from './testing/pane.ts';
import { World } from './testing/world.ts';

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

  it('that turns out as it was still lets go on who waited for it', () => {
    const world = new World(
      dagOf([
        { name: 'a', type: 'child' },
        { name: 'sum', type: 'parent', needs: [{ of: 'a', over: 'children' }] },
      ]),
    );
    const kid = (n: number, elements: number, revision = 0) =>
      pane({
        window: `k${n}`,
        windowType: 'child@1',
        parent: 'up',
        startUs: n,
        elements,
        revision,
        version: revision + 1,
      });
    const up = { window: 'up', windowType: 'parent@1' };
    world.do(pane(up));
    world.do(kid(0, 3));
    world.do(kid(1, 4));
    const childWindowIds = [idOf('k0'), idOf('k1')];
    world.do({ kind: 'childrenClosed', record: { ...paneOf(up), version: 2, childType: 'child@1', childWindowIds } });
    drain(world);
    world.do(kid(0, 50, 1));
    world.do(kid(1, 4, 1));
    drain(world);
    expect(world.outcomes('sum').map((o) => o.result)).toEqual([7, 54]);
  });
});
