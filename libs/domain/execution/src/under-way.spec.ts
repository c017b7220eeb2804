import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type HoldQueue, type KeyInput, step, UnderWay } from './index.ts';
import { dagOf } from './testing/dag.ts';
import { paneOf } from './testing/pane.ts';
import { at, late } from './testing/sequence.ts';
import { answerOf, boom, World } from './testing/world.ts';

const QUEUES: readonly HoldQueue[] = ['algorithm:a@1', 'algorithm:b@1', 'algorithm:c@1', 'windowType:w@1'];
const counts = (underWay: UnderWay) => Object.fromEntries(QUEUES.map((queue) => [queue, underWay.of(queue)]));

/** a and b are one task of p; c, of q, needs b. */
const chain = () =>
  new World(
    dagOf([
      { name: 'a', processor: 'p' },
      { name: 'b', processor: 'p', needs: [{ of: 'a' }] },
      { name: 'c', processor: 'q', needs: [{ of: 'b' }] },
    ]),
  );

function take(world: World, underWay: UnderWay, input: KeyInput): void {
  const taken = step(world.state, input, world.context());
  underWay.follow(world.state, taken.changes);
  world.state.apply(taken);
  world.tasks.push(...taken.tasks);
}

function counted(world: World): UnderWay {
  const underWay = new UnderWay();
  for (const { pane, executions } of world.state.all()) underWay.add({ windowType: pane.windowType, executions });
  return underWay;
}

const n = fc.nat({ max: 3 });
const acts = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('pane' as const), n }),
    fc.record({ kind: fc.constant('late' as const), n, revision: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant('withdraw' as const), n, revision: fc.constant(9) }),
    fc.record({
      kind: fc.constant('answer' as const),
      task: fc.nat({ max: 20 }),
      fails: fc.constantFrom('a@1', 'b@1', null),
      code: fc.constantFrom('NOT_HERE', null),
    }),
    fc.record({ kind: fc.constant('timer' as const), afterUs: fc.constantFrom(1_000, 2_000_000, 700_000_000) }),
  ),
  { maxLength: 40 },
);

describe('what is under way', () => {
  it('counts a task once for each algorithm in it, and once for its window type, until it is answered', () => {
    const world = chain();
    const underWay = new UnderWay();
    for (const window of [0, 1]) take(world, underWay, at(window));
    expect(counts(underWay)).toEqual({
      'algorithm:a@1': 2,
      'algorithm:b@1': 2,
      'algorithm:c@1': 0,
      'windowType:w@1': 2,
    });
    take(world, underWay, { kind: 'result', result: answerOf(world.tasks[0]!, () => 1) });
    expect(counts(underWay)).toEqual({
      'algorithm:a@1': 1,
      'algorithm:b@1': 1,
      'algorithm:c@1': 1,
      'windowType:w@1': 2,
    });
  });

  it('is after any steps what a count of the windows finds, so a restart finds the same', () => {
    let everything = 0;
    fc.assert(
      fc.property(acts, (all) => {
        const world = chain();
        const underWay = new UnderWay();
        for (const act of all) {
          const input = inputOf(world, act);
          if (input) take(world, underWay, input);
          expect(counts(underWay)).toEqual(counts(counted(world)));
          everything += underWay.of('windowType:w@1');
        }
        for (const task of world.tasks) {
          const result = answerOf(task, () => 1);
          if (world.state.windowOfTask(task.taskId) !== undefined) take(world, underWay, { kind: 'result', result });
        }
        expect(Object.values(counts(underWay)).every((count) => count === 0)).toBe(true);
      }),
    );
    expect(everything).toBeGreaterThan(100);
  });
});

type Act = (typeof acts extends fc.Arbitrary<infer T> ? T : never) extends readonly (infer A)[] ? A : never;

function inputOf(world: World, act: Act): KeyInput | undefined {
  switch (act.kind) {
    case 'pane':
      return at(act.n);
    case 'late':
      return late(act.n, act.revision, act.revision);
    case 'withdraw': {
      const { n, revision } = act;
      const record = { ...paneOf({ window: `w${n}` }), version: revision + 1, reason: 'merged', outside: null };
      return { kind: 'withdrawn', record };
    }
    case 'answer': {
      const task = world.tasks[act.task];
      if (!task) return undefined;
      const spoke = (_: unknown, algorithm: string) => (algorithm === act.fails ? boom(true, act.code) : 1);
      return { kind: 'result', result: answerOf(task, spoke) };
    }
    case 'timer':
      world.nowUs += act.afterUs;
      return { kind: 'timer' };
    default:
      return act satisfies never;
  }
}
