import { BucketMap } from './bucket-map.ts';
import { carryIndex } from './dag-index.ts';
import { applyDifference, type DagDifference, isDifference } from './difference.ts';
import { type Hold, holdName, type HoldSubject } from './hold.ts';
import type { AvailabilityPolicy, DagRevision, Ref, Source } from './model.ts';
import { defaultPolicy } from './policy.ts';
import { unknownSource } from './source.ts';

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
  /** The sources of each group. */
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
  const before = sources.get(name)?.groups ?? [];
  if (before.length === 0 && (source?.groups.length ?? 0) === 0) return groups;
  const copy = new Map(groups);
  for (const group of before) {
    const rest = copy.get(group)!.without(name);
    if (rest.size > 0) copy.set(group, rest);
    else copy.delete(group);
  }
  if (source)
    for (const group of source.groups)
      copy.set(group, (copy.get(group) ?? BucketMap.empty<Source>()).with(name, source));
  return copy;
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
