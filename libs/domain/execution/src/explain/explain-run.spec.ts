import { describe, expect, it } from '@jest/globals';
import { renderText } from '@windlass/windowing';
import { explainRuns, findRun } from '../index.ts';
import { dagOf } from '../testing/dag.ts';
import { pane } from '../testing/final-windows.ts';
import { boom, World } from '../testing/world.ts';

const hold = { by: 'ada', why: 'sensor', sinceUs: 5 };
const windowOf = (world: World) => [...world.state.all()][0]!.window;
function explained(world: World, algorithm: string) {
  const context = world.context();
  const holdOf = (queue: string) => (world.held.has(queue) ? hold : null);
  const runs = explainRuns({ state: world.state, window: windowOf(world), context, holdOf })!;
  const { timeline, now } = runs.find((one) => one.algorithm === `${algorithm}@1`)!;
  for (const { template, todo, facts } of [...timeline, ...now])
    expect(renderText(`${template} ${todo ?? ''}`, facts)).not.toMatch(/[{}]|undefined|null|NaN/);
  return {
    codes: now.map(({ code }) => code),
    happened: timeline.map(({ code }) => code),
    text: renderText(now[0]!.template, now[0]!.facts),
    todo: now[0]!.todo && renderText(now[0]!.todo, now[0]!.facts),
  };
}
const retry = { attempts: 3, backoffMs: 100, backoffFactor: 2, maxBackoffMs: 1000, nonRetryable: [] };
const open = () => {
  const world = new World(
    dagOf([
      { name: 'a', processor: 'p', retry },
      { name: 'b', processor: 'q', needs: [{ of: 'a', waitMs: 60_000 }] },
      { name: 'late', on: ['LATE'] },
      { name: 'up', needs: [{ of: 'life', over: 'parent' }] },
      { name: 'life', type: 'parent' },
    ]),
  );
  world.do(pane({ window: 'w1', isFinal: false, parent: 'p1' }));
  return world;
};

describe('an explanation of runs', () => {
  it('says what is under way, and what waits for it on which window and until when', () => {
    const world = open();
    expect(explained(world, 'a').codes).toEqual(['RUN_IN_FLIGHT']);
    const b = explained(world, 'b');
    expect(b.codes).toEqual(['RUN_WAITS_FOR_INPUT']);
    expect(b.text).toContain('b@1 waits for a@1 over same until 1970-01-01T00:01:01Z, then skip (onMissing)');
    expect(b.todo).toMatch(/^windlass explain execution [0-9a-f]{32}$/);
    expect(explained(world, 'up').text).toContain('it has not fired');
    expect(explained(world, 'late').codes).toEqual(['RUN_NOT_BEGUN']);
  });

  it('tells every failed attempt, that it is tried again, and in the end why it failed and what was skipped for it', () => {
    const world = open();
    world.answer(world.tasks[0]!, () => boom(true));
    expect(explained(world, 'a')).toMatchObject({ codes: ['RUN_BACKS_OFF'] });
    for (let n = 0; n < 2; n++) {
      world.nowUs += 10_000_000;
      world.do({ kind: 'timer' });
      world.answer(world.tasks.at(-1)!, () => boom(true));
    }
    const a = explained(world, 'a');
    expect(a.codes).toEqual(['RUN_FAILED']);
    expect(a.happened.filter((code) => code === 'ATTEMPT_FAILED')).toHaveLength(3);
    expect(a.text).toContain('Error: boom');
    expect(a.todo).toContain('windlass run retry');
    expect(explained(world, 'b')).toMatchObject({ codes: ['RUN_SKIPPED'] });
    expect(explained(world, 'b').todo).toContain('windlass explain execution');
  });

  it('says who holds it, or that its processor has no room', () => {
    const world = new World(dagOf([{ name: 'a', processor: 'p' }]));
    world.credit = 0;
    world.do(pane({ window: 'w1', isFinal: false }));
    expect(explained(world, 'a').codes).toEqual(['RUN_WAITS_FOR_CREDIT']);
    world.held.add('p');
    expect(explained(world, 'a')).toMatchObject({
      codes: ['RUN_HELD'],
      text: 'a@1 waits: processor p is held since 1970-01-01T00:00:00.000005Z by ada (sensor).',
      todo: 'windlass resume p',
    });
  });

  it('finds a run by its id, and has none of a window that was let go', () => {
    const world = open();
    const { executionId } = world.tasks[0]!.executions[0]!;
    expect(findRun(world.state, executionId)).toEqual({ window: windowOf(world), algorithm: 'a@1' });
    expect(findRun(world.state, '0'.repeat(32))).toBeUndefined();
    const parts = { state: world.state, window: 'f'.repeat(32), context: world.context(), holdOf: () => null };
    expect(explainRuns(parts)).toBeUndefined();
  });
});
