import type { Algorithm, PreviousRelation, Ref } from './model.ts';
import { previousKey, refOf } from './model.ts';

/** One `previous` dependency of a window type: what the trigger must name in each of its panes. */
export interface PreviousSpec {
  /** As `previousKey` writes it. */
  readonly key: string;
  readonly relation: PreviousRelation;
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

/** Distinct `previous` dependencies of algorithms of one window type. */
export function previousSpecs(algorithms: readonly Algorithm[]): readonly PreviousSpec[] {
  const specs = new Map<string, PreviousSpec>();
  for (const { dependencies } of algorithms)
    for (const { relation } of dependencies)
      if (relation.kind === 'previous') specs.set(previousKey(relation), { key: previousKey(relation), relation });
  return [...specs.values()];
}

/** Kahn's order over `same` dependencies within one window type; what is on a cycle (never registered) comes last. */
export function inSameOrder(algorithms: readonly Algorithm[]): readonly Algorithm[] {
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
