import { dagOf } from './dag.ts';
import { paneOf, type PaneSketch } from './pane.ts';
import type { World } from './world.ts';

export const pane = (sketch: PaneSketch) => ({ kind: 'pane' as const, pane: paneOf(sketch), bytes: 100 });
export const one = () => 1;
/** `{ a: 'SUCCEEDED', … }` of all outcomes told so far; later runs replace earlier ones. */
export const states = (world: World) =>
  Object.fromEntries(world.outcomes().map((o) => [o.algorithm.replace('@1', ''), o.state]));

export const chain = (processors: readonly string[]) =>
  dagOf([
    { name: 'a', processor: processors[0]! },
    { name: 'b', processor: processors[1]!, needs: [{ of: 'a' }] },
    { name: 'c', processor: processors[2]!, needs: [{ of: 'b' }] },
  ]);
