import type { Algorithm, Dependency, Processor, Ref } from '../model.ts';
import type { Problem } from '../problem.ts';
import { type DraftGraph, relationText } from '../validation/draft.ts';
import type { Removed, Starved } from '../validation/starvation.ts';
import type { Content } from './content.ts';

/** What is taken out, by name. */
export interface Named extends Removed {
  readonly processors: ReadonlySet<string>;
  /** Algorithms that are registered and need not be expected any more: they stay. */
  readonly expectations?: ReadonlySet<Ref>;
}

/** By kind and name (`algorithms/rul@1`): names that say why, each leading to the next, up to what was named. */
export type Because = ReadonlyMap<string, readonly string[]>;

export interface Rest {
  readonly content: Content;
  readonly because: Because;
  /** References of what stays to what does not. */
  readonly references: readonly Problem[];
}

interface Gone {
  readonly removed: Named;
  readonly starved: readonly Starved[];
}

/** Takes out what is removed and what is starved, and cuts every reference to it. */
export function cut(graph: DraftGraph, content: Content, gone: Gone): Rest {
  const { removed, starved } = gone;
  const because = new Map<string, readonly string[]>();
  for (const { kind, name, chain } of starved) {
    const known = because.get(`${kind}/${name}`);
    if (!known || chain.length < known.length) because.set(`${kind}/${name}`, chain);
  }
  const isKept = (kind: string, name: string): boolean => !because.has(`${kind}/${name}`);
  const windowTypes = filtered(
    content.windowTypes,
    (ref) => !removed.windowTypes.has(ref) && isKept('windowTypes', ref),
  );
  const expected = filtered(content.expected, (ref) => !removed.algorithms.has(ref) && !removed.expectations?.has(ref));
  const bound = boundStill(content, gone);
  const algorithms = new Map<Ref, Algorithm>();
  const references: Problem[] = [];
  for (const [ref, algorithm] of bound) {
    const lost = lostReferences(ref, algorithm, {
      reads: (dependency) => isSupplied(graph, { ref, dependency, bound, expected }),
      emits: (type) => windowTypes.has(type),
    });
    algorithms.set(ref, lost.algorithm);
    references.push(...lost.problems);
    if (lost.problems.length > 0 && isKept('algorithms', ref))
      because.set(`algorithms/${ref}`, lost.problems[0]!.chain!);
  }
  const processors = stillBusy(content, { removed, algorithms, expected, because });
  return { content: { windowTypes, processors, algorithms, expected }, because, references };
}

const filtered = <T>(map: ReadonlyMap<string, T>, keeps: (name: string) => boolean): Map<string, T> =>
  new Map([...map].filter(([name]) => keeps(name)));

/** Algorithms with the bindings on which they can still run; without those that have none. */
function boundStill({ algorithms }: Content, { removed, starved }: Gone): Map<Ref, Algorithm> {
  const deaf = new Set(starved.flatMap(({ name, on }) => (on === null ? [] : [`${name} ${on}`])));
  return new Map(
    [...algorithms].flatMap(([ref, algorithm]): [Ref, Algorithm][] => {
      if (removed.algorithms.has(ref)) return [];
      const bindings = algorithm.bindings.filter(({ windowType }) => !deaf.has(`${ref} ${windowType}`));
      if (bindings.length === algorithm.bindings.length) return [[ref, algorithm]];
      return bindings.length > 0 ? [[ref, { ...algorithm, bindings }]] : [];
    }),
  );
}

interface Supply {
  readonly ref: Ref;
  readonly dependency: Dependency;
  readonly bound: ReadonlyMap<Ref, Algorithm>;
  readonly expected: ReadonlyMap<Ref, unknown>;
}

/** Whether something that stays has results this dependency reads, on one of its owner's window types. */
function isSupplied({ pairsOf, suppliers }: DraftGraph, { ref, dependency, bound, expected }: Supply): boolean {
  const upstream = bound.get(dependency.algorithm);
  if (!upstream) return expected.has(dependency.algorithm);
  const on = (of: Ref): Set<Ref> => new Set(bound.get(of)!.bindings.map(({ windowType }) => windowType));
  const [own, theirs] = [on(ref), on(dependency.algorithm)];
  return pairsOf(ref)
    .filter(({ windowType }) => own.has(windowType))
    .some((pair) => suppliers(pair, dependency).some(({ windowType }) => theirs.has(windowType)));
}

interface Has {
  readonly reads: (dependency: Dependency) => boolean;
  readonly emits: (windowType: Ref) => boolean;
}

/** An algorithm without the references that lead nowhere any more, each told. */
function lostReferences(
  ref: Ref,
  algorithm: Algorithm,
  has: Has,
): { readonly algorithm: Algorithm; readonly problems: readonly Problem[] } {
  const dependencies = algorithm.dependencies.filter(has.reads);
  const emits = algorithm.emits.filter(has.emits);
  const problem = (path: string, message: string, name: Ref): Problem => ({
    code: 'STILL_USED',
    path: `algorithms[${ref}].${path}`,
    message: `${ref} ${message}`,
    chain: [ref, name],
    mend: `register ${ref} without it first; \`force\` cuts it out, and a registration that still names it is then refused`,
  });
  const problems = [
    ...algorithm.dependencies.flatMap((one, i) =>
      has.reads(one)
        ? []
        : [
            problem(
              `dependencies[${i}]`,
              `reads results of ${one.algorithm} (${relationText(one)}), though it can run without`,
              one.algorithm,
            ),
          ],
    ),
    ...algorithm.emits.flatMap((type, i) =>
      has.emits(type) ? [] : [problem(`emits[${i}]`, `emits windows of ${type}`, type)],
    ),
  ];
  return { algorithm: problems.length > 0 ? { ...algorithm, dependencies, emits } : algorithm, problems };
}

interface Kept extends Pick<Content, 'algorithms' | 'expected'> {
  readonly removed: Named;
  readonly because: Map<string, readonly string[]>;
}

/** Processors that were named are gone, and those that have lost the last of their algorithms. */
function stillBusy(content: Content, { removed, algorithms, expected, because }: Kept): Map<string, Processor> {
  const busy = new Set([...algorithms.values(), ...expected.values()].map(({ processor }) => processor));
  const lost = new Map([...content.algorithms].map(([ref, { processor }]) => [processor, ref]));
  const isIdle = (name: string): boolean => !busy.has(name) && lost.has(name);
  for (const name of content.processors.keys())
    if (isIdle(name) && !removed.processors.has(name)) because.set(`processors/${name}`, [name, lost.get(name)!]);
  return filtered(content.processors, (name) => !removed.processors.has(name) && !isIdle(name));
}
