import { describe, expect, it } from '@jest/globals';
import { dagOf } from './testing/dag.ts';
import { one, pane, states } from './testing/final-windows.ts';
import { paneOf } from './testing/pane.ts';
import { World } from './testing/world.ts';

describe('panes', () => {
  it('start what is bound to their timing; every revision completes, also without algorithms', () => {
    const world = new World(
      dagOf([
        { name: 'quick', on: ['EARLY'] },
        { name: 'slow', on: ['ON_TIME'] },
        { name: 'last', on: ['FINAL'] },
      ]),
    );
    const w = { window: 'w', isFinal: false };
    const run = () => {
      const task = world.tasks.at(-1);
      if (task) world.answer(task, one);
      return task?.executions.map((x) => x.algorithm);
    };
    world.do(pane({ ...w, timing: 'EARLY' }));
    expect(run()).toEqual(['quick@1']);
    world.do(pane({ ...w, revision: 1, version: 2 }));
    expect(run()).toEqual(['slow@1']);
    world.do(pane({ ...w, revision: 2, version: 3, timing: 'LATE' }));
    expect(world.events.at(-1)).toMatchObject({ revision: 2, outcomes: [], runComplete: true });
    world.do({ kind: 'finalized', record: { ...paneOf(w), version: 4, revision: 2 } });
    expect(run()).toEqual(['last@1']);
    expect(world.tasks.at(-1)!.pane).toMatchObject({ revision: 2, isFinal: true });
    expect(world.events.at(-1)).toMatchObject({ isFinal: true, runComplete: true });
  });

  it('that are finalised later are told once more as final', () => {
    const world = new World(dagOf([{ name: 'a' }]));
    world.do(pane({ window: 'w', isFinal: false }));
    world.answer(world.tasks[0]!, one);
    expect(world.events.at(-1)).toMatchObject({ isFinal: false, runComplete: true });
    const { outcomes } = world.do({
      kind: 'finalized',
      record: { ...paneOf({ window: 'w' }), version: 2, revision: 0 },
    });
    expect(outcomes).toMatchObject([{ isFinal: true, runComplete: true, outcomes: [], revision: 0 }]);
  });

  it('a window whose type has no algorithms completes at once', () => {
    const world = new World(dagOf([{ name: 'a' }]));
    expect(world.do(pane({ window: 'w', windowType: 'bare@1' })).outcomes).toMatchObject([
      { outcomes: [], runComplete: true },
    ]);
  });

  it('that come faster than the work wait and replace each other: the work completes', () => {
    const world = new World(
      dagOf([
        { name: 'a', on: ['EARLY', 'ON_TIME'] },
        { name: 'b', processor: 'q', on: ['EARLY'], needs: [{ of: 'a' }] },
      ]),
    );
    const early = (revision: number) =>
      world.do(
        pane({ window: 'w', timing: 'EARLY', isFinal: false, revision, version: revision + 1, elements: revision }),
      );
    early(0);
    for (let revision = 1; revision <= 4; revision++) expect(early(revision).tasks).toEqual([]);
    world.answer(world.tasks[0]!, one);
    expect(world.tasks.map((t) => [t.processor, t.pane.revision])).toEqual([
      ['p', 0],
      ['q', 0],
    ]);
    world.do(pane({ window: 'w', revision: 5, version: 6, elements: 5 }));
    world.answer(world.tasks[1]!, one);
    expect(world.tasks.map((t) => [t.processor, t.pane.revision])).toEqual([
      ['p', 0],
      ['q', 0],
      ['p', 5],
    ]);
    world.answer(world.tasks[2]!, () => 3);
    expect(world.tasks[3]).toMatchObject({ processor: 'q', pane: { revision: 5 } });
  });

  it('that come while only what gives way is running take its place: the task is cancelled, its run goes on for them', () => {
    const world = new World(
      dagOf([
        { name: 'a', preempt: true },
        { name: 'b', processor: 'q', needs: [{ of: 'a' }] },
      ]),
    );
    const fired = (revision: number) =>
      world.do(pane({ window: 'w', isFinal: false, timing: 'LATE', revision, version: revision + 1 }));
    fired(0);
    const [first] = world.tasks;
    const second = fired(1);
    expect(second.cancels).toMatchObject([{ taskId: first!.taskId, processor: 'p' }]);
    expect(second.queue).toMatchObject([{ kind: 'ended', queue: 'p' }]);
    expect(second.tasks).toMatchObject([{ pane: { revision: 1 }, executions: [{ run: 0, attempt: 1 }] }]);
    expect(world.answer(first!, one).ignored).toBe('STALE_RESULT');
    world.answer(second.tasks[0]!, () => 2);
    expect(fired(2)).toMatchObject({ tasks: [], cancels: [] });
    world.answer(world.tasks.at(-1)!, one);
    expect(world.tasks.at(-1)).toMatchObject({ processor: 'p', pane: { revision: 2 } });
    world.answer(world.tasks.at(-1)!, () => 3);
    world.answer(world.tasks.at(-1)!, one);
    expect(states(world)).toEqual({ a: 'SUCCEEDED', b: 'SUCCEEDED' });
    expect(world.events.at(-1)).toMatchObject({ revision: 2, runComplete: true });
  });

  it('with too little completeness are skipped, with the figures', () => {
    const world = new World(
      dagOf([
        { name: 'a', minCompleteness: 0.9 },
        { name: 'b', needs: [{ of: 'a' }] },
      ]),
    );
    world.do(pane({ window: 'w', completeness: 0.5, isFinal: false }));
    expect(states(world)).toEqual({ a: 'SKIPPED', b: 'SKIPPED' });
    expect(world.outcomes('a')[0]!.reason!.message).toBe('completeness 0.5, at least 0.9 is needed (minCompleteness)');
    world.do(pane({ window: 'w', completeness: 0.95, revision: 1, version: 2, timing: 'LATE' }));
    world.answer(world.tasks[0]!, one);
    expect(states(world)).toEqual({ a: 'SUCCEEDED', b: 'SUCCEEDED' });
  });

  it('of a newer DAG revision take its algorithms; one that it no longer has is cancelled if it waits', () => {
    const first = dagOf([
      { name: 'a' },
      { name: 'p', type: 'parent' },
      { name: 'old', needs: [{ of: 'p', over: 'parent' }] },
    ]);
    const second = dagOf([{ name: 'new' }, { name: 'a' }], 2);
    const world = new World([first, second]);
    world.do(pane({ window: 'w', parent: 'up', isFinal: false }));
    world.answer(world.tasks[0]!, one);
    world.do(pane({ window: 'w', revision: 1, version: 2, timing: 'LATE', dagRevision: 2 }));
    world.answer(world.tasks[1]!, one);
    expect(states(world)).toEqual({ a: 'SUCCEEDED', new: 'SUCCEEDED', old: 'CANCELLED' });
    expect(world.outcomes('a').map((o) => o.run)).toEqual([0, 1]);
  });

  it('whose DAG revision has an algorithm no more withdraw its result once the input is revised, and what was made from that', () => {
    const first = dagOf([
      { name: 'a' },
      { name: 'old', processor: 'q', needs: [{ of: 'a' }] },
      { name: 'older', processor: 'r', needs: [{ of: 'old' }] },
      { name: 'kept', processor: 's', needs: [{ of: 'a', onRevision: 'keep' }] },
      { name: 'alone', processor: 't' },
    ]);
    const world = new World([first, dagOf([{ name: 'a' }], 2)]);
    world.do(pane({ window: 'w', isFinal: false }));
    for (let i = 0; i < world.tasks.length; i++) world.answer(world.tasks[i]!, one);
    expect(Object.values(states(world))).toEqual(Array(5).fill('SUCCEEDED'));
    const before = world.events.length;
    world.do(pane({ window: 'w', revision: 1, version: 2, timing: 'LATE', isFinal: false, dagRevision: 2 }));
    expect(world.events.slice(before)).toEqual([]);
    world.answer(world.tasks.at(-1)!, () => 2);
    const told = world.events.slice(before);
    expect(told.flatMap(({ withdrawn }) => withdrawn)).toMatchObject([
      { algorithm: 'old@1', run: 0, reason: 'ALGORITHM_RETIRED' },
      { algorithm: 'older@1', run: 0, reason: 'ALGORITHM_RETIRED' },
    ]);
    expect(world.outcomes('kept').map(({ run, staleInput }) => [run, staleInput])).toEqual([
      [0, false],
      [0, true],
    ]);
    expect(world.outcomes('alone')).toHaveLength(1);
    const end = world.events.length;
    world.do({ kind: 'finalized', record: { ...paneOf({ window: 'w' }), version: 3, revision: 1 } });
    expect(world.events.slice(end).flatMap(({ withdrawn }) => withdrawn)).toEqual([]);
  });

  it('withdraw what was made from a withdrawn result, whichever of the two algorithms left the DAG first', () => {
    const older = { name: 'older', needs: [{ of: 'a' }] } as const;
    const old = { name: 'old', on: ['ON_TIME'] } as const;
    const world = new World([
      dagOf([{ name: 'a' }, older, { ...old, needs: [{ of: 'older' }] }]),
      dagOf([{ name: 'a' }, old], 2),
      dagOf([{ name: 'a' }], 3),
    ]);
    world.do(pane({ window: 'w', isFinal: false }));
    world.answer(world.tasks[0]!, one);
    world.do(pane({ window: 'w', revision: 1, version: 2, timing: 'LATE', isFinal: false, dagRevision: 2 }));
    world.answer(world.tasks[1]!, one);
    world.do(pane({ window: 'w', revision: 2, version: 3, timing: 'LATE', isFinal: false, dagRevision: 3 }));
    world.answer(world.tasks[2]!, () => 2);
    expect(world.events.flatMap(({ withdrawn }) => withdrawn.map((one) => one.algorithm))).toEqual([
      'older@1',
      'old@1',
    ]);
  });

  it('whose DAG revision has an algorithm no more leave its result while the input is as it was', () => {
    const world = new World([dagOf([{ name: 'a' }, { name: 'old', needs: [{ of: 'a' }] }]), dagOf([{ name: 'a' }], 2)]);
    world.do(pane({ window: 'w', isFinal: false }));
    world.answer(world.tasks[0]!, one);
    world.do(pane({ window: 'w', revision: 1, version: 2, timing: 'LATE', isFinal: false, dagRevision: 2 }));
    world.answer(world.tasks[1]!, one);
    expect(world.events.flatMap(({ withdrawn }) => withdrawn)).toEqual([]);
  });

  it('of a revision that is not known yet are refused for now', () => {
    const world = new World(dagOf([{ name: 'a' }]));
    expect(() => world.do(pane({ window: 'w', dagRevision: 9 }))).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_DAG_REVISION', retryable: true }),
    );
  });

  it('that come again change nothing', () => {
    const world = new World(dagOf([{ name: 'a' }]));
    world.do(pane({ window: 'w' }));
    expect(world.do(pane({ window: 'w' }))).toMatchObject({ ignored: 'DUPLICATE', tasks: [] });
    world.answer(world.tasks[0]!, one);
    const again = world.do(pane({ window: 'w' }));
    expect(again).toMatchObject({ ignored: 'DUPLICATE', tasks: [], outcomes: [], timer: null });
    expect(again.changes.size).toBe(0);
  });
});
