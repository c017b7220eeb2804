import type { Algorithm, DagRevision, Dependency, PreviousRelation, Processor, Ref, WindowType } from './model.ts';
import { previousKey, refOf } from './model.ts';

/** One `previous` dependency of a window type: what the trigger must name in each of its panes. */
export interface PreviousSpec {
  /** As `previousKey` writes it. */
  readonly key: string;
  readonly relation: PreviousRelation;
}

export interface Dependant {
  readonly algorithm: Algorithm;
  readonly dependency: Dependency;
}

/** Look-ups over one revision. Every list is in the revision's order, except `algorithmsOn`; an unknown name gives an empty list. */
export interface DagIndex {
  readonly revision: DagRevision;
  readonly windowTypes: ReadonlyMap<Ref, WindowType>;
  readonly algorithms: ReadonlyMap<Ref, Algorithm>;
  readonly processors: ReadonlyMap<string, Processor>;
  /** Algorithms bound to a window type, each after those it needs over the `same` window. */
  algorithmsOn(windowType: Ref): readonly Algorithm[];
  /** Who reads this algorithm's results. */
  dependantsOf(algorithm: Ref): readonly Dependant[];
  /** Distinct `previous` dependencies of all algorithms bound to this window type. */
  previousSpecsOf(windowType: Ref): readonly PreviousSpec[];
  /** Algorithms whose results may emit windows of this type. */
  emittersOf(windowType: Ref): readonly Algorithm[];
  /** Window types opened by this algorithm's outcomes. */
  conditionsOn(algorithm: Ref): readonly WindowType[];
  /** Window types nested in this one. */
  childTypesOf(windowType: Ref): readonly WindowType[];
  /** Algorithms of one processor. */
  algorithmsOf(processor: string): readonly Algorithm[];
}

const indexes = new WeakMap<DagRevision, DagIndex>();

/** The index of a revision, built once per revision object. Linear in its size. */
export function indexDag(revision: DagRevision): DagIndex {
  const known = indexes.get(revision);
  if (known) return known;
  const index = build(revision);
  indexes.set(revision, index);
  return index;
}

function build(revision: DagRevision): DagIndex {
  const { windowTypes, algorithms, processors } = revision;
  const byType = group(
    algorithms.flatMap((a) => unique(a.bindings.map((b) => b.windowType)).map((type) => [type, a] as const)),
  );
  const dependants = group(
    algorithms.flatMap((algorithm) =>
      algorithm.dependencies.map((dependency) => [dependency.algorithm, { algorithm, dependency }] as const),
    ),
  );
  const emitters = group(algorithms.flatMap((a) => unique(a.emits).map((type) => [type, a] as const)));
  const conditions = group(
    windowTypes.flatMap((w) => (w.open.kind === 'outcome' ? [[w.open.algorithm, w] as const] : [])),
  );
  const children = group(windowTypes.flatMap((w) => (w.parent === undefined ? [] : [[w.parent, w] as const])));
  const byProcessor = group(algorithms.map((a) => [a.processor, a] as const));
  const ordered = new Map([...byType].map(([type, list]) => [type, inSameOrder(list)]));
  const previous = new Map([...byType].map(([type, list]) => [type, previousSpecs(list)]));
  return {
    revision,
    windowTypes: new Map(windowTypes.map((w) => [refOf(w), w])),
    algorithms: new Map(algorithms.map((a) => [refOf(a), a])),
    processors: new Map(processors.map((p) => [p.name, p])),
    algorithmsOn: (type) => ordered.get(type) ?? [],
    dependantsOf: (algorithm) => dependants.get(algorithm) ?? [],
    previousSpecsOf: (type) => previous.get(type) ?? [],
    emittersOf: (type) => emitters.get(type) ?? [],
    conditionsOn: (algorithm) => conditions.get(algorithm) ?? [],
    childTypesOf: (type) => children.get(type) ?? [],
    algorithmsOf: (processor) => byProcessor.get(processor) ?? [],
  };
}

function group<K, V>(pairs: Iterable<readonly [K, V]>): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const [key, value] of pairs) {
    const list = groups.get(key);
    if (list) list.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

function previousSpecs(algorithms: readonly Algorithm[]): PreviousSpec[] {
  const specs = new Map<string, PreviousSpec>();
  for (const { dependencies } of algorithms)
    for (const { relation } of dependencies)
      if (relation.kind === 'previous') specs.set(previousKey(relation), { key: previousKey(relation), relation });
  return [...specs.values()];
}

/** Kahn's order over `same` dependencies within one window type; what is on a cycle (never registered) comes last. */
function inSameOrder(algorithms: readonly Algorithm[]): Algorithm[] {
  const byRef = new Map(algorithms.map((a) => [refOf(a), a]));
  const readers = group(algorithms.flatMap((a) => sameNeeds(a, byRef).map((need) => [need, a] as const)));
  const missing = new Map(algorithms.map((a) => [a, sameNeeds(a, byRef).length]));
  const ordered = algorithms.filter((a) => missing.get(a) === 0);
  for (let i = 0; i < ordered.length; i++)
    for (const reader of readers.get(refOf(ordered[i]!)) ?? []) {
      const left = missing.get(reader)! - 1;
      missing.set(reader, left);
      if (left === 0) ordered.push(reader);
    }
  return ordered.length === algorithms.length
    ? ordered
    : [...ordered, ...algorithms.filter((a) => missing.get(a)! > 0)];
}

const sameNeeds = (algorithm: Algorithm, present: ReadonlyMap<Ref, Algorithm>): Ref[] =>
  unique(
    algorithm.dependencies
      .filter((d) => d.relation.kind === 'same' && present.has(d.algorithm))
      .map((d) => d.algorithm),
  );
