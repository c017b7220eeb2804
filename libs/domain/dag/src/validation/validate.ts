import type { DagIndex } from '../dag-index.ts';
import { type Problem, sortProblems } from '../problem.ts';
import { type Affected, partOf } from './affected.ts';
import { cycleProblems } from './cycles.ts';
import { dependencyProblems } from './dependencies.ts';
import { type Draft, draftGraph } from './draft.ts';
import { nestingProblems } from './nesting.ts';
import { policyProblems } from './policies.ts';
import { referenceProblems } from './references.ts';
import { starvationProblems } from './starvation.ts';
import { triggerLoopProblems } from './trigger-loops.ts';
import { windowTypeProblems } from './window-types.ts';

export const MAX_ALGORITHMS = 20_000;

/** Everything that is wrong with a draft, at once; none: it may become a revision. Linear in its nodes and edges. */
export function validateDag(draft: Draft): Problem[] {
  if (draft.algorithms.size > MAX_ALGORITHMS)
    return [
      {
        code: 'LIMIT_EXCEEDED',
        path: 'algorithms',
        message: `${draft.algorithms.size} algorithms; the limit is ${MAX_ALGORITHMS}`,
        mend: 'retire what is not used',
      },
    ];
  const graph = draftGraph(draft);
  const cycles = cycleProblems(graph);
  const nesting = nestingProblems(graph);
  return sortProblems([
    ...referenceProblems(draft),
    ...nesting.problems,
    ...windowTypeProblems(graph),
    ...dependencyProblems(graph),
    ...cycles.problems,
    ...triggerLoopProblems(graph),
    ...starvationProblems(graph, { pairs: cycles.onCycle, types: nesting.onCycle }),
    ...policyProblems(draft),
  ]);
}

/** What is wrong with a draft that differs from a proven revision in what is affected: all of it, and as it would be told without that. */
export function validateChange(draft: Draft, affected: Affected, proven: DagIndex): Problem[] {
  const isProven = draft.algorithms.size <= MAX_ALGORITHMS && validateDag(partOf(draft, affected, proven)).length === 0;
  return isProven ? [] : validateDag(draft);
}
