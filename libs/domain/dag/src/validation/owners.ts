import type { Ref } from '../model.ts';
import type { Problem } from '../problem.ts';
import type { Draft, EntityKind } from './draft.ts';

type Told = Pick<Problem, 'path' | 'chain' | 'owners'>;

/** Each with the teams whose things it is about: of what stands at its path, and of everything its chain names. Sorted. */
export function withOwners<One extends Told>(problems: readonly One[], draft: Draft): One[] {
  if (problems.every(({ owners }) => owners)) return [...problems];
  const at = ownersByPlace(draft);
  return problems.map((problem) => {
    const { path, chain = [], owners } = problem;
    if (owners) return problem;
    const place = /^[^\]]*\]/.exec(path)?.[0] ?? '.';
    const found = [...(at.get(place) ?? []), ...chain.flatMap((label) => ownersOf(label, draft))];
    return { ...problem, owners: [...new Set(found)].sort() };
  });
}

function ownersByPlace(draft: Draft): ReadonlyMap<string, readonly string[]> {
  const places = new Map<string, string[]>();
  const add = (kind: EntityKind, name: string, owner: string): void => {
    const place = draft.locate(kind, name);
    places.set(place, [...(places.get(place) ?? []), owner]);
  };
  for (const [ref, { owner }] of draft.windowTypes) {
    add('windowTypes', ref, owner);
    add('policies', ref, owner);
  }
  for (const [ref, { owner }] of draft.algorithms) add('algorithms', ref, owner);
  for (const { name, owner } of draft.processors.values()) add('processors', name, owner);
  return places;
}

/** Of `rul@1 on cycle@1`, of a reference, or of a processor; nobody's: another word of a chain. */
function ownersOf(label: string, { windowTypes, algorithms, processors, expected }: Draft): string[] {
  return label.split(' on ').flatMap((name: Ref): string[] => {
    const named = [windowTypes, algorithms, processors, expected].map((kind) => kind.get(name)?.owner);
    return named.filter((owner) => owner !== undefined);
  });
}
