import type { Source } from '../model.ts';
import { type Problem } from '../problem.ts';
import { didYouMean } from '../near-match.ts';
import { MAX_SOURCE_DEPTH } from '../source.ts';

/** Problems of the sources of one document that are told. */
const MAX_TOLD = 200;

interface Known {
  get(name: string): Source | undefined;
}

/** What each source is part of must be there, and the way up must end. */
export function sourceProblems(changed: readonly Source[], known: Known, pathOf: (name: string) => string): Problem[] {
  const after = new Map(changed.map((source) => [source.name, source]));
  const sourceOf = (name: string): Source | undefined => after.get(name) ?? known.get(name);
  const problems: Problem[] = [];
  for (const source of changed) {
    if (source.parent === undefined) continue;
    const problem = parentProblem(source, sourceOf, () => after.keys());
    if (problem) problems.push({ ...problem, path: `${pathOf(source.name)}.parent` });
    if (problems.length >= MAX_TOLD) break;
  }
  return problems;
}

function parentProblem(
  source: Source,
  sourceOf: (name: string) => Source | undefined,
  names: () => Iterable<string>,
): Omit<Problem, 'path'> | null {
  const chain = [source.name];
  for (let at = source; at.parent !== undefined;) {
    const above = sourceOf(at.parent);
    if (!above)
      // One further up is told where it is named.
      return at === source
        ? {
            code: 'UNKNOWN_PARENT',
            message: `source "${at.parent}" is not declared.${didYouMean(at.parent, names())}`,
            mend: 'declare it, in this document or before, or correct the name',
          }
        : null;
    chain.push(above.name);
    if (above === source)
      return {
        code: 'PARENT_CYCLE',
        message: `${source.name} would be part of itself`,
        chain,
        mend: 'let one of them be part of nothing',
      };
    if (chain.length > MAX_SOURCE_DEPTH)
      return {
        code: 'NESTING_TOO_DEEP',
        message: `${source.name} would have more than ${MAX_SOURCE_DEPTH - 1} sources above it`,
        chain,
        mend: 'leave out a level',
      };
    at = above;
  }
  return null;
}
