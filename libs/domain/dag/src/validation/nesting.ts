import type { Ref, WindowType } from '../model.ts';
import type { Problem } from '../problem.ts';
import type { Draft, DraftGraph } from './draft.ts';
import { cyclicComponents, type Graph, shortestCycle } from './graph.ts';

/** Levels of windows within windows, the outermost counted. */
export const MAX_NESTING = 4;

/** Cycles of parents, and windows nested too deep. */
export function nestingProblems({ draft, types, typeAt }: DraftGraph): {
  problems: Problem[];
  onCycle: ReadonlySet<Ref>;
} {
  const graph: Graph = {
    size: types.length,
    edges: types.map(({ parent }) => (parent !== undefined && typeAt.has(parent) ? [typeAt.get(parent)!] : [])),
  };
  const refs = [...typeAt.keys()];
  const cyclic = cyclicComponents(graph);
  const cycles = cyclic.map((members): Problem => {
    const chain = shortestCycle(graph, members[0]!, members).map((at) => refs[at]!);
    return {
      code: 'PARENT_CYCLE',
      path: `${draft.locate('windowTypes', chain[0]!)}.parent`,
      message: 'a window type is its own ancestor',
      chain,
      mend: 'remove one of these parents',
    };
  });
  const deep = refs.flatMap((ref): Problem[] => {
    const chain = [ref, ...ancestors(draft, ref)];
    if (chain.length <= MAX_NESTING || new Set(chain).size < chain.length) return [];
    return [
      {
        code: 'NESTING_TOO_DEEP',
        path: `${draft.locate('windowTypes', ref)}.parent`,
        message: `nested ${chain.length} levels deep; the limit is ${MAX_NESTING}`,
        chain,
        mend: 'choose an outer window type as parent',
      },
    ];
  });
  return { problems: [...cycles, ...deep], onCycle: new Set(cyclic.flat().map((at) => refs[at]!)) };
}

/** Whether what it lies in is told as wrong: one of them is not there, or they have no end. */
export function isOrphan(windowTypes: Draft['windowTypes'], ref: Ref): boolean {
  const outermost = [ref, ...ancestors({ windowTypes }, ref)].at(-1)!;
  return windowTypes.get(outermost)?.parent !== undefined;
}

/** Parent, grandparent…; ends at a root, an unknown parent, or above the deepest chain that is reported (so also on a cycle). */
export function ancestors({ windowTypes }: Pick<Draft, 'windowTypes'>, ref: Ref): Ref[] {
  const found: Ref[] = [];
  let type: WindowType | undefined = windowTypes.get(ref);
  while (type?.parent !== undefined && windowTypes.has(type.parent) && found.length <= MAX_NESTING) {
    found.push(type.parent);
    type = windowTypes.get(type.parent);
  }
  return found;
}
