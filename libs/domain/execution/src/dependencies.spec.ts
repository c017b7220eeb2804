import { describe, expect, it } from '@jest/globals';
import { dagOf } from './testing/dag.ts';
import { drain, pane } from './testing/sequence.ts';
import { idOf, paneOf } from './testing/pane.ts';
import { World, boom } from './testing/world.ts';
import type { PaneSketch } from './testing/pane.ts';

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

  it('that was asked for as a range is told to its processor as what it stands for', () => {
    const dag = dagOf([{ name: 'a' }, { name: 'b', processor: 'q', needs: [{ of: 'a', asked: 'a@^1' }] }]);
    const world = new World(dag);
    world.do(pane({ window: 'w' }));
    drain(world);
    expect(world.tasks.map(({ executions }) => executions[0]!.resolved)).toEqual([
      [],
      [{ asked: 'a@^1', algorithm: 'a@1' }],
    ]);
  });

  it('on an algorithm that the revision lacks counts as missing and is never waited for', () => {
    const world = new World(dagOf([{ name: 'b', needs: [{ of: 'nobody', waitMs: 1e9 }] }]));
    world.do(pane({ window: 'w' }));
    expect(world.outcomes()).toMatchObject([{ state: 'SKIPPED', reason: { code: 'INPUT_MISSING' } }]);
  });
});
