import { describe, expect, it } from '@jest/globals';
import { dagOf } from './testing/dag.ts';
import { pane } from './testing/final-windows.ts';
import { paneOf } from './testing/pane.ts';
import { World } from './testing/world.ts';

/** b needs a, both of p; c of q needs b. */
const chain = () =>
  new World(
    dagOf([
      { name: 'a', processor: 'p' },
      { name: 'b', processor: 'p', needs: [{ of: 'a' }] },
      { name: 'c', processor: 'q', needs: [{ of: 'b' }] },
    ]),
  );
const start = (world: World) => world.do(pane({ window: 'w1', isFinal: false }));
const algorithms = (world: World) => world.tasks.map(({ executions }) => executions.map((x) => x.algorithm).join(' '));

describe('a hold', () => {
  it('of an algorithm lets the rest of a chain run, and those that need its result wait for it', () => {
    const world = chain();
    world.held.add('algorithm:b@1');
    expect(start(world).queue).toContainEqual({
      kind: 'queued',
      queue: 'algorithm:b@1',
      lane: 'LIVE',
      windowType: 'w@1',
    });
    expect(algorithms(world)).toEqual(['a@1']);
    world.answer(world.tasks[0]!, () => 1);
    expect(world.events.some(({ runComplete }) => runComplete)).toBe(false);
    world.held.clear();
    world.do({ kind: 'dispatch', queue: 'algorithm:b@1', lane: 'LIVE', windowType: 'w@1' });
    expect(algorithms(world)).toEqual(['a@1', 'b@1']);
    world.answer(world.tasks[1]!, () => 2);
    world.answer(world.tasks[2]!, () => 3);
    expect(world.events.at(-1)!.runComplete).toBe(true);
  });

  it('of a window type keeps back all that runs on it, over a restart too', () => {
    const world = chain();
    world.held.add('windowType:w@1');
    start(world);
    world.restart();
    expect(world.tasks).toEqual([]);
    expect([...world.state.queuedIn('windowType:w@1')]).toHaveLength(1);
    world.held.clear();
    world.do({ kind: 'dispatch', queue: 'windowType:w@1', lane: 'LIVE', windowType: 'w@1' });
    expect(algorithms(world)).toEqual(['a@1 b@1']);
  });

  it('is settled like any other wait when its window is withdrawn', () => {
    const world = chain();
    world.held.add('algorithm:a@1');
    start(world);
    const record = { ...paneOf({ window: 'w1' }), version: 2, reason: 'merged', outside: null };
    world.do({ kind: 'withdrawn', record });
    expect([...world.state.queuedIn('algorithm:a@1')]).toEqual([]);
    expect(world.outcomes('a').map(({ state }) => state)).toEqual(['CANCELLED']);
  });
});
