import type { DagIndex } from '../dag-index.ts';
import { type Problem, sortProblems } from '../problem.ts';
import { type Affected, partOf } from './affected.ts';
import { channelProblems } from './channels.ts';
import { cycleProblems } from './cycles.ts';
import { dependencyProblems } from './dependencies.ts';
import { type Draft, type DraftGraph, draftGraph } from './draft.ts';
import { nestingProblems } from './nesting.ts';
import { policyProblems } from './policies.ts';
import { referenceProblems } from './references.ts';
import { starvationProblems } from './starvation.ts';
import { triggerLoopProblems } from './trigger-loops.ts';
import { windowTypeProblems } from './window-types.ts';

export const MAX_ALGORITHMS = 20_000;

/** Everything that is wrong with a draft, at once; none: it may become a revision. Linear in its nodes and edges. */
export const validateDag = (draft: Draft): Problem[] => validated(draft).problems;

/** The same, with the graph that was looked at. */
export function validated(draft: Draft): { readonly problems: Problem[]; readonly graph: DraftGraph } {
  const graph = draftGraph(draft);
  return { problems: problemsOf(graph), graph };
}

function problemsOf(graph: DraftGraph): Problem[] {
  const { draft } = graph;
  if (draft.algorithms.size > MAX_ALGORITHMS)
    return [
      {
        code: 'LIMIT_EXCEEDED',
        path: 'algorithms',
        message: `${draft.algorithms.size} algorithms; the limit is ${MAX_ALGORITHMS}`,
        mend: 'retire what is not used',
      },
    ];
  const cycles = cycleProblems(graph);
  const nesting = nestingProblems(graph);
  return sortProblems([
    ...referenceProblems(draft),
    ...nesting.problems,
    ...windowTypeProblems(graph),
    ...channelProblems(draft),
    ...dependencyProblems(graph),
    ...cycles.problems,
    ...triggerLoopProblems(graph),
    ...starvationProblems(graph, { pairs: cycles.onCycle, types: nesting.onCycle }),
    ...policyProblems(draft),
  ]);
}

/** The same of a draft that differs from a proven revision in what is affected: only that is looked at. */
export const validatedChange = (draft: Draft, affected: Affected, proven: DagIndex): ReturnType<typeof validated> =>
  validated(draft.algorithms.size > MAX_ALGORITHMS ? draft : partOf(draft, affected, proven));
