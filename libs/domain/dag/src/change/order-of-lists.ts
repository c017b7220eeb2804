import type { Ref } from '../model.ts';
import { pathKey } from '../validation/draft.ts';
import type { Content } from './content.ts';

/** What tells an element of a list from the others. */
type KeyOf = (element: never) => string;

interface ListShape {
  readonly keyOf: KeyOf;
  /** Of an element in which there are such lists again. */
  readonly element?: Shape;
}

/** Where in an entity there are lists whose order means nothing. */
interface Shape {
  readonly lists?: Readonly<Record<string, ListShape>>;
  readonly parts?: Readonly<Record<string, Shape>>;
}

const set: ListShape = { keyOf: (element: string) => element };

const SHAPES = {
  windowTypes: { lists: { reads: set }, parts: { for: { lists: { groups: set } } } },
  algorithms: {
    lists: {
      emits: set,
      bindings: {
        keyOf: ({ windowType }: { readonly windowType: string }) => windowType,
        element: { lists: { on: set } },
      },
      dependencies: {
        keyOf: ({ algorithm, relation }: { readonly algorithm: string; readonly relation: object }) =>
          JSON.stringify([algorithm, Object.entries(relation).sort()]),
      },
    },
    parts: { retry: { lists: { nonRetryable: set, retryable: set } } },
  },
  kinds: { lists: { channels: { keyOf: ({ name }: { readonly name: string }) => name } } },
  sources: { lists: { groups: set } },
} satisfies Readonly<Record<string, Shape>>;

/**
 * Entities with such lists in the order in which they stand already, and what is new in them behind that: to write a document in
 * another order is no change.
 */
export function inOrderOf<C extends Pick<Content, 'windowTypes' | 'algorithms' | 'kinds'>>(live: C, wanted: C): C {
  return {
    ...wanted,
    windowTypes: ordered(live.windowTypes, wanted.windowTypes, SHAPES.windowTypes),
    algorithms: ordered(live.algorithms, wanted.algorithms, SHAPES.algorithms),
    kinds: ordered(live.kinds, wanted.kinds, SHAPES.kinds),
  };
}

/** Lists of an algorithm as a document calls them, and as they are called in the DAG. */
const CALLED = { dependencies: 'dependencies', windows: 'bindings', emits: 'emits' } as const;

/**
 * Places in what `inOrderOf` has put in order, as the document has them: `algorithms[2].dependencies[0]` of a problem is what the
 * author wrote there.
 */
export function placesAsWritten(
  live: Pick<Content, 'algorithms'>,
  wanted: Pick<Content, 'algorithms'> & { readonly paths: ReadonlyMap<string, string> },
): (path: string) => string {
  let refs: ReadonlyMap<string, Ref> | undefined;
  const refAt = (place: string): Ref | undefined => {
    refs ??= new Map(
      [...wanted.algorithms.keys()].map((ref) => [wanted.paths.get(pathKey('algorithms', ref)) ?? '', ref]),
    );
    return refs.get(place);
  };
  return (path) => {
    const [, place, called, index, rest] =
      /^(algorithms\[\d+\])\.(dependencies|windows|emits)\[(\d+)\](.*)$/.exec(path) ?? [];
    const ref = place === undefined ? undefined : refAt(place);
    const before = ref === undefined ? undefined : live.algorithms.get(ref);
    if (!before) return path;
    const list = CALLED[called as keyof typeof CALLED];
    const now = wanted.algorithms.get(ref!)![list];
    const order = orderOf(before[list] as readonly never[], now as readonly never[], SHAPES.algorithms.lists[list]);
    return `${place}.${called}[${order[Number(index)] ?? index}]${rest}`;
  };
}

export const groupsInOrderOf = <T extends { readonly groups: readonly string[] }>(before: T, now: T): T =>
  withLists(before, now, SHAPES.sources);

const ordered = <T extends object>(
  live: ReadonlyMap<string, T>,
  wanted: ReadonlyMap<string, T>,
  shape: Shape,
): ReadonlyMap<string, T> => new Map([...wanted].map(([name, one]) => [name, withLists(live.get(name), one, shape)]));

function withLists<T extends object>(before: object | undefined, now: T, { lists = {}, parts = {} }: Shape): T {
  if (!before) return now;
  const [left, right] = [before, now] as Readonly<Record<string, unknown>>[];
  const changed: Record<string, unknown> = {};
  for (const [field, list] of Object.entries(lists)) {
    const [was, is] = [left![field], right![field]];
    if (Array.isArray(was) && Array.isArray(is)) changed[field] = listInOrder(was as never[], is as never[], list);
  }
  for (const [field, part] of Object.entries(parts)) {
    const [was, is] = [left![field], right![field]];
    if (isObject(was) && isObject(is)) changed[field] = withLists(was, is, part);
  }
  return { ...now, ...changed };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function listInOrder(was: readonly never[], is: readonly never[], shape: ListShape): readonly object[] {
  const { keyOf, element } = shape;
  const sorted: readonly object[] = orderOf(was, is, shape).map((at) => is[at]!);
  if (!element) return sorted;
  const before = new Map(was.map((one) => [keyOf(one), one]));
  return sorted.map((one) => withLists(before.get(keyOf(one as never)), one, element));
}

/** Where in `is` each element of it stands that comes first, second and so on when those of `was` keep their order. */
function orderOf(was: readonly never[], is: readonly never[], { keyOf }: ListShape): readonly number[] {
  const place = new Map(was.map((one, i) => [keyOf(one), i]));
  const at = (i: number): number => place.get(keyOf(is[i]!)) ?? was.length;
  return [...is.keys()].sort((a, b) => at(a) - at(b));
}
