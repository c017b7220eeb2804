import type { Source } from '../model.ts';
import { type Problem } from '../problem.ts';
import { suggestions } from '../near-match.ts';
import { MAX_SOURCE_DEPTH } from '../source.ts';
import type { Unread } from '../unread.ts';
import type { KnownSources } from './state.ts';

/** Problems of the sources of one document that are told. */
const MAX_TOLD = 200;

interface Surroundings {
  readonly known: KnownSources;
  readonly pathOf: (name: string) => string;
  /** A parent that may be one of these is not unknown. */
  readonly unread: Unread;
}

/** What each source is part of must be there, and the way up must end. What is in groups is no group itself. */
export function sourceProblems(changed: readonly Source[], { known, pathOf, unread }: Surroundings): Problem[] {
  const after = new Map(changed.map((source) => [source.name, source]));
  const sourceOf = (name: string): Source | undefined => after.get(name) ?? known.get(name);
  const groups = new Set(changed.flatMap((source) => source.groups));
  const isGroup = (name: string): boolean => groups.has(name) || known.isGroup?.(name) === true;
  const problems: Problem[] = [];
  const suggest = suggestions();
  const meant = (name: string): string => suggest(name, after.keys());
  for (const source of changed) {
    if (problems.length >= MAX_TOLD) break;
    const path = pathOf(source.name);
    const problem = source.parent === undefined ? null : parentProblem(source, sourceOf, meant);
    const ownersOf = (...names: readonly string[]): string[] => {
      const owners = [source, ...names.map(sourceOf)].map((one) => one?.owner);
      return [...new Set(owners.filter((owner) => owner !== undefined))].sort();
    };
    const isUnread = problem?.code === 'UNKNOWN_PARENT' && unread.mayBe('sources', source.parent!);
    if (problem && !isUnread)
      problems.push({ ...problem, path: `${path}.parent`, owners: ownersOf(...(problem.chain ?? [])) });
    if (source.groups.length > 0 && isGroup(source.name))
      problems.push({ ...isBoth(source, `${path}.name`), owners: ownersOf() });
    for (const group of source.groups) {
      // One of this document is told where it is declared.
      const namesake = after.has(group) ? undefined : known.get(group);
      if (namesake && namesake.groups.length > 0)
        problems.push({ ...isBoth(namesake, `${path}.groups`), owners: ownersOf(group) });
    }
  }
  return problems;
}

/** A group's key has its windows: nothing that a source of the same name sends would be counted in the groups that it is in. */
const isBoth = ({ name, groups }: Source, path: string): Problem => ({
  code: 'SOURCE_IS_GROUP',
  path,
  message: `"${name}" is a source in ${groups.length === 1 ? 'the group' : 'the groups'} ${listed(groups)}, and a group itself: what it sends would not be counted in them`,
  chain: [name, ...groups.slice(0, 1)],
  mend: 'give the source or the group another name, or take the source out of its groups',
});

const MAX_LISTED = 5;

const listed = (names: readonly string[]): string =>
  names.slice(0, MAX_LISTED).join(', ') + (names.length > MAX_LISTED ? ` and ${names.length - MAX_LISTED} more` : '');

function parentProblem(
  source: Source,
  sourceOf: (name: string) => Source | undefined,
  meant: (name: string) => string,
): Omit<Problem, 'path'> | null {
  const chain = [source.name];
  for (let at = source; at.parent !== undefined;) {
    const above = sourceOf(at.parent);
    if (!above)
      // One further up is told where it is named.
      return at === source
        ? {
            code: 'UNKNOWN_PARENT',
            message: `source "${at.parent}" is not declared.${meant(at.parent)}`,
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
