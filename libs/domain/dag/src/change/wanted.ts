import type { AvailabilityPolicy, DagRevision, Ref, SourceKind } from '../model.ts';
import type { Problem } from '../problem.ts';
import { NOTHING_UNREAD, type Unread } from '../unread.ts';
import type { WantedSource } from './source-change.ts';

/** What a document wants: entities it adds or replaces, by name. What it does not name stays. */
export interface Wanted {
  readonly windowTypes: ReadonlyMap<Ref, DagRevision['windowTypes'][number]>;
  readonly algorithms: ReadonlyMap<Ref, DagRevision['algorithms'][number]>;
  readonly processors: ReadonlyMap<string, DagRevision['processors'][number]>;
  readonly expected: ReadonlyMap<Ref, NonNullable<DagRevision['expected']>[number]>;
  readonly kinds: ReadonlyMap<string, SourceKind>;
  readonly policies: ReadonlyMap<Ref, AvailabilityPolicy>;
  readonly sources: ReadonlyMap<string, WantedSource>;
  /** Where the document names it, by kind and name. */
  readonly paths: ReadonlyMap<string, string>;
  /** Whose the document says that it is what stands at a place: `windowTypes[2]`, or `.`, the document itself. */
  readonly owners: ReadonlyMap<string, string>;
  /** Found while reading the document. */
  readonly problems: readonly Problem[];
  /** What it has and could not be read. */
  readonly unread: Unread;
  /** Lists in which it puts its own in the place of what has the same name. */
  readonly replaces: readonly ('windowTypes' | 'algorithms' | 'kinds')[];
  /** Whose it is could not be read. */
  readonly isOwnerUnread: boolean;
}

type Mutable<T> = {
  -readonly [K in keyof T]: T[K] extends ReadonlyMap<infer Key, infer Value>
    ? Map<Key, Value>
    : T[K] extends readonly (infer One)[]
      ? One[]
      : T[K];
};

export const nothingWanted = (): Mutable<Wanted> => ({
  windowTypes: new Map(),
  algorithms: new Map(),
  processors: new Map(),
  expected: new Map(),
  kinds: new Map(),
  policies: new Map(),
  sources: new Map(),
  paths: new Map(),
  owners: new Map(),
  problems: [],
  unread: NOTHING_UNREAD,
  replaces: [],
  isOwnerUnread: false,
});

/** What nobody asks for. */
export const NOTHING_WANTED: Wanted = nothingWanted();
