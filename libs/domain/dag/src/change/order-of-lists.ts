import type { Content } from './content.ts';

/** What tells an element of a list whose order means nothing from the others. */
type KeyOf = (element: never) => string;
type Keys = Readonly<Record<string, KeyOf>>;

const itself = (element: string): string => element;

/** Lists of entities, and of sources, whose order means nothing. */
const KEYS = {
  windowTypes: { reads: itself },
  algorithms: {
    emits: itself,
    bindings: ({ windowType }: { readonly windowType: string }) => windowType,
    dependencies: ({ algorithm, relation }: { readonly algorithm: string; readonly relation: object }) =>
      JSON.stringify([algorithm, Object.entries(relation).sort()]),
  },
  kinds: { channels: ({ name }: { readonly name: string }) => name },
  sources: { groups: itself },
} satisfies Readonly<Record<string, Keys>>;

/**
 * Entities with such lists in the order in which they stand already, and what is new in them behind that: to write a document in
 * another order is no change.
 */
export function inOrderOf<C extends Pick<Content, 'windowTypes' | 'algorithms' | 'kinds'>>(live: C, wanted: C): C {
  return {
    ...wanted,
    windowTypes: ordered(live.windowTypes, wanted.windowTypes, KEYS.windowTypes),
    algorithms: ordered(live.algorithms, wanted.algorithms, KEYS.algorithms),
    kinds: ordered(live.kinds, wanted.kinds, KEYS.kinds),
  };
}

export const groupsInOrderOf = <T extends { readonly groups: readonly string[] }>(before: T, now: T): T =>
  withLists(before, now, KEYS.sources);

const ordered = <T extends object>(
  live: ReadonlyMap<string, T>,
  wanted: ReadonlyMap<string, T>,
  keys: Keys,
): ReadonlyMap<string, T> => new Map([...wanted].map(([name, one]) => [name, withLists(live.get(name), one, keys)]));

function withLists<T extends object>(before: object | undefined, now: T, keys: Keys): T {
  if (!before) return now;
  const [left, right] = [before, now] as Readonly<Record<string, readonly never[] | undefined>>[];
  const lists = Object.entries(keys).flatMap(([field, keyOf]) => {
    const [was, is] = [left![field] ?? [], right![field] ?? []];
    if (is.length < 2 || was.length === 0) return [];
    const place = new Map(was.map((element, i) => [keyOf(element), i]));
    const at = (element: never): number => place.get(keyOf(element)) ?? was.length;
    return [[field, [...is].sort((a, b) => at(a) - at(b))] as const];
  });
  return lists.length === 0 ? now : { ...now, ...Object.fromEntries(lists) };
}
