import { type AlgorithmSketch } from './dag.ts';
import { paneOf, type PaneSketch } from './pane.ts';
import type { World } from './world.ts';

export const pane = (sketch: PaneSketch) => ({
  kind: 'pane' as const,
  pane: paneOf({ isFinal: false, ...sketch }),
  bytes: 100,
});
export const at = (n: number, rest: Partial<PaneSketch> = {}) =>
  pane({
    window: `w${n}`,
    startUs: n * 1000,
    endUs: n * 1000 + 1000,
    elements: n,
    previous: { 1: n > 0 ? [`w${n - 1}`] : [], 20: Array.from({ length: n }, (_, k) => `w${k}`).slice(-20) },
    ...rest,
  });
export const late = (n: number, elements: number, revision = 1) =>
  at(n, { elements, revision, version: revision + 1, timing: 'LATE' });

/** Answers everything that is asked: `a` is the pane's elements, any other algorithm the sum of its inputs. */
export function drain(world: World): void {
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

export const followed = (rules: NonNullable<AlgorithmSketch['needs']>[number]) => [
  { name: 'a' },
  { name: 'b', processor: 'q', needs: [rules] },
];
export const runsOf = (world: World, algorithm: string) => world.outcomes(algorithm).map((o) => o.run);
