import { describe, expect, it } from '@jest/globals';
import { dagOf } from './testing/dag.ts';
import { idOf, paneOf } from './testing/pane.ts';
import { boom, World } from './testing/world.ts';
import type { PaneSketch } from './testing/pane.ts';

const pane = (sketch: PaneSketch) => ({ kind: 'pane' as const, pane: paneOf(sketch), bytes: 100 });
const one = () => 1;
/** `{ a: 'SUCCEEDED', … }` of all outcomes told so far; later runs replace earlier ones. */
const states = (world: World) =>
  Object.fromEntries(world.outcomes().map((o) => [o.algorithm.replace('@1', ''), o.state]));

const chain = (processors: readonly string[]) =>
  dagOf([
    { name: 'a', processor: processors[0]! },
    { name: 'b', processor: processors[1]!, needs: [{ of: 'a' }] },
    { name: 'c', processor: processors[2]!, needs: [{ of: 'b' }] },
  ]);

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
    expect(world.outcomes('c')[0]!.reason).toMatchObject({ code: 'INPUT_FAILED', because: failed });
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
        result: 'x'.repeat(20),
        emissions: [],
        code: 'PAYLOAD_TOO_LARGE',
        message: 'a result of 66 bytes, limit maxResultBytes is 50',
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
    const world = new World(chain(['p', 'p', 'q']), { taskBytes: 500 });
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
