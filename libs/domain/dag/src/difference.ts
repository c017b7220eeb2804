import { sameJson } from './change/equal.ts';
import { type DagRevision, refOf } from './model.ts';

/** Lists of a revision, and how their entities are named. In each list they are in the order of their names. */
const NAME_OF: { readonly [L in List]: (one: Entity<L>) => string } = {
  windowTypes: refOf,
  processors: ({ name }) => name,
  algorithms: refOf,
  expected: ({ algorithm }) => algorithm,
  kinds: ({ name }) => name,
};

export const LISTS = Object.keys(NAME_OF) as List[];

export type List = Exclude<keyof DagRevision, 'number'>;
export type Entity<L extends List> = NonNullable<DagRevision[L]>[number];

/** What leads from one revision to another: entities that are new or other than before, and names of those that are gone. */
export interface DagDifference {
  readonly number: number;
  /** Number of the revision that it is to be applied to. */
  readonly base: number;
  /** A list that is left out: nothing of it. */
  readonly put: { readonly [L in List]?: readonly Entity<L>[] };
  readonly removed: { readonly [L in List]?: readonly string[] };
}

/** In the order of names. Linear; what is one object in both is not compared. */
export function diffDag(before: DagRevision, after: DagRevision): DagDifference {
  const put: Partial<Record<List, unknown[]>> = {};
  const removed: Partial<Record<List, string[]>> = {};
  for (const list of LISTS) {
    const nameOf = namer(list);
    walk<unknown>(before[list] ?? [], after[list] ?? [], nameOf, (was, is) => {
      if (is === undefined) (removed[list] ??= []).push(nameOf(was!));
      else if (was === undefined || !sameJson(was, is)) (put[list] ??= []).push(is);
    });
  }
  return { number: after.number, base: before.number, put: put as DagDifference['put'], removed };
}

/**
 * The revision that the difference leads to. What has not changed is the same object in both, so many revisions take little
 * more memory than one. Linear.
 *
 * @throws Error when it is the difference to another revision
 */
export function applyDifference(before: DagRevision, difference: DagDifference): DagRevision {
  const { number, base, put, removed } = difference;
  if (before.number !== base) throw new Error(`revision ${number} differs from ${base}, not from ${before.number}`);
  const lists = LISTS.map((list) => [list, patched(list, before[list] ?? [], put[list] ?? [], removed[list] ?? [])]);
  const { expected, kinds, ...rest } = Object.fromEntries(lists) as Required<Omit<DagRevision, 'number'>>;
  return { number, ...rest, ...(expected.length > 0 && { expected }), ...(kinds.length > 0 && { kinds }) };
}

/** Whether what stands for a revision, on the registry topic or in a store, is the difference to another one. */
export const isDifference = (body: DagRevision | DagDifference): body is DagDifference => 'base' in body;

/** An entity's name, unique in its list. */
export const namer = (list: List): ((one: unknown) => string) => NAME_OF[list] as (one: unknown) => string;

function patched(
  list: List,
  old: readonly unknown[],
  put: readonly unknown[],
  removed: readonly string[],
): readonly unknown[] {
  if (put.length === 0 && removed.length === 0) return old;
  const nameOf = namer(list);
  const gone = new Set(removed);
  const now: unknown[] = [];
  walk(old, put, nameOf, (was, is) => {
    if (is !== undefined) now.push(is);
    else if (gone.size === 0 || !gone.has(nameOf(was))) now.push(was);
  });
  return now;
}

/** Goes through two lists side by side, in the order of names; undefined: that list has none of the name. */
function walk<T>(
  before: readonly T[],
  after: readonly T[],
  nameOf: (one: T) => string,
  visit: (before: T | undefined, after: T | undefined) => void,
): void {
  let b = 0;
  let a = 0;
  // Of the one that is compared with many, the name is put together once.
  let named = -1;
  let name = '';
  while (b < before.length && a < after.length) {
    const [was, is] = [before[b]!, after[a]!];
    if (was !== is && named !== a) name = nameOf(after[(named = a)]!);
    const order = was === is ? 0 : compare(nameOf(was), name);
    visit(order <= 0 ? was : undefined, order >= 0 ? is : undefined);
    if (order <= 0) b += 1;
    if (order >= 0) a += 1;
  }
  for (; b < before.length; b++) visit(before[b]!, undefined);
  for (; a < after.length; a++) visit(undefined, after[a]!);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
