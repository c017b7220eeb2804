import { areMembers, type DagIndex, refOf, type Ref } from '@windlass/dag';
import type { GroupReader } from './plan.ts';

/** Types of the windows of members over which a group's windows of this type may join results of an algorithm. */
export function memberTypesOf(index: DagIndex, groupType: Ref, algorithm: Ref): readonly Ref[] {
  const group = index.windowTypes.get(groupType);
  const bindings = index.algorithms.get(algorithm)?.bindings ?? [];
  return bindings.flatMap(({ windowType }) => {
    const type = index.windowTypes.get(windowType);
    return group && type && areMembers(group, type) ? [windowType] : [];
  });
}

/** Who joins results over windows of this type, one entry for each type of groups' windows. */
export function groupReadersOf(index: DagIndex, windowType: Ref): readonly GroupReader[] {
  const type = index.windowTypes.get(windowType);
  if (!type) return [];
  const readers = new Map<Ref, Set<Ref>>();
  for (const upstream of index.algorithmsOn(windowType))
    for (const { algorithm, dependency } of index.dependantsOf(refOf(upstream))) {
      if (dependency.relation.kind !== 'members') continue;
      for (const { windowType: reader } of algorithm.bindings) {
        const group = index.windowTypes.get(reader);
        if (!group || !areMembers(group, type)) continue;
        readers.set(reader, (readers.get(reader) ?? new Set()).add(refOf(upstream)));
      }
    }
  return [...readers].map(([reader, algorithms]) => ({
    windowType: reader,
    selector: index.windowTypes.get(reader)!.for,
    algorithms: [...algorithms],
  }));
}
