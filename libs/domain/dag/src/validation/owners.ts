import type { Ref } from '../model.ts';
import type { Problem } from '../problem.ts';
import { type Draft, type EntityKind, placeOf } from './draft.ts';

type Told = Pick<Problem, 'path' | 'chain' | 'owners'>;

/**
 * Each with the teams whose things it is about: of what stands at its path, and of everything its chain names. Sorted.
 *
 * @param written whose the document says that it is what stands there, by place
 */
export function withOwners<One extends Told>(
  problems: readonly One[],
  draft: Draft,
  written: ReadonlyMap<string, string> = new Map(),
): One[] {
  if (problems.every(({ owners }) => owners)) return [...problems];
  const at = ownersByPlace(draft);
  return problems.map((problem) => {
    const { path, chain = [], owners } = problem;
    if (owners) return problem;
    const place = placeOf(path);
    const own = at.get(place) ?? [written.get(place) ?? (isWritten(place) ? written.get('.') : undefined)];
    const found = [...own, ...chain.flatMap((label) => ownersOf(label, draft))];
    return { ...problem, owners: [...new Set(found.filter((owner) => owner !== undefined))].sort() };
  });
}

/** In a document things stand at a number, in the DAG by their name. */
const isWritten = (place: string): boolean => /\[\d+\]$/.test(place);

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
