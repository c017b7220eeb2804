import { describe, expect, it } from '@jest/globals';
import { FAILED_ATTEMPTS, RETAINED_WINDOWS, type RunAction } from './index.ts';
import { dagOf } from './testing/dag.ts';
import { pane } from './testing/final-windows.ts';
import { boom, World } from './testing/world.ts';

/** b needs a, both of p; c of q needs b. */
const chain = dagOf([
  { name: 'a', processor: 'p' },
  { name: 'b', processor: 'p', needs: [{ of: 'a' }] },
  { name: 'c', processor: 'q', needs: [{ of: 'b' }] },
]);
const DAY_US = 86_400e6;
const worldOf = (dag = chain) => new World(dag, { failedRetentionUs: DAY_US });

const executionsOf = (world: World) => [...world.state.all()].flatMap((w) => w.executions.flatMap((x) => x ?? []));
const latest = (world: World, algorithm: string) => executionsOf(world).find((x) => x.algorithm === `${algorithm}@1`)!;
function command(
  world: World,
  action: RunAction,
  algorithm: string,
  executionId = latest(world, algorithm).executionId,
) {
  const { window } = [...world.state.all()].find((w) => w.executions.some((x) => x?.algorithm === `${algorithm}@1`))!;
  return world.do({ kind: 'command', command: { action, window, executionId, by: 'ada', why: 'it stuck' } });
}
const fails = (what: string) => (_: unknown, algorithm: string) => (algorithm === what ? boom() : 1);
const verdicts = (world: World, algorithm: string) =>
  world.outcomes(algorithm).map(({ run, state }) => `${run} ${state}`);

describe('a run that a person retries', () => {
  it('runs again although its window is final, and what was skipped for it follows', () => {
    const world = worldOf();
    world.do(pane({ window: 'w1' }));
    world.answer(world.tasks[0]!, fails('a@1'));
    expect(verdicts(world, 'c')).toEqual(['0 SKIPPED']);
    expect(command(world, 'retry', 'a').refused).toBeNull();
    world.answer(world.tasks[1]!, () => 1);
    world.answer(world.tasks[2]!, () => 1);
    world.answer(world.tasks[3]!, () => 1);
    expect(['a', 'b', 'c'].map((name) => verdicts(world, name).at(-1))).toEqual(Array(3).fill('1 SUCCEEDED'));
    expect(world.state.openWindows).toBe(0);
  });

  it('is opened once: the same command again finds a later run', () => {
    const world = worldOf();
    world.do(pane({ window: 'w1' }));
    world.answer(world.tasks[0]!, fails('a@1'));
    const { executionId } = latest(world, 'a');
    command(world, 'retry', 'a', executionId);
    const again = command(world, 'retry', 'a', executionId);
    expect(again.refused?.code).toBe('RUN_SUPERSEDED');
    expect(again.changes.size).toBe(0);
    expect(world.tasks).toHaveLength(2);
  });

  it('is not retried while it runs, or when it has its result', () => {
    const world = worldOf();
    world.do(pane({ window: 'w1' }));
    expect(command(world, 'retry', 'a').refused).toEqual({
      code: 'RUN_NOT_OVER',
      message: 'a@1, run 0 is DISPATCHED; possible: cancel, skip',
    });
    world.answer(world.tasks[0]!, fails('b@1'));
    expect(command(world, 'retry', 'a').refused?.code).toBe('RUN_SUCCEEDED');
    expect(command(world, 'retry', 'a', '0'.repeat(32)).refused?.code).toBe('UNKNOWN_EXECUTION');
  });

  it('is kept for so long and so many a key, and then forgotten', () => {
    const world = worldOf(dagOf([{ name: 'a' }]));
    for (let n = 0; n < 200; n++) {
      world.do(pane({ window: `w${n}`, startUs: n * 10, endUs: n * 10 + 10 }));
      world.answer(world.tasks.at(-1)!, () => boom());
      world.nowUs += 1_000_000;
    }
    expect(world.state.openWindows).toBeGreaterThanOrEqual(RETAINED_WINDOWS);
    expect(world.state.openWindows).toBeLessThanOrEqual(2 * RETAINED_WINDOWS);
    world.nowUs += DAY_US;
    world.do({ kind: 'timer' });
    expect(world.state.openWindows).toBe(0);
  });
});

