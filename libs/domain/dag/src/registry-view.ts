import { BucketMap } from './bucket-map.ts';
import type { AvailabilityPolicy, DagRevision, EpochUs, Ref, Source } from './model.ts';
import { defaultPolicy } from './policy.ts';
import { MAX_SOURCE_DEPTH, sourceAt, unknownSource, versionsOf } from './source.ts';

/** One entry of the compacted registry topic. `body` is JSON: a DagRevision, an AvailabilityPolicy or a Source; `null` removes the entity. */
export interface RegistryEntry {
  readonly kind: 'REVISION' | 'POLICY' | 'SOURCE';
  /** Revision number, window type or source. */
  readonly name: string;
  /** Revision of this entity; grows with each change. */
  readonly number: number;
  readonly body: string;
}

/** What a service knows of the registry: the fold of all entries in any order, repeated or not. */
export interface RegistryView {
  /** Every revision that was ever live, by number. The live one is the highest. */
  readonly revisions: ReadonlyMap<number, DagRevision>;
  /** Number of the live revision; 0: none yet. */
  readonly live: number;
  readonly policies: ReadonlyMap<Ref, AvailabilityPolicy>;
  readonly sources: BucketMap<Source>;
  /** The sources that each group has, has had or will have. */
  readonly groups: ReadonlyMap<string, BucketMap<Source>>;
  /** Highest number applied, by entity: what comes again or late is ignored. */
  readonly numbers: BucketMap<number>;
}

export const emptyRegistryView: RegistryView = {
  revisions: new Map(),
  live: 0,
  policies: new Map(),
  sources: BucketMap.empty(),
  groups: new Map(),
  numbers: BucketMap.empty(),
};

/** The revision in force before anything was registered. */
const EMPTY_REVISION: DagRevision = { number: 0, windowTypes: [], processors: [], algorithms: [] };

/** Applies one entry; an entity's newer number wins, so order and repetition do not matter. @throws SyntaxError when `body` is not JSON. */
export function applyEntry(view: RegistryView, entry: RegistryEntry): RegistryView {
  const id = `${entry.kind}/${entry.name}`;
  if ((view.numbers.get(id) ?? -1) >= entry.number) return view;
  const body = JSON.parse(entry.body) as unknown;
  return { ...view, numbers: view.numbers.with(id, entry.number), ...change(view, entry, body) };
}

function change(view: RegistryView, { kind, name, number }: RegistryEntry, body: unknown): Partial<RegistryView> {
  switch (kind) {
    case 'REVISION':
      return {
        revisions: changed(view.revisions, number, body as DagRevision | null),
        live: Math.max(view.live, number),
      };
    case 'POLICY':
      return { policies: changed(view.policies, name, body as AvailabilityPolicy | null) };
    case 'SOURCE':
      return {
        sources: body === null ? view.sources.without(name) : view.sources.with(name, body as Source),
        groups: regrouped(view, name, body as Source | null),
      };
    default:
      return kind satisfies never;
  }
}

function regrouped(
  { groups, sources }: RegistryView,
  name: string,
  source: Source | null,
): ReadonlyMap<string, BucketMap<Source>> {
  const before = groupsEver(sources.get(name));
  const after = groupsEver(source);
  if (before.length === 0 && after.length === 0) return groups;
  const copy = new Map(groups);
  for (const group of before) {
    const rest = copy.get(group)!.without(name);
    if (rest.size > 0) copy.set(group, rest);
    else copy.delete(group);
  }
  if (source)
    for (const group of after) copy.set(group, (copy.get(group) ?? BucketMap.empty<Source>()).with(name, source));
  return copy;
}

function groupsEver(source: Source | null | undefined): readonly string[] {
  if (!source?.earlier) return source?.groups ?? [];
  return [...new Set(versionsOf(source).flatMap(({ groups }) => groups))];
}

function changed<K, V>(map: ReadonlyMap<K, V>, key: K, value: V | null): ReadonlyMap<K, V> {
  const copy = new Map(map);
  if (value === null) copy.delete(key);
  else copy.set(key, value);
  return copy;
}

/** The revision that new panes are stamped with; an empty one with number 0 before the first registration. */
export const liveRevision = (view: RegistryView): DagRevision => view.revisions.get(view.live) ?? EMPTY_REVISION;

/** The revision a pane was stamped with; undefined while this view has not caught up with it. */
export const revisionOf = (view: RegistryView, number: number): DagRevision | undefined =>
  number === 0 ? EMPTY_REVISION : view.revisions.get(number);

/** The policy in force now; the default (number 0) when nobody set one. */
export const policyOf = (view: RegistryView, windowType: Ref): AvailabilityPolicy =>
  view.policies.get(windowType) ?? defaultPolicy(windowType);

/** The declared source, or one of kind `unknown`. */
export const sourceOf = (view: RegistryView, name: string): Source => view.sources.get(name) ?? unknownSource(name);

/** What a declared source was at some time, as others are told it. */
export interface DescribedSource {
  readonly kind: string;
  /** What it was part of: its parent first, then that one's. */
  readonly parents: readonly string[];
  readonly groups: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly zone: string | null;
}

/** Tells what a source was at an event time; null: nobody has declared it. */
export const sourceDescriber =
  (view: RegistryView, name: string) =>
  (timeUs: EpochUs): DescribedSource | null => {
    const source = view.sources.get(name);
    if (!source) return null;
    const { kind, parent, groups, labels, zone = null } = sourceAt(source, timeUs);
    return { kind, parents: parentsOf(view, parent, timeUs), groups, labels, zone };
  };

const NO_PARENTS: readonly string[] = [];

function parentsOf(view: RegistryView, parent: string | undefined, timeUs: EpochUs): readonly string[] {
  if (parent === undefined) return NO_PARENTS;
  const parents: string[] = [];
  for (let name: string | undefined = parent; name !== undefined && parents.length < MAX_SOURCE_DEPTH - 1;) {
    parents.push(name);
    const source: Source | undefined = view.sources.get(name);
    name = source && sourceAt(source, timeUs).parent;
  }
  return parents;
}
