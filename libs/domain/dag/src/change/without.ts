import type { Ref } from '../model.ts';
import type { Problem } from '../problem.ts';
import { type Draft, draftGraph } from '../validation/draft.ts';
import { type Starved, starvedWithout } from '../validation/starvation.ts';
import { validateDag } from '../validation/validate.ts';
import type { Content } from './content.ts';
import { type Because, cut, type Named } from './cut.ts';

/** Content without what was named. */
export interface Remainder {
  /** Without everything that could not run any more, and without references to it: valid, if it was before. */
  readonly content: Content;
  /** Of everything else that goes or changes. */
  readonly because: Because;
  /** What speaks against it: what starves, and what still refers to it. */
  readonly problems: readonly Problem[];
}

/** What is left when things are taken away: the proof of registration, told as what starves. The names exist. */
export function without(content: Content, named: Named, toDraft: (content: Content) => Draft): Remainder {
  const draft = toDraft(content);
  const graph = draftGraph(draft);
  const before = new Set(validateDag(draft).map(keyOf));
  const problems: Problem[] = [];
  const because = new Map<string, readonly string[]>();
  let removed = named;
  for (let round = 0; ; round++) {
    const starved = starvedWithout(graph, removed);
    const left = cut(graph, content, { removed, starved });
    if (round === 0) problems.push(...starved.map(starvedProblem), ...left.references);
    const broken = validateDag(toDraft(left.content)).filter((problem) => !before.has(keyOf(problem)));
    problems.push(...broken);
    for (const [key, chain] of left.because) if (!because.has(key)) because.set(key, chain);
    const found = broken.flatMap((problem) => subjectOf(problem, left.content));
    if (found.length === 0) return { content: left.content, because, problems };
    for (const { kind, name, chain } of found) because.set(`${kind}/${name}`, chain);
    removed = withAll(removed, found);
  }
}

/** Places move when references are cut; what is said stays. */
const keyOf = ({ code, message }: Problem): string => JSON.stringify([code, message]);

const starvedProblem = ({ kind, name, on, chain }: Starved): Problem => ({
  code: 'STARVED',
  path: `${kind}[${name}]`,
  message: `${chain[0]} could never ${on === null ? 'open' : 'run'} again: ${chain.at(-1)} would be gone`,
  chain,
  mend: 'retire it too (`force` retires everything that would starve), or change it first so that it does not need what is retired',
});

interface Subject {
  readonly kind: Starved['kind'];
  readonly name: string;
  readonly chain: readonly string[];
}

/** What a problem is about, if it is still there. */
function subjectOf({ path, chain }: Problem, { windowTypes, algorithms }: Content): Subject[] {
  const [, kind, name] = /^(windowTypes|algorithms|policies)\[([^\]]+)\]/.exec(path) ?? [];
  if (name === undefined) return [];
  if (kind === 'algorithms') return algorithms.has(name) ? [{ kind, name, chain: chain ?? [name] }] : [];
  return windowTypes.has(name) ? [{ kind: 'windowTypes', name, chain: chain ?? [name] }] : [];
}

function withAll(removed: Named, found: readonly Subject[]): Named {
  const names = (of: Starved['kind']): Ref[] => found.filter(({ kind }) => kind === of).map(({ name }) => name);
  return {
    ...removed,
    windowTypes: new Set([...removed.windowTypes, ...names('windowTypes')]),
    algorithms: new Set([...removed.algorithms, ...names('algorithms')]),
  };
}