describe('a run that a person ends', () => {
  it('that is under way ends CANCELLED with who and why, tells its spoke, and its dependants follow', () => {
    const world = worldOf();
    world.do(pane({ window: 'w1' }));
    const { cancels, queue } = command(world, 'cancel', 'a');
    const { taskId, executions } = world.tasks[0]!;
    const reason = 'cancelled by ada: it stuck';
    expect(cancels).toEqual([{ taskId, processor: 'p', executionIds: executions.map((x) => x.executionId), reason }]);
    expect(world.outcomes('a')[0]).toMatchObject({ state: 'CANCELLED', reason: { code: 'CANCELLED_BY_PERSON' } });
    expect(queue).toEqual([{ kind: 'ended', queue: 'p', lane: 'LIVE', windowType: 'w@1' }]);
    expect(world.answer(world.tasks[0]!, () => 1).ignored).toBe('STALE_RESULT');
    expect(verdicts(world, 'b')).toEqual(['0 SKIPPED']);
    expect(verdicts(world, 'c')).toEqual(['0 SKIPPED']);
    expect(command(world, 'cancel', 'a').refused?.code).toBe('RUN_IS_OVER');
  });

  it('leaves the rest of its task alone', () => {
    const world = worldOf(dagOf([{ name: 'a' }, { name: 'b' }]));
    world.do(pane({ window: 'w1' }));
    expect(command(world, 'cancel', 'a').queue).toEqual([]);
    world.answer(world.tasks[0]!, () => 1);
    expect(verdicts(world, 'a')).toEqual(['0 CANCELLED']);
    expect(verdicts(world, 'b')).toEqual(['0 SUCCEEDED']);
  });

  it('that is queued leaves its queue', () => {
    const world = worldOf();
    world.held.add('p');
    world.do(pane({ window: 'w1' }));
    command(world, 'skip', 'b');
    expect(verdicts(world, 'b')).toEqual(['0 SKIPPED']);
    expect(verdicts(world, 'c')).toEqual(['0 SKIPPED']);
    expect([...world.state.queuedIn('p')]).toHaveLength(1);
    command(world, 'skip', 'a');
    expect([...world.state.queuedIn('p')]).toHaveLength(0);
    expect(world.events.at(-1)!.runComplete).toBe(true);
  });

  it('can be retried', () => {
    const world = worldOf(dagOf([{ name: 'a' }]));
    world.do(pane({ window: 'w1' }));
    command(world, 'skip', 'a');
    expect(command(world, 'retry', 'a').refused).toBeNull();
    world.answer(world.tasks.at(-1)!, () => 2);
    expect(verdicts(world, 'a')).toEqual(['0 SKIPPED', '1 SUCCEEDED']);
  });
});

it('the last failed attempts are remembered over runs, cut to their limits', () => {
  const world = worldOf(dagOf([{ name: 'a' }]));
  world.do(pane({ window: 'w1' }));
  for (let run = 0; run < FAILED_ATTEMPTS + 2; run++) {
    world.answer(world.tasks.at(-1)!, () => ({ ...boom(), message: 'm'.repeat(5_000) }));
    command(world, 'retry', 'a');
  }
  const { failures } = latest(world, 'a');
  expect(failures.map(({ run }) => run)).toEqual([2, 3, 4, 5, 6]);
  expect(failures[0]).toMatchObject({ attempt: 1, code: 'ALGORITHM_ERROR', stack: 'at boom', instance: 'i' });
  expect(failures[0]!.message).toHaveLength(1_000);
});
