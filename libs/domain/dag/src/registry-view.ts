import { BucketMap } from './bucket-map.ts';
import { carryIndex } from './dag-index.ts';
import { applyDifference, type DagDifference, isDifference } from './difference.ts';
import { type Hold, holdName, type HoldSubject } from './hold.ts';
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
  /**
   * What it is when it is none of the kinds: a HOLD, whose body is a Hold, or a DIFFERENCE, whose body is a DagDifference. Kind, name and body beside it are then a removal of a
   * source that never was: what readers that do not know of extensions make of it.
   */
  readonly extension?: RegistryExtension | null;
}

export interface RegistryExtension {
  readonly kind: string;
  readonly name: string;
  readonly body: string;
}

/** What a service knows of the registry: the fold of all entries in any order, repeated or not. */
export interface RegistryView {
  /** Every revision that was ever live, by number. The live one is the highest. */
  readonly revisions: ReadonlyMap<number, DagRevision>;
  /** Number of the live revision; 0: none yet. */
  readonly live: number;
  /** Differences to revisions that have not come yet, by the number of those. */
  readonly waiting: ReadonlyMap<number, readonly DagDifference[]>;
  readonly policies: ReadonlyMap<Ref, AvailabilityPolicy>;
  readonly sources: BucketMap<Source>;
  /** The sources that each group has, has had or will have. */
  readonly groups: ReadonlyMap<string, BucketMap<Source>>;
  /** By their names: what is held now. */
  readonly holds: ReadonlyMap<string, Hold>;
  /** Highest number applied, by entity: what comes again or late is ignored. */
  readonly numbers: BucketMap<number>;
}

export const emptyRegistryView: RegistryView = {
  revisions: new Map(),
  live: 0,
  waiting: new Map(),
  policies: new Map(),
  sources: BucketMap.empty(),
  groups: new Map(),
  holds: new Map(),
  numbers: BucketMap.empty(),
};

/** The revision in force before anything was registered. */
const EMPTY_REVISION: DagRevision = { number: 0, windowTypes: [], processors: [], algorithms: [] };

/** Applies one entry; an entity's newer number wins, so order and repetition do not matter. @throws SyntaxError when `body` is not JSON. */
export function applyEntry(view: RegistryView, entry: RegistryEntry): RegistryView {
  const { kind, name, body } = entry.extension ?? entry;
  const id = `${kind}/${name}`;
  if ((view.numbers.get(id) ?? -1) >= entry.number) return view;
  const numbers = view.numbers.with(id, entry.number);
  const said = JSON.parse(body) as unknown;
  return { ...view, numbers, ...(entry.extension ? extended(view, kind, said) : change(view, entry, said)) };
}

/** The same as one after the other, at less cost where many of them are sources. @throws SyntaxError when a `body` is not JSON. */
export function applyEntries(view: RegistryView, entries: readonly RegistryEntry[]): RegistryView {
  const declared = new Map<string, RegistryEntry>();
  const others: RegistryEntry[] = [];
  for (const entry of entries) {
    // What is new is gathered; what changes or removes a source goes the way of one entry, after those.
    const isNew = !entry.extension && entry.kind === 'SOURCE' && entry.body !== 'null' && !view.sources.get(entry.name);
    const before = isNew ? declared.get(entry.name) : undefined;
    if (!isNew || (view.numbers.get(`SOURCE/${entry.name}`) ?? -1) >= entry.number) others.push(entry);
    else if (!before || before.number < entry.number) declared.set(entry.name, entry);
  }
  return others.reduce(applyEntry, withNewSources(view, declared));
}

function withNewSources(view: RegistryView, entries: ReadonlyMap<string, RegistryEntry>): RegistryView {
  if (entries.size === 0) return view;
  const sources = new Map([...entries].map(([name, { body }]) => [name, JSON.parse(body) as Source]));
  const ofGroup = new Map<string, Map<string, Source>>();
  for (const [name, source] of sources)
    for (const group of groupsEver(source)) {
      const members = ofGroup.get(group) ?? new Map<string, Source>();
      ofGroup.set(group, members.set(name, source));
    }
  const groups = new Map(view.groups);
  for (const [group, members] of ofGroup)
    groups.set(group, (groups.get(group) ?? BucketMap.empty<Source>()).withAll(members));
  return {
    ...view,
    sources: view.sources.withAll(sources),
    groups,
    numbers: view.numbers.withAll(new Map([...entries].map(([name, { number }]) => [`SOURCE/${name}`, number]))),
  };
}

/** A kind that came later than this reader changes nothing. */
function extended(view: RegistryView, kind: string, body: unknown): Partial<RegistryView> {
  if (kind === 'DIFFERENCE') return revised(view, (body as DagDifference).number, body as DagDifference);
  if (kind !== 'HOLD') return {};
  const { holds } = view;
  const hold = body as Hold;
  return { holds: changed(holds, holdName(hold), hold.mode === null ? null : hold) };
}

function change(view: RegistryView, { kind, name, number }: RegistryEntry, body: unknown): Partial<RegistryView> {
  switch (kind) {
    case 'REVISION':
      return revised(view, number, body as DagRevision | null);
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

function revised(
  { revisions, live, waiting }: RegistryView,
  number: number,
  body: DagRevision | DagDifference | null,
): Partial<RegistryView> {
  if (body === null) return { revisions: changed(revisions, number, null), live: Math.max(live, number) };
  const whole = isDifference(body) ? resolved(revisions, body) : body;
  if (!whole) return { waiting: appended(waiting, body as DagDifference) };
  const known = new Map(revisions).set(number, whole);
  const left = new Map(waiting);
  let highest = Math.max(live, number);
  // What has waited for this one, and for those that this leads to.
  for (const found = [whole]; found.length > 0;) {
    const base = found.pop()!;
    for (const difference of left.get(base.number) ?? []) {
      const next = led(base, difference);
      known.set(next.number, next);
      highest = Math.max(highest, next.number);
      found.push(next);
    }
    left.delete(base.number);
  }
  return { revisions: known, live: highest, waiting: left };
}

function resolved(revisions: RegistryView['revisions'], difference: DagDifference): DagRevision | undefined {
  const base = difference.base === 0 ? EMPTY_REVISION : revisions.get(difference.base);
  return base && led(base, difference);
}

function led(base: DagRevision, difference: DagDifference): DagRevision {
  const next = applyDifference(base, difference);
  carryIndex(base, difference, next);
  return next;
}

const appended = (waiting: RegistryView['waiting'], difference: DagDifference): RegistryView['waiting'] =>
  new Map(waiting).set(difference.base, [...(waiting.get(difference.base) ?? []), difference]);

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

/** What holds a processor, an algorithm or a window type; undefined: nothing does. */
export const holdOf = (view: RegistryView, subject: HoldSubject): Hold | undefined => view.holds.get(holdName(subject));

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
